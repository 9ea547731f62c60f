/** What one part needs of an AICH tree: given by one, held against the root by another. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blocksIn, recoveryOf, rightBlocks } from '../../src/library/aich.ts';
import { blockSize, Ed2kHasher, partSize } from '../../src/library/ed2k-hash.ts';

function hashed(size: number, byte: (at: number) => number = (at) => at % 251) {
	const bytes = new Uint8Array(size);
	// A few bytes of each block make them different.
	for (let at = 0; at < size; at += 1000) bytes[at] = byte(at / 1000);
	const hasher = new Ed2kHasher(size);
	hasher.update(bytes);
	return { bytes, ...hasher.finish() };
}

const sha1 = (bytes: Uint8Array) => new Uint8Array(createHash('sha1').update(bytes).digest());
const sizes = [
	blockSize,
	blockSize + 1,
	partSize - 1,
	partSize,
	partSize + 1,
	partSize + blockSize + 1,
	2 * partSize,
	3 * partSize + 500_000,
	5 * partSize,
];

describe('the hashes of a part', () => {
	it.each(sizes)('of a file of %i bytes lead to its root, each part’s to its own blocks', (size) => {
		const { bytes, aich, blocks } = hashed(size);
		for (let part = 0; part * partSize < size; part++) {
			const hashes = recoveryOf(blocks, size, part)!;
			const own = blocksIn(aich, size, part, hashes)!;
			const of = bytes.subarray(part * partSize, (part + 1) * partSize);
			expect(own.length).toBe(20 * Math.ceil(of.length / blockSize));
			expect(own.subarray(0, 20)).toEqual(sha1(of.subarray(0, blockSize)));
			expect(rightBlocks(of, own)).toEqual([{ from: 0, to: of.length }]);
			expect(new Set(hashes.map(({ path }) => path)).size).toBe(hashes.length);
		}
		expect(recoveryOf(blocks, size, Math.ceil(size / partSize))).toBeUndefined();
		expect(recoveryOf(blocks.subarray(20), size, 0)).toBeUndefined();
	});

	it('with one bit, one hash or one path changed lead nowhere', () => {
		const size = 3 * partSize + 500_000;
		const { aich, blocks } = hashed(size);
		const hashes = recoveryOf(blocks, size, 1)!;
		const place = fc.record({ index: fc.nat(hashes.length - 1), byte: fc.nat(19), bit: fc.nat(7) });
		fc.assert(
			fc.property(place, fc.nat(0xffff), ({ index, byte, bit }, path) => {
				const changed = hashes.map(({ path, hash }) => ({ path, hash: hash.slice() }));
				changed[index]!.hash[byte]! ^= 1 << bit;
				expect(blocksIn(aich, size, 1, changed)).toBeUndefined();
				expect(blocksIn(aich, size, 1, hashes.toSpliced(index, 1))).toBeUndefined();
				const elsewhere = hashes.map((one, i) => (i === index ? { ...one, path } : one));
				if (path !== hashes[index]!.path) expect(blocksIn(aich, size, 1, elsewhere)).toBeUndefined();
			}),
			{ numRuns: 15 },
		);
		expect(blocksIn(aich, size, 0, hashes)).toBeUndefined();
		expect(blocksIn(aich, size, 2, hashes)).toBeUndefined();
		expect(blocksIn(aich, size, 1, Array(500).fill(hashes[0]))).toBeUndefined();
	});

	it('tell the blocks that are right', () => {
		const { bytes, aich, blocks } = hashed(partSize);
		const own = blocksIn(aich, partSize, 0, recoveryOf(blocks, partSize, 0)!)!;
		const wrong = bytes.slice();
		wrong[5 * blockSize]! ^= 1;
		wrong[partSize - 1]! ^= 1;
		expect(rightBlocks(wrong, own)).toEqual([
			{ from: 0, to: 5 * blockSize },
			{ from: 6 * blockSize, to: 52 * blockSize },
		]);
	});
});
