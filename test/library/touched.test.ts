import { createHash } from 'node:crypto';
import {
	closeSync,
	mkdirSync,
	mkdtempSync,
	openSync,
	realpathSync,
	renameSync,
	rmSync,
	utimesSync,
	writeFileSync,
	writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Library } from '../../src/library/library.ts';
import { samplesOf } from '../../src/library/sample.ts';
import { systemClock } from '../../src/node/clock.ts';
import { Store } from '../../src/node/store.ts';

const KiB = 1024;

let base: string;
let share: string;
let store: Store;
let library: Library;
/** Files that were hashed whole, by their id. */
let hashed: number[];

beforeEach(() => {
	base = realpathSync(mkdtempSync(join(tmpdir(), 'sallyport-touched-')));
	share = join(base, 'share');
	mkdirSync(share);
	begin();
});

afterEach(async () => {
	await end();
	rmSync(base, { recursive: true });
});

function begin(): void {
	hashed = [];
	store = new Store(join(base, 'store.sqlite'));
	const { hashed: keep } = store.library;
	store.library.hashed = (id, hashes) => {
		hashed.push(id);
		keep.call(store.library, id, hashes);
	};
	library = new Library(store.library, {
		clock: systemClock,
		never: [],
		notice: () => {},
		rescanMinutes: 0,
		watch: false,
	});
}

async function end(): Promise<void> {
	await library.close();
	store.close();
}

/** Shares one file and waits until it is hashed. */
async function shareOne(bytes: Uint8Array): Promise<string> {
	const path = join(share, 'song.ogg');
	writeFileSync(path, bytes);
	utimesSync(path, 1000, 1000);
	await library.addFolder(share);
	await settle();
	expect(hashed).toEqual([1]);
	hashed = [];
	return path;
}

async function settle(): Promise<void> {
	await library.rescan();
	await library.idle();
}

function put(path: string, at: number, text: string): void {
	const fd = openSync(path, 'r+');
	writeSync(fd, text, at);
	closeSync(fd);
}

function noise(size: number): Buffer {
	return Buffer.alloc(size, createHash('sha512').update(`${size}`).digest());
}

function isServed(bytes: Uint8Array): boolean {
	return library.shares.bySha1(createHash('sha1').update(bytes).digest()) !== undefined;
}

describe('a file of which only the time changed', () => {
	test.each([1000, 3_000_000])('keeps its hashes, tree and number: %d bytes', async (size) => {
		const bytes = noise(size);
		const path = await shareOne(bytes);
		const before = { ...library.file(1)! };
		const tree = library.tree(1);
		utimesSync(path, 2000, 2000);
		await settle();
		expect(hashed).toEqual([]);
		expect(library.files()).toEqual([{ ...before, modified: 2_000_000, present: true }]);
		expect(library.tree(1)).toEqual(tree);
		expect(isServed(bytes)).toBe(true);
		const { handle } = await library.open(1);
		await handle.close();
		// The new time is kept over a restart.
		await end();
		begin();
		await library.start();
		await library.idle();
		expect(hashed).toEqual([]);
		expect(library.files()).toMatchObject([{ sha1: before.sha1, modified: 2_000_000 }]);
	});

	test('is not served before its samples are compared, also when it is touched once more meanwhile', async () => {
		const bytes = noise(600_000);
		const path = await shareOne(bytes);
		library.pauseHashing(true);
		for (const time of [2000, 3000]) {
			utimesSync(path, time, time);
			await library.rescan();
			expect(isServed(bytes)).toBe(false);
			expect(library.hashing).toBeGreaterThan(0);
			expect(library.file(1)?.sha1).toBeUndefined();
			expect(library.tree(1)).toBeUndefined();
			await expect(library.open(1)).rejects.toMatchObject({ code: 'library.file.unknown' });
		}
		library.pauseHashing(false);
		await library.idle();
		expect(hashed).toEqual([]);
		expect(isServed(bytes)).toBe(true);
		expect(library.file(1)).toMatchObject({ modified: 3_000_000 });
	});

	test('is compared after a restart that came before the comparison', async () => {
		const bytes = noise(600_000);
		const path = await shareOne(bytes);
		library.pauseHashing(true);
		utimesSync(path, 2000, 2000);
		await library.rescan();
		await end();
		begin();
		await library.start();
		await library.idle();
		expect(hashed).toEqual([]);
		expect(isServed(bytes)).toBe(true);
		expect(library.file(1)).toMatchObject({ modified: 2_000_000 });
	});

	test('is hashed where an older version took no samples of it', async () => {
		const bytes = noise(600_000);
		const path = await shareOne(bytes);
		store.library.sample = () => undefined;
		utimesSync(path, 2000, 2000);
		await settle();
		expect(hashed).toEqual([1]);
		expect(isServed(bytes)).toBe(true);
	});
});

describe('a file whose time and content changed', () => {
	test.each([
		['any byte of a small one', 200 * KiB, 123_456],
		['the first byte of a large one', 3_000_000, 0],
		['the last byte of a large one', 3_000_000, 2_999_999],
	])('is hashed again, the size being the same: %s', async (_, size, at) => {
		const bytes = noise(size);
		const path = await shareOne(bytes);
		put(path, at, '!');
		await settle();
		expect(hashed).toEqual([1]);
		expect(isServed(bytes)).toBe(false);
		bytes.write('!', at);
		expect(isServed(bytes)).toBe(true);
		// The new samples are those that the next touch is compared with.
		hashed = [];
		utimesSync(path, 2000, 2000);
		await settle();
		expect(hashed).toEqual([]);
		expect(isServed(bytes)).toBe(true);
	});

	test('is hashed again when its size is another, or another file took its place', async () => {
		const bytes = noise(600_000);
		const path = await shareOne(bytes);
		store.library.sample = () => {
			throw new Error('no samples are compared');
		};
		put(path, bytes.length, 'more');
		await settle();
		expect(hashed).toEqual([1]);
		writeFileSync(join(base, 'other'), noise(600_004));
		renameSync(join(base, 'other'), path);
		await settle();
		expect(hashed).toEqual([1, 1]);
		expect(isServed(noise(600_004))).toBe(true);
	});

	test('is forgotten under its old hash when it may no longer be shared', async () => {
		const text = 'a letter'.padEnd(2000, '.');
		const path = await shareOne(Buffer.from(text));
		put(path, 0, '-----BEGIN OPENSSH PRIVATE KEY-----\n');
		await settle();
		expect(hashed).toEqual([]);
		expect(library.shares.files).toBe(0);
		expect(store.library.files(1)).toMatchObject([{ sha1: null }]);
	});

	test('keeps its old hash where the change lies between the samples: the known gap', async () => {
		const bytes = noise(3_000_000);
		const path = await shareOne(bytes);
		const gap = samplesOf(bytes.length)[0]!.to;
		put(path, gap, '!');
		await settle();
		expect(hashed).toEqual([]);
		expect(isServed(bytes)).toBe(true);
	});
});
