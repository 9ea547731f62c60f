import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Hasher } from '../../src/library/hash.ts';
import { sliceSize, TigerTree } from '../../src/networks/common/tiger.ts';
import { systemClock } from '../../src/node/clock.ts';

let base: string;

beforeEach(() => {
	base = mkdtempSync(join(tmpdir(), 'sallyport-hash-'));
	writeFileSync(join(base, 'plain.txt'), 'plain');
});

afterEach(() => {
	rmSync(base, { recursive: true });
});

describe('hashing', () => {
	async function hashOf(hasher: Hasher, bytes: Buffer): Promise<string> {
		const path = join(base, `file-${bytes.length}`);
		writeFileSync(path, bytes);
		const handle = await open(path);
		try {
			return Buffer.from((await hasher.hashes(handle, bytes.length)).sha1).toString('hex');
		} finally {
			await handle.close();
		}
	}

	test.each([1, 255, 256 * 1024, 256 * 1024 + 1, 5_000_000])(
		'%d bytes give the SHA-1 that node:crypto gives',
		async (size) => {
			const hasher = new Hasher(systemClock);
			const bytes = Buffer.alloc(size, 'sallyport ');
			expect(await hashOf(hasher, bytes)).toBe(createHash('sha1').update(bytes).digest('hex'));
			await hasher.close();
		},
	);

	test('waits while it is paused and then goes on', async () => {
		const hasher = new Hasher(systemClock);
		hasher.pause(true);
		let done = false;
		const bytes = Buffer.alloc(600_000, 'x');
		const hashing = hashOf(hasher, bytes).then((sha1) => {
			done = true;
			return sha1;
		});
		await new Promise((resolve) => setTimeout(resolve, 50));
		expect(done).toBe(false);
		hasher.pause(false);
		expect(await hashing).toBe(createHash('sha1').update(bytes).digest('hex'));
		await hasher.close();
	});

	test('gives the Tiger tree from the same reading, with two threads as with one', async () => {
		const one = new Hasher(systemClock, 1);
		const two = new Hasher(systemClock, 2);
		const bytes = Buffer.alloc(3_000_000, 'a tree of leaves ');
		const path = join(base, 'tree');
		writeFileSync(path, bytes);
		const handle = await open(path);
		const tree = new TigerTree(sliceSize(bytes.length));
		tree.update(bytes);
		const { root, slices } = tree.finish();
		const all = await Promise.all([one, two, two, two].map((hasher) => hasher.hashes(handle, bytes.length)));
		for (const { tth, slices: given } of all) {
			expect(Buffer.from(tth).equals(root)).toBe(true);
			expect(Buffer.from(given).equals(slices)).toBe(true);
		}
		await handle.close();
		await Promise.all([one.close(), two.close()]);
	});

	test('under a limit reads no faster, and at once again when the limit is taken back', async () => {
		const hasher = new Hasher(systemClock);
		hasher.limit(1024);
		let done = false;
		const hashing = hashOf(hasher, Buffer.alloc(5_000_000, 'slow')).then(() => (done = true));
		await new Promise((resolve) => setTimeout(resolve, 300));
		// At a kilobyte a second it would take more than an hour.
		expect(done).toBe(false);
		hasher.limit(undefined);
		await hashing;
		await hasher.close();
	});

	test('a file that becomes shorter is an error, and the next one is hashed', async () => {
		const hasher = new Hasher(systemClock);
		const path = join(base, 'short');
		writeFileSync(path, Buffer.alloc(400_000));
		const handle = await open(path);
		await expect(hasher.hashes(handle, 500_000)).rejects.toThrow(/shorter/);
		expect((await hasher.hashes(handle, 400_000)).sha1.length).toBe(20);
		await handle.close();
		await hasher.close();
	});

	test('closing rejects what is unfinished', async () => {
		const hasher = new Hasher(systemClock);
		hasher.pause(true);
		const handle = await open(join(base, 'plain.txt'));
		const hashing = hasher.hashes(handle, 5);
		const rejected = expect(hashing).rejects.toThrow(/stopped/);
		await hasher.close();
		await rejected;
		await expect(hasher.hashes(handle, 5)).rejects.toThrow(/closed/);
		await handle.close();
	});
});
