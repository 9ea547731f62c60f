import { truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { md4, partSize } from '../../src/library/ed2k-hash.ts';
import { hex, unhex } from '../../src/networks/common/hash.ts';
import { LibraryOnDisk } from './on-disk.ts';

let disk: LibraryOnDisk;

beforeEach(() => {
	disk = new LibraryOnDisk();
});

afterEach(() => disk.remove());

/** Zeros, which take no room on the disk. */
async function shareZeros(size: number): Promise<string> {
	const path = join(disk.share, 'zeros.bin');
	writeFileSync(path, '');
	truncateSync(path, size);
	utimesSync(path, 1000, 1000);
	await disk.settle();
	return path;
}

const zerosOfAPart = 'd7def262a127cd79096a108e7a9fc138';
const emptyPart = '31d6cfe0d16ae931b73c59d7e0c089c0';

describe('a node that takes part in eDonkey', () => {
	test('finds a file by its ed2k hash, and has the hashes of its parts, an empty last one too', async () => {
		disk.begin({ ed2k: true });
		await shareZeros(partSize);
		const ed2k = 'fc21d9af828f92a8df64beac3357425d';
		expect(disk.library.file(1)).toMatchObject({ ed2k });
		expect(disk.library.shares.byEd2k(unhex(ed2k)!)).toMatchObject({ id: 1, ed2k: unhex(ed2k) });
		expect(disk.library.shares.byEd2k(unhex(zerosOfAPart)!)).toBeUndefined();
		const tree = disk.library.tree(1, 'ed2k')!;
		expect(tree).toMatchObject({ kind: 'ed2k', slice: partSize });
		expect(hex(tree.slices)).toBe(zerosOfAPart + emptyPart);
		expect(disk.library.tree(1)).toMatchObject({ kind: 'tiger' });
		expect(disk.library.aich(1)).toHaveLength(20);
	});

	test('keeps no parts of a file that is shorter than one', async () => {
		disk.begin({ ed2k: true });
		await shareZeros(1000);
		const hash = md4(new Uint8Array(1000));
		expect(disk.store.library.ed2kParts(1)).toBeUndefined();
		expect(disk.library.tree(1, 'ed2k')).toEqual({ kind: 'ed2k', slices: hash, slice: partSize });
		expect(disk.library.file(1)?.ed2k).toBe(hex(hash));
	});

	test('knows it all again after a restart, and reads nothing', async () => {
		disk.begin({ ed2k: true });
		await shareZeros(2 * partSize + 1);
		const before = { ...disk.library.file(1)! };
		const [tree, aich] = [disk.library.tree(1, 'ed2k'), disk.library.aich(1)];
		await disk.again({ ed2k: true });
		expect(disk.hashed).toEqual([]);
		expect(disk.library.file(1)).toEqual(before);
		expect(disk.library.tree(1, 'ed2k')).toEqual(tree);
		expect(disk.library.aich(1)).toEqual(aich);
	});

	test('forgets them with the content', async () => {
		disk.begin({ ed2k: true });
		const path = await shareZeros(1000);
		const { ed2k } = disk.library.file(1)!;
		writeFileSync(path, 'something else');
		await disk.settle();
		expect(disk.library.shares.byEd2k(unhex(ed2k!)!)).toBeUndefined();
		expect(disk.library.file(1)?.ed2k).toBe(hex(md4(new TextEncoder().encode('something else'))));
	});
});

describe('a node that did not take part in eDonkey', () => {
	test('has no such hash', async () => {
		disk.begin({ ed2k: false });
		await shareZeros(partSize + 1);
		expect(disk.library.file(1)?.sha1).toHaveLength(32);
		expect(disk.library.file(1)).not.toHaveProperty('ed2k');
		expect(disk.library.tree(1, 'ed2k')).toBeUndefined();
		expect(disk.library.aich(1)).toBeUndefined();
		await disk.again({ ed2k: false });
		expect(disk.hashed).toEqual([]);
	});

	test('hashes its files once more when it begins to, and shares them meanwhile', async () => {
		disk.begin({ ed2k: false });
		await shareZeros(600_000);
		const { sha1 } = disk.library.file(1)!;
		await disk.end();
		disk.begin({ ed2k: true });
		disk.library.pauseHashing(true);
		await disk.library.start();
		expect(disk.library.hashing).toBe(1);
		expect(disk.library.file(1)).toMatchObject({ sha1 });
		expect([...disk.library.shares.all()]).toHaveLength(1);
		disk.library.pauseHashing(false);
		await disk.library.idle();
		expect(disk.hashed).toEqual([1]);
		expect(disk.library.file(1)).toMatchObject({ sha1, ed2k: hex(md4(new Uint8Array(600_000))) });
		await disk.again({ ed2k: true });
		expect(disk.hashed).toEqual([]);
	});

	test('does so too with a file of which only the time changed meanwhile', async () => {
		disk.begin({ ed2k: false });
		const path = await shareZeros(600_000);
		await disk.end();
		utimesSync(path, 2000, 2000);
		disk.begin({ ed2k: true });
		disk.library.pauseHashing(true);
		await disk.library.start();
		disk.library.pauseHashing(false);
		await disk.library.idle();
		expect(disk.library.file(1)).toMatchObject({
			modified: 2_000_000,
			ed2k: hex(md4(new Uint8Array(600_000))),
		});
	});
});
