import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isRefusal, type Refusal } from '../../../../src/evidence/refusal.ts';
import {
	encodeMessage,
	frameOfDatagram,
	guidOf,
	HEADER_BYTES,
	hopsOf,
	MessageSplitter,
	MessageType,
	maximumPayload,
	patchTtlHops,
	payloadLength,
	payloadOf,
	ttlOf,
	typeOf,
} from '../../../../src/networks/gnutella/wire/message.ts';
import { cuts, join } from './pieces.ts';

const guid = Uint8Array.from({ length: 16 }, (_, i) => i + 1);
const frame = (type: number, length: number) =>
	encodeMessage(type, guid, 3, 1, new Uint8Array(length).fill(7));

const anyFrame = fc
	.record({
		type: fc.constantFrom(...Object.values(MessageType)),
		guid: fc.uint8Array({ minLength: 16, maxLength: 16 }),
		payload: fc.uint8Array({ maxLength: 300 }),
	})
	.map((one) => encodeMessage(one.type, one.guid, 4, 0, one.payload));

/** All frames, and the refusal if there is one. */
function split(chunks: Iterable<Uint8Array>, maximum = maximumPayload): (Uint8Array | Refusal)[] {
	const splitter = new MessageSplitter(maximum);
	const found: (Uint8Array | Refusal)[] = [];
	for (const chunk of chunks) {
		splitter.push(chunk);
		for (let next = splitter.next(); next; next = splitter.next()) {
			found.push(isRefusal(next) ? next : next.slice());
			if (isRefusal(next)) return found;
		}
	}
	return found;
}

describe('the header', () => {
	test('is read as it was written', () => {
		const bytes = frame(MessageType.Query, 5);
		expect(bytes.length).toBe(HEADER_BYTES + 5);
		expect([typeOf(bytes), ttlOf(bytes), hopsOf(bytes), payloadLength(bytes)]).toEqual([0x80, 3, 1, 5]);
		expect(guidOf(bytes)).toEqual(guid);
		expect(payloadOf(bytes)).toEqual(new Uint8Array(5).fill(7));
	});

	test('is patched in place, and nothing else changes', () => {
		const bytes = frame(MessageType.Query, 5);
		const before = bytes.slice();
		patchTtlHops(bytes, 2, 2);
		expect([ttlOf(bytes), hopsOf(bytes)]).toEqual([2, 2]);
		before.set([2, 2], 17);
		expect(bytes).toEqual(before);
	});
});

describe('a stream of messages', () => {
	test('whole, byte by byte and in random cuts gives the same frames', () => {
		fc.assert(
			fc.property(fc.array(anyFrame, { maxLength: 12 }), cuts, (frames, lengths) => {
				const stream = join(frames);
				expect(split([stream])).toEqual(frames);
				expect(split(Array.from(stream, (byte) => Uint8Array.of(byte)))).toEqual(frames);
				expect(split(lengths(stream))).toEqual(frames);
			}),
		);
	});

	test('any bytes give frames or a refusal, and the same in any cut', () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 400 }), cuts, (bytes, lengths) => {
				const whole = split([bytes]);
				expect(split(Array.from(bytes, (byte) => Uint8Array.of(byte)))).toEqual(whole);
				expect(split(lengths(bytes))).toEqual(whole);
			}),
		);
	});

	test('a frame that lies whole in a chunk is not copied', () => {
		const chunk = join([frame(MessageType.Query, 10), frame(MessageType.Hit, 20)]);
		const splitter = new MessageSplitter(maximumPayload);
		splitter.push(chunk);
		const [first, second] = [splitter.next() as Uint8Array, splitter.next() as Uint8Array];
		expect([first.buffer, second.buffer]).toEqual([chunk.buffer, chunk.buffer]);
		expect(splitter.next()).toBeUndefined();
	});

	test('a length over the bound of its type is refused at the header, and stays refused', () => {
		const bytes = frame(MessageType.Query, 1025).subarray(0, HEADER_BYTES);
		const splitter = new MessageSplitter(maximumPayload);
		splitter.push(bytes);
		const why = splitter.next();
		expect(why).toEqual({ refused: 'gnutella.header.oversized', detail: 'type 80, 1025 bytes' });
		splitter.push(frame(MessageType.Ping, 0));
		expect(splitter.next()).toBe(why);
	});

	test('a length with its top bit set is refused, not read as negative', () => {
		const bytes = frame(MessageType.Ping, 0);
		bytes[22] = 0x80;
		expect(split([bytes])).toEqual([
			{ refused: 'gnutella.header.oversized', detail: `type 00, ${2 ** 31} bytes` },
		]);
	});

	test('a promise of much is no allocation: memory follows what has arrived', () => {
		const splitter = new MessageSplitter(() => 0xffffffff);
		const bytes = frame(MessageType.Hit, 64);
		bytes.set([0xff, 0xff, 0xff, 0x7f], 19);
		splitter.push(bytes);
		const before = process.memoryUsage().arrayBuffers;
		expect(splitter.next()).toBeUndefined();
		expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 24);
	});

	test('pushing before all frames were taken is our mistake', () => {
		const splitter = new MessageSplitter(maximumPayload);
		splitter.push(frame(MessageType.Ping, 0));
		expect(() => splitter.push(frame(MessageType.Ping, 0))).toThrow();
	});
});

describe('a datagram', () => {
	test('is exactly one frame', () => {
		const bytes = frame(MessageType.Ping, 3);
		expect(frameOfDatagram(bytes)).toBe(bytes);
		for (const wrong of [bytes.subarray(0, 25), join([bytes, Uint8Array.of(0)]), bytes.subarray(0, 22)]) {
			expect(frameOfDatagram(wrong)).toEqual({ refused: 'gnutella.header.length' });
		}
	});

	test('over the bound of its type is refused', () => {
		expect(frameOfDatagram(frame(MessageType.Ping, 2000))).toMatchObject({
			refused: 'gnutella.header.oversized',
		});
	});
});
