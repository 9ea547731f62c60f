import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRefusal, type Refusal } from '../../../../src/evidence/refusal.ts';
import {
	EDONKEY,
	EMULE,
	encodeFrame,
	encodePacked,
	type Frame,
	FrameSplitter,
	PACKED,
	unpackFrame,
} from '../../../../src/networks/edonkey/wire/frames.ts';

function framesOf(pieces: readonly Uint8Array[]): (Frame | Refusal)[] {
	const splitter = new FrameSplitter();
	const found: (Frame | Refusal)[] = [];
	for (const piece of pieces) {
		splitter.push(piece);
		for (let next = splitter.next(); next !== undefined; next = splitter.next()) {
			found.push(isRefusal(next) ? next : { ...next, body: new Uint8Array(next.body) });
			if (isRefusal(next)) return found;
		}
	}
	return found;
}

function cut(bytes: Uint8Array, at: readonly number[]): Uint8Array[] {
	const places = [...new Set(at.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
	return [0, ...places].map((from, i) => bytes.subarray(from, places[i] ?? bytes.length));
}

describe('a stream of frames', () => {
	it('means the same in any cuts', () => {
		const frame = fc.record({
			protocol: fc.constantFrom(EDONKEY, EMULE),
			opcode: fc.integer({ min: 0, max: 255 }),
			body: fc.uint8Array({ maxLength: 300 }),
		});
		fc.assert(
			fc.property(fc.array(frame, { maxLength: 6 }), fc.array(fc.nat(), { maxLength: 9 }), (frames, at) => {
				const known = frames.filter(({ opcode, body }) => opcode === 0x33 || (opcode > 0xb0 && body));
				const bytes = Buffer.concat(known.map((one) => encodeFrame(one.opcode, one.body, one.protocol)));
				expect(framesOf(cut(bytes, at))).toEqual(framesOf([bytes]));
				expect(framesOf([bytes])).toEqual(known);
				expect(framesOf(cut(bytes, [...bytes.keys()]))).toEqual(known);
			}),
		);
	});

	it('that begins as something else is refused at its first byte', () => {
		for (const pieces of [['GET / HTTP/1.1'], ['G']])
			expect(framesOf(pieces.map((text) => Buffer.from(text)))).toMatchObject([
				{ refused: 'edonkey.frame.protocol' },
			]);
	});

	it('with a length that its opcode cannot have is refused before it is gathered', () => {
		const lengths: [number, number][] = [
			[0x14, 2],
			[0x01, 1025],
			[0x15, 300_001],
			[0x33, 2_000_001],
			[0x33, 0xffffffff],
			[0xee, 65_537],
			[0x14, 0],
		];
		for (const [opcode, length] of lengths) {
			const head = Buffer.alloc(6);
			head[0] = EDONKEY;
			head.writeUInt32LE(length, 1);
			head[5] = opcode;
			expect(framesOf([head])).toMatchObject([{ refused: 'edonkey.frame.oversized' }]);
		}
	});

	it('keeps what has arrived, not what was promised', () => {
		const head = Buffer.from(encodeFrame(0x33, new Uint8Array(1_900_000)).subarray(0, 1000));
		const before = process.memoryUsage().arrayBuffers;
		const splitters = Array.from({ length: 100 }, () => {
			const splitter = new FrameSplitter();
			splitter.push(head);
			expect(splitter.next()).toBeUndefined();
			return splitter;
		});
		expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16_000_000);
		expect(splitters).toHaveLength(100);
	});
});

describe('a packed frame', () => {
	const unpack = (body: Uint8Array, most = 1000): Frame | Refusal =>
		unpackFrame({ protocol: PACKED, opcode: 0x15, body }, EDONKEY, most);

	it('is unpacked, its opcode was never packed', () => {
		const body = new Uint8Array(900).fill(7);
		const bytes = encodePacked(0x15, body);
		expect(bytes[0]).toBe(PACKED);
		expect(bytes.length).toBeLessThan(100);
		const [frame] = framesOf([bytes]);
		expect(unpackFrame(frame as Frame, EDONKEY, 1000)).toEqual({ protocol: EDONKEY, opcode: 0x15, body });
	});

	it('is not made where packing makes it no shorter', () => {
		expect(encodePacked(0x15, Uint8Array.of(1, 2, 3))[0]).toBe(EDONKEY);
	});

	it('of any other maker is unpacked', () => {
		const body = Buffer.from('a name, a name, a name'.repeat(20));
		expect(unpack(deflateSync(body))).toMatchObject({ body: new Uint8Array(body) });
	});

	it('that is a bomb is stopped at its bound', () => {
		const bomb = deflateSync(Buffer.alloc(50_000_000));
		expect(unpack(bomb)).toEqual({ refused: 'edonkey.packed.bomb' });
	});

	it('that is broken or cut is refused', () => {
		const whole = deflateSync(Buffer.from('some words, some words'));
		expect(unpack(whole.subarray(0, whole.length - 5))).toEqual({ refused: 'edonkey.packed.broken' });
		expect(unpack(Uint8Array.of(1, 2, 3))).toEqual({ refused: 'edonkey.packed.broken' });
	});
});
