import { createHash } from 'node:crypto';
import {
	appendFileSync,
	mkdirSync,
	mkdtempSync,
	realpathSync,
	renameSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Evidence } from '../../src/evidence/evidence.ts';
import { Library } from '../../src/library/library.ts';
import { base32 } from '../../src/networks/common/hash.ts';
import { systemClock } from '../../src/node/clock.ts';
import { Store } from '../../src/node/store.ts';

let base: string;
let share: string;
let store: Store;
let library: Library;
let hashed: string[];
let notices: Evidence[];

beforeEach(() => {
	base = realpathSync(mkdtempSync(join(tmpdir(), 'sallyport-library-')));
	share = join(base, 'share');
	mkdirSync(share);
	hashed = [];
	notices = [];
	begin();
});

afterEach(async () => {
	await end();
	rmSync(base, { recursive: true });
});

function begin(watch = false): void {
	store = new Store(join(base, 'store.sqlite'));
	const { hashed: keep } = store.library;
	store.library.hashed = (id, hashes) => {
		hashed.push(base32(hashes.sha1));
		keep.call(store.library, id, hashes);
	};
	library = new Library(store.library, {
		clock: systemClock,
		never: [join(base, 'home')],
		notice: (record) => notices.push(record),
		rescanMinutes: 0,
		watch,
	});
}

async function end(): Promise<void> {
	await library.close();
	store.close();
}

/** Adds the folder and waits until all of it is hashed. */
async function shareAll(): Promise<number> {
	const { id } = await library.addFolder(share);
	await settle(id);
	return id;
}

async function settle(id?: number): Promise<void> {
	await library.rescan(id);
	await library.idle();
}

function sha1(text: string): Buffer {
	return createHash('sha1').update(text).digest();
}

function names(query: string): string[] {
	return library.shares.match(query, 100).map((file) => file.name);
}

test('an added folder is scanned and hashed, and then the network sees names, sizes and hashes', async () => {
	mkdirSync(join(share, 'talks'));
	writeFileSync(join(share, 'talks', 'Peer to Peer.pdf'), 'slides');
	writeFileSync(join(share, 'notes.txt'), 'notes');
	const id = await shareAll();
	expect(names('peer')).toEqual(['Peer to Peer.pdf']);
	// Folders are no part of the name: nothing of the disk's layout goes out.
	expect(names('talks')).toEqual([]);
	const file = library.shares.bySha1(sha1('slides'))!;
	expect(file).toMatchObject({ name: 'Peer to Peer.pdf', size: 6 });
	expect(library.file(file.id)).toMatchObject({
		path: 'talks/Peer to Peer.pdf',
		folder: id,
		sha1: base32(sha1('slides')),
	});
	expect(library.folders()).toMatchObject([
		{ id, path: share, files: 2, bytes: 11, hashing: 0, leftOutCount: 0 },
	]);
	expect(library.folders()[0]!.scannedAt).toBeGreaterThan(0);
	expect([library.bytes, library.hashing, library.shares.files]).toEqual([11, 0, 2]);
});

test('a file is invisible until it is hashed', async () => {
	writeFileSync(join(share, 'film.ogv'), 'frames');
	library.pauseHashing(true);
	const { id } = await library.addFolder(share);
	await library.rescan(id);
	expect(names('film')).toEqual([]);
	const [file] = library.files();
	await expect(library.open(file!.id)).rejects.toMatchObject({ code: 'library.file.unknown' });
	expect(library.folders()[0]).toMatchObject({ files: 1, hashing: 1 });
	library.pauseHashing(false);
	await library.idle();
	expect(names('film')).toEqual(['film.ogv']);
});

test('a file that is renamed inside the share keeps its number and its hash', async () => {
	writeFileSync(join(share, 'old name.txt'), 'the same content');
	await shareAll();
	const [before] = library.files();
	hashed = [];
	mkdirSync(join(share, 'deeper'));
	renameSync(join(share, 'old name.txt'), join(share, 'deeper', 'new name.txt'));
	await library.rescan();
	await library.idle();
	expect(hashed).toEqual([]);
	expect(library.files()).toMatchObject([
		{ id: before!.id, sha1: before!.sha1, path: 'deeper/new name.txt' },
	]);
	expect(library.shares.match('old', 5)).toEqual([]);
	expect(library.shares.match('new name', 5).map(({ id }) => id)).toEqual([before!.id]);
	await end();
	begin();
	await library.start();
	expect(library.shares.match('new name', 5)).toHaveLength(1);
});

test('after a restart everything is visible at once and nothing is hashed again', async () => {
	for (let at = 0; at < 20; at++) writeFileSync(join(share, `file ${at}.txt`), `content ${at}`);
	await shareAll();
	const before = library.files();
	expect(hashed).toHaveLength(20);
	hashed = [];
	await end();
	begin();
	await library.start();
	await library.idle();
	expect(hashed).toEqual([]);
	expect(library.files()).toEqual(before);
	expect(library.shares.files).toBe(20);
});

test('after a restart only what changed meanwhile is hashed, under its old number', async () => {
	writeFileSync(join(share, 'same.txt'), 'same');
	writeFileSync(join(share, 'other.txt'), 'before');
	writeFileSync(join(share, 'gone.txt'), 'gone');
	await shareAll();
	const { id } = library.shares.bySha1(sha1('before'))!;
	await end();
	hashed = [];
	writeFileSync(join(share, 'other.txt'), 'afterwards');
	rmSync(join(share, 'gone.txt'));
	begin();
	await library.start();
	await library.idle();
	expect(hashed).toEqual([base32(sha1('afterwards'))]);
	expect(library.shares.bySha1(sha1('afterwards'))?.id).toBe(id);
	expect(library.shares.bySha1(sha1('before'))).toBeUndefined();
	expect(names('gone')).toEqual([]);
	expect(library.files()).toHaveLength(2);
});

test('a file that changed since it was hashed is not served, and then served with its new hash', async () => {
	writeFileSync(join(share, 'live.txt'), 'one');
	const id = await shareAll();
	const file = library.shares.bySha1(sha1('one'))!;
	appendFileSync(join(share, 'live.txt'), ' two');
	await expect(library.open(file.id)).rejects.toMatchObject({ code: 'library.file.changed' });
	expect(notices).toMatchObject([{ code: 'library.file.changed', subject: 'live.txt' }]);
	await settle(id);
	expect(library.shares.bySha1(sha1('one'))).toBeUndefined();
	const opened = await library.open(library.shares.bySha1(sha1('one two'))!.id);
	expect([opened.size, await opened.handle.readFile('utf8')]).toEqual([7, 'one two']);
	await opened.handle.close();
});

test('a file exchanged for a link to a secret is not served', async () => {
	writeFileSync(join(base, 'secret'), 'secret');
	writeFileSync(join(share, 'plain.txt'), 'plain');
	await shareAll();
	const file = library.shares.bySha1(sha1('plain'))!;
	rmSync(join(share, 'plain.txt'));
	symlinkSync(join(base, 'secret'), join(share, 'plain.txt'));
	await expect(library.open(file.id)).rejects.toMatchObject({ code: 'library.entry.link' });
	await settle();
	expect(library.shares.files).toBe(0);
	expect(library.folders()[0]!.leftOut).toEqual([{ path: 'plain.txt', reason: 'library.entry.link' }]);
});

test('a removed folder is invisible at once, also while it is scanned and hashed', async () => {
	for (let at = 0; at < 1200; at++) writeFileSync(join(share, `f${at}`), `${at}`);
	const { id } = await library.addFolder(share);
	const scanning = library.rescan(id);
	expect(library.removeFolder(id)).toBe(true);
	expect(library.removeFolder(id)).toBe(false);
	await scanning;
	await library.idle();
	expect([library.folders(), library.files(), library.shares.files]).toEqual([[], [], 0]);
	expect(store.library.folders()).toEqual([]);
	await shareAll();
	expect(library.shares.files).toBe(1200);
	library.removeFolder(library.folders()[0]!.id);
	expect([library.files().length, library.shares.files]).toEqual([0, 0]);
});

test('adding a folder twice is adding it once', async () => {
	writeFileSync(join(share, 'a'), 'a');
	const [one, two] = await Promise.all([library.addFolder(share), library.addFolder(`${share}/`)]);
	expect(one.id).toBe(two.id);
	expect(library.folders()).toHaveLength(1);
});

test.each([
	['/', 'library.root.system'],
	['/etc', 'library.root.system'],
	[homedir(), /library\.root\.(home|system)/],
])('%s is refused with a sentence', async (path, code) => {
	await expect(library.addFolder(path)).rejects.toMatchObject({ code: expect.stringMatching(code) });
	expect(library.folders()).toEqual([]);
});

test('a link to a forbidden folder, a missing folder, our own home and a nested folder are refused', async () => {
	symlinkSync('/etc', join(base, 'innocent'));
	mkdirSync(join(base, 'home', 'downloads'), { recursive: true });
	mkdirSync(join(share, 'inner'));
	await library.addFolder(share);
	const refusals: [string, string][] = [
		['innocent', 'library.root.system'],
		['missing', 'library.root.missing'],
		['home', 'library.root.private'],
		['share/inner', 'library.root.nested'],
	];
	for (const [path, code] of refusals)
		await expect(library.addFolder(join(base, path))).rejects.toMatchObject({ code });
	await expect(library.addFolder(join(base, 'home', 'downloads'))).resolves.toMatchObject({ files: 0 });
});

test('a home inside a shared folder is not entered', async () => {
	renameSync(share, join(base, 'unused'));
	mkdirSync(join(base, 'home'));
	writeFileSync(join(base, 'home', 'key'), 'key');
	mkdirSync(share);
	writeFileSync(join(share, 'a'), 'a');
	const { id } = await library.addFolder(base);
	await settle(id);
	expect(names('key')).toEqual([]);
	expect(library.folders()[0]!.leftOut).toContainEqual({ path: 'home', reason: 'library.entry.private' });
});

test('served bytes are counted and kept', async () => {
	writeFileSync(join(share, 'a'), 'a');
	await shareAll();
	const [file] = library.files();
	library.served(file!.id, 1, 700);
	library.served(file!.id, 1, 11);
	library.served(99_999, 1, 1);
	await end();
	begin();
	await library.start();
	expect(library.file(file!.id)).toMatchObject({ requests: 2, served: 711 });
});

test('a file that appears in a watched folder is shared by itself', async () => {
	await end();
	begin(true);
	const { id } = await library.addFolder(share);
	await settle(id);
	const appeared = new Promise<void>((resolve) => {
		library.onChange(() => {
			if (library.shares.files === 1) resolve();
		});
	});
	writeFileSync(join(share, 'new arrival.txt'), 'new');
	await appeared;
	expect(names('arrival')).toEqual(['new arrival.txt']);
});
