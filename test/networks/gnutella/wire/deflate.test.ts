import zlib from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isRefusal, type Refusal } from '../../../../src/evidence/refusal.ts';
import { packBlock } from '../../../../src/networks/common/zlib.ts';
import { inflateBlock, LinkDeflater, LinkInflater } from '../../../../src/networks/gnutella/wire/deflate.ts';
import { bytesOf, cuts, join } from './pieces.ts';

const MIB = 1048576;

/** Everything that comes out, and the refusal if there is one. */
function inflate(pieces: Iterable<Uint8Array>) {
	const inflater = new LinkInflater();
	const out: Uint8Array[] = [];
	let refusal: Refusal | undefined;
	for (const piece of pieces) refusal ??= inflater.push(piece, (chunk) => out.push(chunk));
	return {
		length: out.reduce((sum, chunk) => sum + chunk.length, 0),
		bytes: () => Buffer.concat(out),
		refusal,
	};
}

describe('a compressed link', () => {
	test('gives what was put in, message by message and in any cut', () => {
		const messages = fc.array(fc.uint8Array({ maxLength: 200 }), { minLength: 1, maxLength: 20 });
		fc.assert(
			fc.property(messages, cuts, (parts, cut) => {
				const deflater = new LinkDeflater();
				const inflater = new LinkInflater();
				const wire: Uint8Array[] = [];
				for (const part of parts) {
					deflater.push(part);
					const flushed = deflater.flush();
					wire.push(flushed);
					const got: Uint8Array[] = [];
					expect(inflater.push(flushed, (chunk) => got.push(chunk))).toBeUndefined();
					expect(join(got)).toEqual(part);
				}
				const again = inflate(cut(join(wire)));
				expect(again.refusal).toBeUndefined();
				expect(new Uint8Array(again.bytes())).toEqual(join(parts));
			}),
			{ numRuns: 50 },
		);
	});

	test('speaks zlib: Node reads ours and we read its, with the largest window', () => {
		const text = bytesOf(Array.from({ length: 5000 }, (_, i) => `name ${(i * 7919) % 1009}.mp3`).join('\n'));
		const deflater = new LinkDeflater();
		deflater.push(text);
		const ours = deflater.flush();
		expect(ours.length).toBeLessThan(text.length / 3);
		const { Z_SYNC_FLUSH } = zlib.constants;
		expect(new Uint8Array(zlib.inflateSync(ours, { finishFlush: Z_SYNC_FLUSH }))).toEqual(text);
		const theirs = zlib.deflateSync(text, { windowBits: 15, finishFlush: Z_SYNC_FLUSH });
		expect(new Uint8Array(inflate([theirs]).bytes())).toEqual(text);
	});

	test('what another link sent before is out of reach, although its stream is used again', () => {
		const secret = bytesOf('somebody else asked for this, and a stranger must not read it');
		expect(inflate([zlib.deflateSync(secret)]).bytes()).toEqual(Buffer.from(secret));
		// Refers back to bytes that only a window with the secret in it would have.
		const raw = zlib.deflateRawSync(secret, { dictionary: secret });
		expect(new Uint8Array(zlib.inflateRawSync(raw, { dictionary: secret }))).toEqual(secret);
		const stranger = Buffer.concat([Uint8Array.of(0x78, 0x9c), raw, Buffer.alloc(4)]);
		const read = inflate([stranger]);
		expect(read.refusal?.refused).toBe('gnutella.deflate.broken');
		expect(read.length).toBeLessThan(2);
		expect(inflate([zlib.deflateSync(secret)]).bytes()).toEqual(Buffer.from(secret));
	});

	test('nothing new, nothing flushed', () => {
		const deflater = new LinkDeflater();
		deflater.push(bytesOf('x'));
		expect(deflater.flush().length).toBeGreaterThan(0);
		expect(deflater.flush().length).toBe(0);
	});

	test('random bytes give something or a refusal', () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
				inflate([bytes]);
				inflate([join([bytesOf('\x78\x9c'), bytes])]);
			}),
		);
	});

	test('damage is refused and stays refused', () => {
		const inflater = new LinkInflater();
		const why = inflater.push(bytesOf('\x78\x9c\xff\xff\xff'), () => {});
		expect(why).toEqual({ refused: 'gnutella.deflate.broken' });
		expect(inflater.push(zlib.deflateSync('x'), () => {})).toBe(why);
	});

	test('data after the end of the stream is refused, in the same chunk or in a later one', () => {
		const ended = zlib.deflateSync('hello');
		const expected = { refused: 'gnutella.deflate.broken', detail: 'data after the end of the stream' };
		expect(inflate([join([ended, bytesOf('x')])]).refusal).toEqual(expected);
		expect(inflate([ended, bytesOf('x')]).refusal).toEqual(expected);
		expect(inflate([ended]).refusal).toBeUndefined();
	});
});

describe('a bomb', () => {
	const bomb = zlib.deflateSync(new Uint8Array(64 * MIB), { level: 9 });

	test('at once is stopped at the burst', () => {
		const result = inflate([bomb]);
		expect(result.refusal).toEqual({ refused: 'gnutella.deflate.bomb' });
		expect(result.length).toBeLessThanOrEqual(262144 + 32 * bomb.length);
	});

	test('in small pieces is stopped at the ratio', () => {
		const result = inflate(
			Array.from({ length: bomb.length / 16 }, (_, i) => bomb.subarray(i * 16, i * 16 + 16)),
		);
		expect(result.refusal).toEqual({ refused: 'gnutella.deflate.bomb' });
		expect(result.length).toBeLessThanOrEqual(MIB + 40 * bomb.length);
	});

	test('hands on no chunk above 16 KiB', () => {
		let largest = 0;
		new LinkInflater().push(bomb, (chunk) => {
			largest = Math.max(largest, chunk.length);
		});
		expect(largest).toBe(16384);
	});
});

describe('a block', () => {
	test('comes back, with both ways of compression', () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 3000 }), fc.boolean(), (bytes, runs) => {
				expect(inflateBlock(packBlock(bytes, runs), 3000)).toEqual(bytes);
			}),
		);
	});

	test('up to its bound is taken, one byte more is a bomb', () => {
		expect(inflateBlock(zlib.deflateSync(new Uint8Array(40_000)), 40_000)).toEqual(new Uint8Array(40_000));
		expect(inflateBlock(zlib.deflateSync(new Uint8Array(40_001)), 40_000)).toEqual({
			refused: 'gnutella.deflate.bomb',
		});
	});

	test('cut short or damaged is refused', () => {
		const block = packBlock(bytesOf('some text, some text'));
		for (let length = 0; length < block.length; length++) {
			expect(isRefusal(inflateBlock(block.subarray(0, length), 1000))).toBe(true);
		}
	});
});

test('a flood of random windows and sizes in the header is bounded', () => {
	for (let first = 0; first < 256; first++) {
		const answer = inflate([Uint8Array.of(first, 0x9c, 1, 2, 3, 4)]);
		expect(answer.length).toBeLessThanOrEqual(16384);
	}
});
