import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chunksOf, Unreadable } from '../../../src/transfer/inspection/entry.ts';
import { bunzip2 } from '../../../src/transfer/inspection/unpack/bzip2.ts';
import { unxz } from '../../../src/transfer/inspection/unpack/xz.ts';
import { zipEntries } from '../../../src/transfer/inspection/zip.ts';
import { memory } from './memory.ts';
import { lines, linesBzip2, linesXz, linesZip } from './streams.ts';

type Unpack = (packed: Iterable<Uint8Array>) => Iterable<Uint8Array>;

function unpacked(unpack: Unpack, bytes: Uint8Array, most = Infinity): Buffer {
	const parts: Uint8Array[] = [];
	let size = 0;
	for (const part of unpack(chunksOf(memory(bytes)))) {
		parts.push(part);
		size += part.length;
		if (size > most) break;
	}
	return Buffer.concat(parts);
}

describe.each<[string, Unpack, Buffer]>([
	['bzip2', bunzip2, linesBzip2],
	['xz', unxz, linesXz],
])('%s', (_, unpack, packed) => {
	it('gives what was packed, byte for byte', () => {
		expect(unpacked(unpack, packed).equals(lines)).toBe(true);
	});

	it('gives it in pieces, from bytes that come one by one', () => {
		const single = function* () {
			for (const byte of packed) yield Uint8Array.of(byte);
		};
		const parts = [...unpack(single())];
		expect(Buffer.concat(parts).equals(lines)).toBe(true);
		expect(Math.max(...parts.map((part) => part.length))).toBeLessThanOrEqual(65_536);
	});

	it('goes on with a stream that follows, and ends at what is none', () => {
		expect(unpacked(unpack, Buffer.concat([packed, packed])).length).toBe(lines.length * 2);
		expect(unpacked(unpack, Buffer.concat([packed, Buffer.from('more')])).length).toBe(lines.length);
	});

	it('that is cut off anywhere is unreadable', () => {
		for (let cut = 0; cut < packed.length; cut += 61)
			expect(() => unpacked(unpack, packed.subarray(0, cut))).toThrow(Unreadable);
	});

	it('that is changed anywhere gives other bytes or is unreadable, and nothing else', () => {
		fc.assert(
			fc.property(fc.nat(packed.length - 1), fc.nat(255), (at, byte) => {
				const changed = Buffer.from(packed);
				changed[at] = byte;
				try {
					unpacked(unpack, changed, 1_000_000);
				} catch (error) {
					expect(error).toBeInstanceOf(Unreadable);
				}
			}),
			{ numRuns: 60 },
		);
	});
});

it('LZMA within ZIP gives what was packed', async () => {
	const parts: Uint8Array[] = [];
	for await (const entry of zipEntries(memory(linesZip)).entries) {
		for await (const part of entry.unpack!()) parts.push(part);
	}
	expect(Buffer.concat(parts).equals(lines)).toBe(true);
});
