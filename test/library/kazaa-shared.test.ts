/** A node that takes part in FastTrack has FTHash and kzhash of what it shares, from the same reading as all other hashes. */
import { utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FtHash } from '../../src/library/fthash.ts';
import { KzHasher, type KzTree } from '../../src/library/kzhash.ts';
import { hex, unhex } from '../../src/networks/common/hash.ts';
import { LibraryOnDisk } from './on-disk.ts';

let disk: LibraryOnDisk;

beforeEach(() => {
	disk = new LibraryOnDisk();
});

afterEach(() => disk.remove());

/** Above what is hashed on the spot, and with samples behind the first 300 KiB. */
const content = Uint8Array.from({ length: 700_000 }, (_, at) => (at * 31 + (at >> 8)) & 255);

async function shared(bytes = content): Promise<string> {
	const path = join(disk.share, 'amber.bin');
	writeFileSync(path, bytes);
	utimesSync(path, 1000, 1000);
	await disk.settle();
	return path;
}

function fthashOf(bytes: Uint8Array): string {
	const hash = new FtHash(bytes.length);
	hash.update(bytes);
	return hex(hash.digest());
}

function treeOf(bytes: Uint8Array): KzTree {
	const hasher = new KzHasher(bytes.length);
	hasher.update(bytes);
	return hasher.finish();
}

function namesOf(bytes: Uint8Array): { fthash: string; kzhash: string } {
	const fthash = fthashOf(bytes);
	return { fthash, kzhash: fthash + hex(treeOf(bytes).root) };
}

test('it is found by its FTHash, and has its tree, also after a restart, which reads nothing', async () => {
	disk.begin({ fthash: true });
	await shared();
	const { fthash, kzhash } = namesOf(content);
	const { root: kztree, slices } = treeOf(content);
	for (const _ of [1, 2]) {
		expect(disk.library.file(1)).toMatchObject({ fthash, kzhash });
		expect(disk.library.file(1)).not.toHaveProperty('ed2k');
		expect(disk.library.shares.byFthash(unhex(fthash)!)).toMatchObject({
			...{ id: 1, fthash: unhex(fthash), kztree },
		});
		expect(disk.library.tree(1, 'kazaa')).toEqual({ kind: 'kazaa', slices, slice: 65_536 });
		expect(disk.library.shares.byFthash(new Uint8Array(20))).toBeUndefined();
		await disk.again({ fthash: true });
		expect(disk.hashed).toEqual([]);
	}
});

test('a small file, which is hashed on the spot, has them too; and another content has others', async () => {
	disk.begin({ fthash: true });
	const path = await shared(content.subarray(0, 1000));
	expect(disk.library.file(1)).toMatchObject(namesOf(content.subarray(0, 1000)));
	writeFileSync(path, content.subarray(0, 999));
	await disk.settle();
	expect(disk.library.file(1)).toMatchObject(namesOf(content.subarray(0, 999)));
	expect(disk.library.tree(1, 'kazaa')?.slices).toEqual(treeOf(content.subarray(0, 999)).slices);
	expect(disk.library.shares.byFthash(unhex(fthashOf(content.subarray(0, 1000)))!)).toBeUndefined();
});

test('a node that joins later reads its files once more, and forgets no hash of another network', async () => {
	disk.begin({ ed2k: true });
	await shared();
	const { ed2k, sha1 } = disk.library.file(1)!;
	expect(disk.library.file(1)).not.toHaveProperty('fthash');
	expect(disk.library.file(1)).not.toHaveProperty('kzhash');
	expect(disk.library.tree(1, 'kazaa')).toBeUndefined();
	await disk.again({ fthash: true });
	expect(disk.hashed).toEqual([1]);
	const all = { sha1, ed2k, ...namesOf(content) };
	expect(disk.library.file(1)).toMatchObject(all);
	await disk.again({ ed2k: true, fthash: true });
	expect(disk.hashed).toEqual([]);
	expect(disk.library.file(1)).toMatchObject(all);
	expect(disk.library.tree(1, 'ed2k')).toBeDefined();
});

test('a file of a version that made no trees is read once more, and found by its FTHash meanwhile', async () => {
	disk.begin({ fthash: true });
	await shared();
	const { hashed } = disk.store.library;
	disk.store.library.hashed = (id, { kztree: _, ...hashes }) => hashed.call(disk.store.library, id, hashes);
	await disk.library.removeFolder(disk.library.folders()[0]!.id);
	await disk.settle();
	await disk.end();
	disk.begin({ fthash: true });
	disk.library.pauseHashing(true);
	await disk.library.start();
	expect(disk.library.shares.byFthash(unhex(fthashOf(content))!)).toBeDefined();
	disk.library.pauseHashing(false);
	await disk.library.idle();
	expect([...disk.library.shares.all()]).toMatchObject([{ kztree: treeOf(content).root }]);
});

test('where only the time of a file changed, its hashes hold', async () => {
	disk.begin({ fthash: true });
	const path = await shared();
	disk.hashed = [];
	utimesSync(path, 2000, 2000);
	await disk.settle();
	expect(disk.hashed).toEqual([]);
	expect(disk.library.file(1)).toMatchObject({ modified: 2_000_000, ...namesOf(content) });
	expect(disk.library.shares.byFthash(unhex(fthashOf(content))!)?.id).toBe(1);
});
