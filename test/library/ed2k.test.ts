import {
	mkdirSync,
	mkdtempSync,
	realpathSync,
	rmSync,
	truncateSync,
	utimesSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { md4, partSize } from '../../src/library/ed2k-hash.ts';
import { Library } from '../../src/library/library.ts';
import { hex, unhex } from '../../src/networks/common/hash.ts';
import { systemClock } from '../../src/node/clock.ts';
import { Store } from '../../src/node/store.ts';

let base: string;
let share: string;
let store: Store;
let library: Library;
/** Files that were hashed whole, by their id. */
let hashed: number[];

beforeEach(() => {
	base = realpathSync(mkdtempSync(join(tmpdir(), 'sallyport-ed2k-')));
	share = join(base, 'share');
	mkdirSync(share);
});

afterEach(async () => {
	await end();
	rmSync(base, { recursive: true });
});

function begin(ed2k: boolean): void {
	hashed = [];
	store = new Store(join(base, 'store.sqlite'));
	const { hashed: keep } = store.library;
	store.library.hashed = (id, hashes) => {
		hashed.push(id);
		keep.call(store.library, id, hashes);
	};
	const options = { clock: systemClock, never: [], notice: () => {}, rescanMinutes: 0, watch: false, ed2k };
	library = new Library(store.library, options);
}

async function end(): Promise<void> {
	await library.close();
	store.close();
}

/** Zeros, which take no room on the disk. */
async function shareZeros(size: number): Promise<string> {
	const path = join(share, 'zeros.bin');
	writeFileSync(path, '');
	truncateSync(path, size);
	utimesSync(path, 1000, 1000);
	await library.addFolder(share);
	await settle();
	return path;
}

async function settle(): Promise<void> {
	await library.rescan();
	await library.idle();
}

async function again(ed2k: boolean): Promise<void> {
	await end();
	begin(ed2k);
	await library.start();
	await library.idle();
}

const zerosOfAPart = 'd7def262a127cd79096a108e7a9fc138';
const emptyPart = '31d6cfe0d16ae931b73c59d7e0c089c0';

describe('a node that takes part in eDonkey', () => {
	test('finds a file by its ed2k hash, and has the hashes of its parts, an empty last one too', async () => {
		begin(true);
		await shareZeros(partSize);
		const ed2k = 'fc21d9af828f92a8df64beac3357425d';
		expect(library.file(1)).toMatchObject({ ed2k });
		expect(library.shares.byEd2k(unhex(ed2k)!)).toMatchObject({ id: 1, ed2k: unhex(ed2k) });
		expect(library.shares.byEd2k(unhex(zerosOfAPart)!)).toBeUndefined();
		const tree = library.tree(1, 'ed2k')!;
		expect(tree).toMatchObject({ kind: 'ed2k', slice: partSize });
		expect(hex(tree.slices)).toBe(zerosOfAPart + emptyPart);
		expect(library.tree(1)).toMatchObject({ kind: 'tiger' });
		expect(library.aich(1)).toHaveLength(20);
	});

	test('keeps no parts of a file that is shorter than one', async () => {
		begin(true);
		await shareZeros(1000);
		const hash = md4(new Uint8Array(1000));
		expect(store.library.ed2kParts(1)).toBeUndefined();
		expect(library.tree(1, 'ed2k')).toEqual({ kind: 'ed2k', slices: hash, slice: partSize });
		expect(library.file(1)?.ed2k).toBe(hex(hash));
	});

	test('knows it all again after a restart, and reads nothing', async () => {
		begin(true);
		await shareZeros(2 * partSize + 1);
		const before = { ...library.file(1)! };
		const [tree, aich] = [library.tree(1, 'ed2k'), library.aich(1)];
		await again(true);
		expect(hashed).toEqual([]);
		expect(library.file(1)).toEqual(before);
		expect(library.tree(1, 'ed2k')).toEqual(tree);
		expect(library.aich(1)).toEqual(aich);
	});

	test('forgets them with the content', async () => {
		begin(true);
		const path = await shareZeros(1000);
		const { ed2k } = library.file(1)!;
		writeFileSync(path, 'something else');
		await settle();
		expect(library.shares.byEd2k(unhex(ed2k!)!)).toBeUndefined();
		expect(library.file(1)?.ed2k).toBe(hex(md4(new TextEncoder().encode('something else'))));
	});
});

describe('a node that did not take part in eDonkey', () => {
	test('has no such hash', async () => {
		begin(false);
		await shareZeros(partSize + 1);
		expect(library.file(1)?.sha1).toHaveLength(32);
		expect(library.file(1)).not.toHaveProperty('ed2k');
		expect(library.tree(1, 'ed2k')).toBeUndefined();
		expect(library.aich(1)).toBeUndefined();
		await again(false);
		expect(hashed).toEqual([]);
	});

	test('hashes its files once more when it begins to, and shares them meanwhile', async () => {
		begin(false);
		await shareZeros(600_000);
		const { sha1 } = library.file(1)!;
		await end();
		begin(true);
		library.pauseHashing(true);
		await library.start();
		expect(library.hashing).toBe(1);
		expect(library.file(1)).toMatchObject({ sha1 });
		expect([...library.shares.all()]).toHaveLength(1);
		library.pauseHashing(false);
		await library.idle();
		expect(hashed).toEqual([1]);
		expect(library.file(1)).toMatchObject({ sha1, ed2k: hex(md4(new Uint8Array(600_000))) });
		await again(true);
		expect(hashed).toEqual([]);
	});

	test('does so too with a file of which only the time changed meanwhile', async () => {
		begin(false);
		const path = await shareZeros(600_000);
		await end();
		utimesSync(path, 2000, 2000);
		begin(true);
		library.pauseHashing(true);
		await library.start();
		library.pauseHashing(false);
		await library.idle();
		expect(library.file(1)).toMatchObject({ modified: 2_000_000, ed2k: hex(md4(new Uint8Array(600_000))) });
	});
});
