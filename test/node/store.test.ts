import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { mostEvidence } from '../../src/node/store/evidence.ts';
import { Store } from '../../src/node/store.ts';

let folder: string;
let path: string;
let store: Store;

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'sallyport-store-'));
	path = join(folder, 'sallyport.sqlite');
	store = new Store(path);
});

afterEach(() => {
	store.close();
	rmSync(folder, { recursive: true });
});

function reopen(): void {
	store.close();
	store = new Store(path);
}

const source = {
	network: 'gnutella' as const,
	host: '127.0.0.2',
	port: 6346,
	id: 'aa',
	index: 3,
	firewalled: true,
	agent: 'Test/1',
};

test('the store is readable by us alone', () => {
	expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('the identity is made once and kept', () => {
	let calls = 0;
	const random = (bytes: number) => new Uint8Array(bytes).fill(++calls);
	const guid = store.identity.guid(random);
	expect([guid.length, guid[0], guid[8], guid[15]]).toEqual([16, 1, 0xff, 0]);
	const key = store.identity.apiKey(random);
	reopen();
	expect(store.identity.guid(random)).toEqual(guid);
	expect(store.identity.apiKey(random)).toEqual(key);
	expect(calls).toBe(2);
});

test('a host that fails three times is forgotten, one that answers in between is not', () => {
	const address = { host: '127.0.0.3', port: 6346 };
	store.hosts.remember('gnutella', address, 'ultrapeer', 1000);
	store.hosts.remember('gnutella', address, 'failed', 1001);
	store.hosts.remember('gnutella', address, 'failed', 1002);
	store.hosts.remember('gnutella', { host: '127.0.0.4', port: 1 }, 'uhc', 900);
	expect(store.hosts.best('gnutella', 10).map((host) => host.host)).toEqual(['127.0.0.4', '127.0.0.3']);
	store.hosts.remember('gnutella', address, 'ultrapeer', 1003);
	store.hosts.remember('gnutella', address, 'failed', 1004);
	reopen();
	expect(store.hosts.best('gnutella', 1)[0]).toMatchObject({
		host: '127.0.0.4',
		what: 'uhc',
		failed: 0,
		seen: 900,
	});
	expect(store.hosts.best('gnutella', 10)).toHaveLength(2);
	store.hosts.remember('gnutella', address, 'failed', 1005);
	store.hosts.remember('gnutella', address, 'failed', 1006);
	expect(store.hosts.best('gnutella', 10)).toHaveLength(1);
});

test('the host cache is bounded, the lately seen stay', () => {
	for (let at = 0; at < 5300; at++) {
		store.hosts.remember('gnutella', { host: `10.0.${at >> 8}.${at & 255}`, port: 6346 }, 'leaf', at);
	}
	const all = store.hosts.best('gnutella', 10_000);
	expect(all.length).toBeLessThanOrEqual(5100);
	expect(all[0]!.seen).toBe(5299);
	expect(all.at(-1)!.seen).toBeGreaterThan(100);
});

test('a file keeps its number when its content changes, loses its hash then, and its number is never given again', () => {
	const { library } = store;
	const share = library.addFolder('/srv/share');
	expect(library.addFolder('/srv/share').id).toBe(share.id);
	const stamp = { size: 5, mtime: 1_700_000_000_123.456, ino: 2 ** 60 };
	const file = library.putFile(share.id, 'a/b.txt', stamp);
	const hashes = {
		sha1: new Uint8Array(20).fill(9),
		tth: new Uint8Array(24).fill(8),
		slices: new Uint8Array(48).fill(7),
		sample: new Uint8Array(20).fill(6),
	};
	library.hashed(file.id, hashes);
	expect(library.slices(file.id)).toEqual(hashes.slices);
	expect(library.sample(file.id)).toEqual(hashes.sample);
	library.touched(file.id, 5.5);
	expect(library.files(share.id)).toMatchObject([{ mtime: 5.5, sha1: hashes.sha1 }]);
	library.touched(file.id, stamp.mtime);
	library.served(file.id, 1, 500);
	reopen();
	expect(store.library.files(share.id)[0]).toMatchObject({
		...stamp,
		id: file.id,
		path: 'a/b.txt',
		sha1: hashes.sha1,
		tth: hashes.tth,
		requests: 1,
		served: 500,
	});
	expect(store.library.putFile(share.id, 'a/b.txt', { ...stamp, size: 6 })).toMatchObject({
		id: file.id,
		sha1: null,
		tth: null,
	});
	expect(store.library.slices(file.id)).toBeUndefined();
	expect(store.library.sample(file.id)).toBeUndefined();
	store.library.removeFile(file.id);
	expect(store.library.putFile(share.id, 'a/b.txt', stamp).id).toBeGreaterThan(file.id);
	store.library.removeFolder(share.id);
	expect(store.library.folders()).toEqual([]);
	expect(store.library.files(share.id)).toEqual([]);
});

test('changes made together are kept together or not at all', () => {
	const share = store.library.addFolder('/srv/share');
	const stamp = { size: 1, mtime: 1, ino: 1 };
	expect(() =>
		store.library.together(() => {
			store.library.putFile(share.id, 'one', stamp);
			throw new Error('in between');
		}),
	).toThrow('in between');
	expect(store.library.files(share.id)).toEqual([]);
	store.library.together(() => store.library.putFile(share.id, 'two', stamp));
	expect(store.library.files(share.id)).toHaveLength(1);
});

test('a download and its sources come back as they were stored', () => {
	const wanted = {
		name: 'a.ogg',
		sha1: 'A'.repeat(32),
		size: null,
		out: '/tmp/out',
		why: 'new',
		priority: 0,
		createdAt: 77,
	};
	const record = store.transfers.addDownload(wanted, [source]);
	expect(record).toEqual({
		...wanted,
		id: record.id,
		state: 'wanted',
		done: 0,
		verdict: 'ok',
		findings: [],
		scanners: [],
		releasedAt: null,
		endedAt: null,
	});
	const changed = { ...record, size: 10, state: 'fetching', done: 4, path: '/tmp/out/a.ogg' } as const;
	store.transfers.saveDownload(changed);
	const proxies = [
		{ host: '10.0.0.1', port: 6346 },
		{ host: '2001:db8::1', port: 1 },
	];
	store.transfers.putSource(record.id, { ...source, number: 1, trust: 'suspect', gave: 4, proxies });
	reopen();
	expect(store.transfers.downloads()).toEqual([changed]);
	expect(store.transfers.sources(record.id)).toEqual([
		{ ...source, number: 1, trust: 'suspect', gave: 4, proxies },
	]);
	store.transfers.putSource(record.id, { ...source, number: 1, trust: 'suspect', gave: 4 });
	expect(store.transfers.sources(record.id)[0]).not.toHaveProperty('proxies');
	store.transfers.removeDownload(record.id);
	expect(store.transfers.downloads()).toEqual([]);
	expect(store.transfers.sources(record.id)).toEqual([]);
});

test('finished downloads stay in the history after they left the list', () => {
	const { transfers } = store;
	for (const name of ['Big Buck Bunny.ogv', 'other.txt', 'unfinished bunny']) {
		const record = transfers.addDownload(
			{ name, size: 3, out: '/o', why: '', priority: 0, createdAt: 1 },
			[],
		);
		if (name.startsWith('unf')) transfers.saveDownload({ ...record, state: 'cancelled', endedAt: 9 });
		else transfers.saveDownload({ ...record, state: 'complete', path: `/o/${name}`, endedAt: 9 });
		transfers.removeDownload(record.id);
	}
	expect(transfers.history('bunny', 10)).toMatchObject([
		{ name: 'Big Buck Bunny.ogv', path: '/o/Big Buck Bunny.ogv' },
	]);
	expect(transfers.history('', 10)).toHaveLength(2);
	expect(transfers.history('%', 10)).toEqual([]);
});

test('the number of a search is never used twice, also over restarts', () => {
	const first = store.searches.add('one', 1);
	store.searches.ended(first, 12, 5);
	expect(store.searches.list(5)).toMatchObject([
		{ id: first, words: 'one', startedAt: 1, endedAt: 5, hits: 12 },
	]);
	store.searches.remove(first);
	reopen();
	expect(store.searches.add('two', 2)).toBeGreaterThan(first);
	expect(store.searches.list(5).map((search) => search.words)).toEqual(['two']);
});

test('equal evidence in a row is one record with a count', () => {
	const record = { at: 1.5, code: 'a.b.c', subject: '127.0.0.1:1' };
	for (let at = 0; at < 100; at++) store.evidence.add(record);
	store.evidence.add({ ...record, detail: 'other', count: 5 });
	expect(store.evidence.list(10)).toMatchObject([
		{ at: 1, count: 5, detail: 'other' },
		{ at: 1, count: 100, code: 'a.b.c' },
	]);
	const [newest] = store.evidence.list(1);
	expect(store.evidence.list(10, newest!.id)).toHaveLength(1);
	reopen();
	expect(store.evidence.count()).toBe(2);
});

test('evidence is bounded: the oldest leaves first', () => {
	for (let at = 0; at < mostEvidence + 1000; at++)
		store.evidence.add({ at, code: 'x.y.z', subject: `${at}` });
	expect(store.evidence.count()).toBe(mostEvidence);
	expect(store.evidence.list(1)[0]!.subject).toBe(`${mostEvidence + 999}`);
});

test('a store of a newer version is left alone', () => {
	store.close();
	const database = new DatabaseSync(path);
	database.exec('PRAGMA user_version = 99');
	database.close();
	expect(() => new Store(path)).toThrow(/newer Sallyport/);
});

test('what eDonkey users have given is kept over restarts, and forgotten after 150 days', () => {
	const day = 86_400_000;
	const key = Uint8Array.of(1, 2, 3);
	const credit = { user: 'aa', key, bound: true, received: 2 ** 40, sent: 7, seenAt: 1000 * day };
	store.credits.put({ ...credit, received: 1, bound: false });
	store.credits.put(credit);
	reopen();
	expect(store.credits.get('aa')).toEqual(credit);
	expect(store.credits.get('bb')).toBeUndefined();
	for (let i = 0; i < 100; i++) store.credits.put({ ...credit, user: 'bb', seenAt: 1150 * day + 1 });
	expect(store.credits.get('aa')).toBeUndefined();
	expect(store.credits.get('bb')).toBeDefined();
});
