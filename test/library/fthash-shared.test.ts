/** A node that takes part in FastTrack has the FTHash of what it shares, from the same reading as all other hashes. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FtHash } from '../../src/library/fthash.ts';
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
	base = realpathSync(mkdtempSync(join(tmpdir(), 'sallyport-fthash-')));
	share = join(base, 'share');
	mkdirSync(share);
});

afterEach(async () => {
	await end();
	rmSync(base, { recursive: true });
});

function begin(also: { ed2k?: boolean; fthash?: boolean }): void {
	hashed = [];
	store = new Store(join(base, 'store.sqlite'));
	const { hashed: keep } = store.library;
	store.library.hashed = (id, hashes) => {
		hashed.push(id);
		keep.call(store.library, id, hashes);
	};
	const options = { clock: systemClock, never: [], notice: () => {}, rescanMinutes: 0, watch: false };
	library = new Library(store.library, { ...options, ...also });
}

async function end(): Promise<void> {
	await library.close();
	store.close();
}

async function again(also: { ed2k?: boolean; fthash?: boolean }): Promise<void> {
	await end();
	begin(also);
	await library.start();
	await library.idle();
}

/** Above what is hashed on the spot, and with samples behind the first 300 KiB. */
const content = Uint8Array.from({ length: 700_000 }, (_, at) => (at * 31 + (at >> 8)) & 255);

async function shared(bytes = content): Promise<string> {
	const path = join(share, 'amber.bin');
	writeFileSync(path, bytes);
	utimesSync(path, 1000, 1000);
	await library.addFolder(share);
	await library.rescan();
	await library.idle();
	return path;
}

function fthashOf(bytes: Uint8Array): string {
	const hash = new FtHash(bytes.length);
	hash.update(bytes);
	return hex(hash.digest());
}

test('it is found by that hash, also after a restart, which reads nothing', async () => {
	begin({ fthash: true });
	await shared();
	const fthash = fthashOf(content);
	for (const _ of [1, 2]) {
		expect(library.file(1)).toMatchObject({ fthash });
		expect(library.file(1)).not.toHaveProperty('ed2k');
		expect(library.shares.byFthash(unhex(fthash)!)).toMatchObject({ id: 1, fthash: unhex(fthash) });
		expect(library.shares.byFthash(new Uint8Array(20))).toBeUndefined();
		await again({ fthash: true });
		expect(hashed).toEqual([]);
	}
});

test('a small file, which is hashed on the spot, has it too; and another content has another', async () => {
	begin({ fthash: true });
	const path = await shared(content.subarray(0, 1000));
	expect(library.file(1)?.fthash).toBe(fthashOf(content.subarray(0, 1000)));
	writeFileSync(path, content.subarray(0, 999));
	await library.rescan();
	await library.idle();
	expect(library.file(1)?.fthash).toBe(fthashOf(content.subarray(0, 999)));
	expect(library.shares.byFthash(unhex(fthashOf(content.subarray(0, 1000)))!)).toBeUndefined();
});

test('a node that joins later reads its files once more, and forgets no hash of another network', async () => {
	begin({ ed2k: true });
	await shared();
	const { ed2k, sha1 } = library.file(1)!;
	expect(library.file(1)).not.toHaveProperty('fthash');
	await again({ fthash: true });
	expect(hashed).toEqual([1]);
	const both = { sha1, ed2k, fthash: fthashOf(content) };
	expect(library.file(1)).toMatchObject(both);
	await again({ ed2k: true, fthash: true });
	expect(hashed).toEqual([]);
	expect(library.file(1)).toMatchObject(both);
	expect(library.tree(1, 'ed2k')).toBeDefined();
});

test('where only the time of a file changed, its hash holds', async () => {
	begin({ fthash: true });
	const path = await shared();
	hashed = [];
	utimesSync(path, 2000, 2000);
	await library.rescan();
	await library.idle();
	expect(hashed).toEqual([]);
	expect(library.file(1)).toMatchObject({ modified: 2_000_000, fthash: fthashOf(content) });
	expect(library.shares.byFthash(unhex(fthashOf(content))!)?.id).toBe(1);
});
