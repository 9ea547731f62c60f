import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { blockSize, Ed2kHasher, md4, partSize } from '../../src/library/ed2k-hash.ts';
import { base32, hex } from '../../src/networks/common/hash.ts';
import { temporaryFolder } from '../cli/sallyport.ts';

function hashes(bytes: Uint8Array, cut = 256 * 1024) {
	const hasher = new Ed2kHasher(bytes.length);
	for (let at = 0; at < bytes.length; at += cut) hasher.update(bytes.subarray(at, at + cut));
	return hasher.finish();
}

function filled(size: number): Uint8Array {
	const bytes = new Uint8Array(size);
	let state = 12_345;
	for (let at = 0; at < size; at++) {
		state = (Math.imul(state, 1_103_515_245) + 12_345) | 0;
		bytes[at] = state >>> 16;
	}
	return bytes;
}

describe('MD4', () => {
	// RFC 1320, A.5.
	test.each([
		['', '31d6cfe0d16ae931b73c59d7e0c089c0'],
		['abc', 'a448017aaf21d8525fc10ae87aa6729d'],
		['abcdefghijklmnopqrstuvwxyz', 'd79e1c308aa5bbcdeea8ed63df412da9'],
	])('of "%s" is what the RFC says', (text, digest) => {
		expect(hex(md4(new TextEncoder().encode(text)))).toBe(digest);
	});
});

describe('the ed2k hash', () => {
	test('of a file of exactly one part, or two, counts an empty part at the end', () => {
		expect(hex(hashes(new Uint8Array(partSize)).ed2k)).toBe('fc21d9af828f92a8df64beac3357425d');
		expect(hex(hashes(new Uint8Array(2 * partSize)).ed2k)).toBe('114b21c63a74b6ca922291a11177dd5c');
		expect(hashes(new Uint8Array(2 * partSize)).parts).toHaveLength(3 * 16);
	});

	test('of no bytes is MD4 of none', () => {
		expect(hex(hashes(new Uint8Array(0)).ed2k)).toBe('31d6cfe0d16ae931b73c59d7e0c089c0');
	});

	test('and AICH are the same however the bytes are cut', () => {
		const bytes = filled(partSize + 3 * blockSize + 77);
		const whole = hashes(bytes, bytes.length);
		fc.assert(
			fc.property(fc.integer({ min: 50_000, max: 12_000_000 }), (cut) => {
				expect(hashes(bytes, cut)).toEqual(whole);
			}),
			{ numRuns: 12 },
		);
	});

	test('cannot be asked for before all bytes have come', () => {
		const hasher = new Ed2kHasher(10);
		hasher.update(new Uint8Array(9));
		expect(() => hasher.finish()).toThrow('9 of 10');
	});
});

const rhash = spawnSync('rhash', ['--version']).error === undefined;
if (!rhash) console.info('skipped: rhash is not installed, nobody else to ask for ed2k and AICH');

describe.skipIf(!rhash)('rhash agrees', () => {
	const sizes = [
		...[1, blockSize - 1, blockSize, blockSize + 1, 3 * blockSize, 5 * blockSize + 9],
		...[partSize - 1, partSize, partSize + 1, 2 * partSize, 3 * partSize + blockSize + 5, 5 * partSize - 3],
	];
	test.each(sizes)('on %i bytes', (size) => {
		const bytes = filled(size);
		const path = join(temporaryFolder(), 'file');
		writeFileSync(path, bytes);
		const [ed2k, aich] = execFileSync('rhash', ['--printf', '%{ed2k} %{aich}', path]).toString().split(' ');
		const ours = hashes(bytes);
		expect(hex(ours.ed2k)).toBe(ed2k!.toLowerCase());
		expect(base32(ours.aich)).toBe(aich!.trim().toUpperCase());
	});
});
