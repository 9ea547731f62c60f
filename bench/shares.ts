/**
 * A share of 100,000 small files: until a restarted library shows all of them, and a rescan that finds nothing new;
 * and the index alone with a million names: memory, a query of three words, and the same in SQLite's FTS5.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Library } from '../src/library/library.ts';
import { PostingIndex } from '../src/library/posting-index.ts';
import { systemClock } from '../src/node/clock.ts';
import { Store } from '../src/node/store.ts';
import { median } from './sides.ts';

const FILES = 100_000;
const NAMES = 1_000_000;
const QUERIES = 1000;

export async function shares(): Promise<void> {
	// The library's timers keep no process alive.
	const alive = setInterval(() => {}, 1000);
	await manyFiles();
	clearInterval(alive);
	manyNames();
}

async function manyFiles(): Promise<void> {
	const folder = mkdtempSync(join(tmpdir(), 'sallyport-bench-'));
	process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
	for (let i = 0; i < FILES; i++) {
		if (i % 1000 === 0) mkdirSync(join(folder, 'share', `${i / 1000}`), { recursive: true });
		writeFileSync(join(folder, 'share', `${Math.floor(i / 1000)}`, `file number ${i}.txt`), `${i}`);
	}
	const open = () => {
		const store = new Store(join(folder, 'store.sqlite'));
		const clock = { clock: systemClock, never: [], notice: () => {}, rescanMinutes: 0, watch: false };
		return { store, library: new Library(store.library, clock) };
	};
	const first = open();
	let started = performance.now();
	await first.library.addFolder(join(folder, 'share'));
	await first.library.rescan();
	await first.library.idle();
	said('100,000 files, first scan and hashes', started);
	await first.library.close();
	first.store.close();
	const second = open();
	started = performance.now();
	await second.library.start();
	said('100,000 files, start', started, '< 5 s');
	started = performance.now();
	await second.library.rescan();
	said('100,000 files, rescan', started, '< 2 s');
	await second.library.close();
	second.store.close();
	rmSync(folder, { recursive: true });
}

function said(what: string, started: number, bar?: string): void {
	const seconds = ((performance.now() - started) / 1000).toFixed(2);
	console.log(`${what}: ${seconds} s${bar === undefined ? '' : ` [bar: ${bar}]`}`);
}

function manyNames(): void {
	let state = 1;
	const random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
	// Few words are in many names, as everywhere.
	const word = () => `w${Math.floor(50_000 * random() ** 3).toString(36)}`;
	const nameOf = () => `${Array.from({ length: 3 + Math.floor(random() * 6) }, word).join(' ')}.ogg`;
	setFlagsFromString('--expose-gc');
	const collect = runInNewContext('gc') as () => void;
	const bytes = () => {
		collect();
		const { heapUsed, arrayBuffers } = process.memoryUsage();
		return heapUsed + arrayBuffers;
	};
	const queries: string[] = [];
	const before = bytes();
	const index = new PostingIndex();
	const database = new DatabaseSync(':memory:');
	database.exec("CREATE VIRTUAL TABLE names USING fts5 (name, content=''); BEGIN");
	const insert = database.prepare('INSERT INTO names (rowid, name) VALUES (?, ?)');
	for (let id = 1; id <= NAMES; id++) {
		const name = nameOf();
		const sha1 = Uint8Array.from({ length: 20 }, () => random() * 256);
		index.add({ id, name, size: id, sha1, tth: new Uint8Array(24) });
		insert.run(id, name);
		if (id % (NAMES / QUERIES) === 0) queries.push(name.split(' ').slice(0, 3).join(' ').replace('.ogg', ''));
	}
	database.exec('COMMIT');
	console.log(`a million files: ${((bytes() - before) / NAMES).toFixed(0)} bytes each [bar: <= 300]`);
	const alone = bytes();
	for (let id = 1; id <= NAMES; id++) {
		const ed2k = Uint8Array.from({ length: 16 }, () => random() * 256);
		index.add({ ...index.byId(id)!, ed2k });
	}
	const more = (bytes() - alone) / NAMES;
	console.log(`their ed2k hashes, where the node takes part in eDonkey: ${more.toFixed(0)} bytes each more`);
	const select = database.prepare('SELECT rowid FROM names WHERE names MATCH ? LIMIT 50');
	const timed = (ask: (text: string) => unknown) =>
		queries.map((text) => {
			const started = performance.now();
			ask(text);
			return performance.now() - started;
		});
	const missing = queries.map((text) => `${text} zzzunknown`);
	const mine = timed((text) => index.match(text, 50));
	const theirs = timed((text) => select.all(text));
	const inVain = missing.map((text) => {
		const started = performance.now();
		index.match(text, 50);
		return performance.now() - started;
	});
	console.log(
		`three words: ${median(mine).toFixed(4)} ms [bar: < 1 ms]; FTS5 ${median(theirs).toFixed(4)} ms; ` +
			`ratio ${(median(theirs) / median(mine)).toFixed(1)}; in vain ${median(inVain).toFixed(4)} ms`,
	);
	database.close();
}
