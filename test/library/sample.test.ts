import { createHash } from 'node:crypto';
import fs, {
	closeSync,
	mkdtempSync,
	openSync,
	realpathSync,
	rmSync,
	truncateSync,
	writeFileSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hashesOf, sampleOf } from '../../src/library/file-hashes.ts';
import { Hasher } from '../../src/library/hash.ts';
import { Sampler, samplesOf } from '../../src/library/sample.ts';
import { systemClock } from '../../src/node/clock.ts';

const KiB = 1024;

let base: string;

beforeEach(() => {
	base = realpathSync(mkdtempSync(join(tmpdir(), 'sallyport-sample-')));
});

afterEach(() => {
	rmSync(base, { recursive: true });
});

function noise(size: number): Buffer {
	return Buffer.alloc(size, createHash('sha512').update(`${size}`).digest());
}

/** Bytes that the disk is asked for during the call, in this thread. */
function bytesRead(call: () => void): number {
	const { readSync } = fs;
	let count = 0;
	fs.readSync = ((...args: Parameters<typeof readSync>) => {
		const read = readSync(...args);
		count += read;
		return read;
	}) as typeof readSync;
	syncBuiltinESMExports();
	try {
		call();
	} finally {
		fs.readSync = readSync;
		syncBuiltinESMExports();
	}
	return count;
}

describe('the samples of a file', () => {
	test('are the whole of a small one, and the ends and what is between of a large one', () => {
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 2 ** 45 }), (size) => {
				const spans = samplesOf(size);
				expect(spans[0]!.from).toBe(0);
				expect(spans.at(-1)!.to).toBe(size);
				for (const [at, { from, to }] of spans.entries()) {
					expect(to).toBeGreaterThan(from);
					if (at > 0) expect(from).toBeGreaterThanOrEqual(spans[at - 1]!.to);
				}
				const bytes = spans.reduce((sum, { from, to }) => sum + to - from, 0);
				expect(bytes).toBe(Math.min(size, 256 * KiB));
			}),
		);
	});

	test('are the same whether the file passes by in pieces of any size, or they are read alone', () => {
		const bytes = noise(700_001);
		const path = join(base, 'file');
		writeFileSync(path, bytes);
		const fd = openSync(path, 'r');
		const alone = sampleOf(fd, bytes.length);
		expect(hashesOf(fd, bytes.length).sample).toEqual(alone);
		closeSync(fd);
		fc.assert(
			fc.property(fc.array(fc.integer({ min: 1, max: 300_000 }), { maxLength: 20 }), (pieces) => {
				const sampler = new Sampler(bytes.length);
				let at = 0;
				for (const piece of [...pieces, bytes.length]) sampler.update(bytes.subarray(at, (at += piece)));
				expect(sampler.finish()).toEqual(alone);
			}),
			{ numRuns: 30 },
		);
	});

	test('cost 256 KiB of reading, whatever the size', () => {
		const path = join(base, 'file');
		writeFileSync(path, noise(3_000_000));
		const fd = openSync(path, 'r');
		expect(bytesRead(() => sampleOf(fd, 3_000_000))).toBe(256 * KiB);
		expect(bytesRead(() => hashesOf(fd, 3_000_000))).toBe(3_000_000);
		closeSync(fd);
	});

	test('are all that the worker reads: of 256 GiB it has them at once', async () => {
		const path = join(base, 'file');
		writeFileSync(path, '');
		truncateSync(path, 2 ** 38);
		const handle = await open(path);
		const hasher = new Hasher(systemClock);
		const zeros = createHash('sha1').update(Buffer.alloc(256 * KiB));
		expect(Buffer.from(await hasher.sample(handle, 2 ** 38))).toEqual(zeros.digest());
		await hasher.close();
		await handle.close();
	});

	test('of a file that became shorter cannot be read', () => {
		const path = join(base, 'file');
		writeFileSync(path, noise(400_000));
		const fd = openSync(path, 'r');
		expect(() => sampleOf(fd, 400_001)).toThrow(/shorter/);
		closeSync(fd);
	});
});
