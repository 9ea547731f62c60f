/** FTHash: what it covers, and that pieces make no difference. */
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FtHash, windowsOf } from '../../src/library/fthash.ts';

const K300 = 307_200;
const MiB = 1_048_576;

function hashOf(bytes: Uint8Array, cut = bytes.length): string {
	const hash = new FtHash(bytes.length);
	for (let at = 0; at < bytes.length; at += cut) hash.update(bytes.subarray(at, at + cut));
	return Buffer.from(hash.digest()).toString('hex');
}

/** The definition once more, over a file that is all there, with the checksum of the platform. */
function expected(bytes: Uint8Array): string {
	const sampled = Buffer.concat(windowsOf(bytes.length).map(([from, to]) => bytes.subarray(from, to)));
	const digest = Buffer.alloc(20);
	createHash('md5').update(bytes.subarray(0, K300)).digest().copy(digest);
	digest.writeUInt32LE((~crc32(sampled) ^ bytes.length) >>> 0, 16);
	return digest.toString('hex');
}

describe('the samples', () => {
	it('are none up to 300 KiB, then the rest behind it, at most 300 KiB', () => {
		expect(windowsOf(0)).toEqual([]);
		expect(windowsOf(K300)).toEqual([]);
		expect(windowsOf(K300 + 1)).toEqual([[K300, K300 + 1]]);
		expect(windowsOf(2 * K300)).toEqual([[K300, 2 * K300]]);
		expect(windowsOf(2 * K300 + 1)).toEqual([[K300 + 1, 2 * K300 + 1]]);
	});

	it('begin at each power of two where another window fits behind: at the very edge it does', () => {
		const edge = MiB + 2 * K300;
		expect(windowsOf(edge - 1)).toEqual([[edge - 1 - K300, edge - 1]]);
		expect(windowsOf(edge)).toEqual([
			[MiB, MiB + K300],
			[MiB + K300, edge],
		]);
		expect(windowsOf(100 * MiB).map(([from]) => from / MiB)).toEqual([
			1,
			2,
			4,
			8,
			16,
			32,
			64,
			100 - K300 / MiB,
		]);
	});

	it('never overlap and never cover more than 300 KiB each', () => {
		fc.assert(
			fc.property(fc.nat(2 ** 36), (size) => {
				let before = K300;
				for (const [from, to] of windowsOf(size)) {
					expect(from).toBeGreaterThanOrEqual(before);
					expect(to - from).toBeLessThanOrEqual(K300);
					expect(to).toBeLessThanOrEqual(size);
					before = to;
				}
			}),
		);
	});
});

describe('the hash', () => {
	const big = Uint8Array.from({ length: 3 * MiB + 12_345 }, (_, i) => (i * 31 + (i >> 9)) & 255);

	it('is its definition, for small files and big ones', () => {
		for (const size of [0, 1, 1000, K300, K300 + 1, 900_000, MiB, MiB + 2 * K300, big.length])
			expect(hashOf(big.subarray(0, size))).toBe(expected(big.subarray(0, size)));
	});

	it('ends with the inverted size where there are no samples', () => {
		expect(hashOf(big.subarray(0, 200_000)).slice(32)).toBe('bff2fcff');
	});

	it('is the same in pieces', () => {
		const whole = hashOf(big);
		for (const cut of [4096, 65_536, 307_199, 1_000_003]) expect(hashOf(big, cut)).toBe(whole);
	});

	it('does not see a change between its samples: it proves nothing', () => {
		const changed = big.slice();
		changed[500_000] ^= 1;
		expect(hashOf(changed)).toBe(hashOf(big));
		changed[MiB] ^= 1;
		expect(hashOf(changed)).not.toBe(hashOf(big));
	});

	it('needs all bytes, and no more', () => {
		const hash = new FtHash(10);
		expect(() => hash.digest()).toThrow(RangeError);
		expect(() => hash.update(new Uint8Array(11))).toThrow(RangeError);
	});
});
