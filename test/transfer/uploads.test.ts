import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LibraryRefused } from '../../src/library/refused.ts';
import { type Pump, type ServedRecord, Uploads } from '../../src/transfer/uploads.ts';
import { breath, contentOf, HandClock } from './bench.ts';

const file = contentOf(100_000);
let folder: string;
let clock: HandClock;
let uploads: Uploads;
let sent: Map<number, Buffer[]>;
let ended: string[];
let counted: number[][];
let closed: number;
/** Links that never end until the test says so. */
let held: Map<number, (why: string) => void>;

const pump: Pump = async (link, read, bytes, done) => {
	const buffer = new Uint8Array(4096);
	for (let left = bytes; left > 0; ) {
		const got = await read(buffer.subarray(0, Math.min(left, buffer.length)));
		if (got === 0) return done('the source ended early');
		sent.set(link, [...(sent.get(link) ?? []), Buffer.from(buffer.subarray(0, got))]);
		left -= got;
		if (link >= 100) return void held.set(link, done);
	}
	done('');
};

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'sallyport-upload-'));
	writeFileSync(join(folder, 'file'), file);
	clock = new HandClock();
	sent = new Map();
	held = new Map();
	ended = [];
	counted = [];
	closed = 0;
	const library = {
		async open(id: number) {
			if (id !== 1) throw new LibraryRefused('library.file.changed', 'file');
			const handle = await open(join(folder, 'file'));
			const { close } = handle;
			handle.close = () => {
				closed++;
				return close.call(handle);
			};
			return { handle, size: file.length, name: 'a file.txt' };
		},
		served: (id: number, requests: number, bytes: number) => counted.push([id, requests, bytes]),
	};
	uploads = new Uploads(library, {
		clock,
		pump,
		peer: (link) => ({ host: `127.0.0.${link % 10}`, port: 6346 }),
		served: (link, why) => ended.push(`${link}: ${why}`),
		slots: 3,
		slotsPerHost: 2,
		random: (bytes) => new Uint8Array(bytes),
		alive: () => true,
		hangup: (link, why) => held.get(link)?.(why),
		audit: (record) => audited.push(record),
	});
});

afterEach(() => {
	rmSync(folder, { recursive: true });
});

const audited: ServedRecord[] = [];
const link = 1;
const asker = (host: string) => ({
	address: { host, port: 6346 },
	agent: 'Test/1',
	file: 1,
	queues: false,
});

async function until(condition: () => boolean): Promise<void> {
	while (!condition()) await breath();
}

test('a range is sent byte for byte, counted, and the file is closed', async () => {
	uploads.serve(5, 1, 1000, 51_000);
	await until(() => ended.length === 1);
	expect(ended).toEqual(['5: ']);
	expect(Buffer.concat(sent.get(5)!).equals(file.subarray(1000, 51_000))).toBe(true);
	expect(counted).toEqual([[1, 1, 50_000]]);
	expect(audited.splice(0)).toEqual([
		{
			at: clock.now(),
			peer: '127.0.0.5:6346',
			agent: '',
			file: 1,
			name: 'a file.txt',
			from: 1000,
			to: 51_000,
			bytes: 50_000,
			why: '',
		},
	]);
	expect([closed, uploads.list().length]).toEqual([1, 0]);
});

/** One message with all of it. */
const messages = (packs: boolean) => ({
	packs,
	of: (bytes: Uint8Array, packed: boolean) =>
		Buffer.concat([Buffer.from(packed ? 'packed:' : 'plain:'), bytes]),
});

test('a range goes as the messages that its network makes of it', async () => {
	uploads.serve(5, 1, 1000, 51_000, messages(false));
	uploads.serve(6, 1, 1000, 51_000, messages(true));
	await until(() => ended.length === 2);
	// Random bytes become no shorter.
	for (const link of [5, 6])
		expect(
			Buffer.concat(sent.get(link)!).equals(
				Buffer.concat([Buffer.from('plain:'), file.subarray(1000, 51_000)]),
			),
		).toBe(true);
	expect(audited.splice(0).map(({ bytes }) => bytes)).toEqual([50_006, 50_006]);
});

test('a range goes packed where its taker can unpack it and it becomes shorter', async () => {
	const text = Buffer.from('many words, '.repeat(10_000)).subarray(0, file.length);
	writeFileSync(join(folder, 'file'), text);
	uploads.serve(5, 1, 1000, 51_000, messages(true));
	uploads.serve(6, 1, 1000, 51_000, messages(false));
	await until(() => ended.length === 2);
	const [packed, plain] = [5, 6].map((link) => Buffer.concat(sent.get(link)!)) as [Buffer, Buffer];
	expect(packed.length).toBeLessThan(5000);
	expect(inflateSync(packed.subarray('packed:'.length)).equals(text.subarray(1000, 51_000))).toBe(true);
	expect(plain.equals(Buffer.concat([Buffer.from('plain:'), text.subarray(1000, 51_000)]))).toBe(true);
	expect(audited.splice(0).map(({ bytes }) => bytes)).toContain(packed.length);
});

test('a file that the library refuses ends the link with its sentence', async () => {
	uploads.serve(5, 2, 0, 10);
	await until(() => ended.length === 1);
	expect(ended[0]).toMatch(/^5: file: The file changed after it was hashed/);
	expect(sent.size).toBe(0);
});

test('a range behind the end is refused, and the file is closed', async () => {
	uploads.serve(5, 1, 0, 100_001);
	await until(() => ended.length === 1);
	expect([ended, closed]).toEqual([['5: the range ends behind the file'], 1]);
});

test('slots are given out until there are none, and come back', async () => {
	expect(uploads.admit(101, asker('127.0.0.1'))).toBe(true);
	uploads.serve(101, 1, 0, 50_000);
	expect(uploads.admit(111, asker('127.0.0.1'))).toBe(true);
	uploads.serve(111, 1, 0, 50_000);
	expect(uploads.admit(link, asker('127.0.0.1'))).toEqual({ retryAfter: 45 });
	expect(uploads.admit(102, asker('127.0.0.2'))).toBe(true);
	uploads.serve(102, 1, 0, 50_000);
	expect(uploads.admit(link, asker('127.0.0.3'))).toEqual({ retryAfter: 45 });
	expect(uploads.waiting()).toMatchObject([{ position: 1 }, { position: 2 }]);
	await until(() => held.size === 3);
	expect(uploads.list()).toMatchObject([
		{
			name: 'a file.txt',
			peer: '127.0.0.1:6346',
			agent: 'Test/1',
			from: 0,
			to: 50_000,
			done: 4096,
			rate: 4096,
		},
		{ peer: '127.0.0.1:6346' },
		{ peer: '127.0.0.2:6346' },
	]);
	expect(uploads.rate).toBe(3 * 4096);
	held.get(101)!('the peer hung up');
	await until(() => ended.length === 1);
	expect(ended).toEqual(['101: the peer hung up']);
	expect(counted).toEqual([[1, 1, 4096]]);
	clock.time += 50_000;
	expect(uploads.admit(link, asker('127.0.0.1'))).toBe(true);
	for (const done of held.values()) done('');
	await until(() => closed === 3 && ended.length === 3);
});

test('who does not read gives its slot back when somebody waits', async () => {
	for (const link of [101, 102, 103]) {
		expect(uploads.admit(link, asker(`127.0.0.${link % 10}`))).toBe(true);
		uploads.serve(link, 1, 0, 50_000);
	}
	await until(() => held.size === 3);
	clock.time += 100_000;
	uploads.admit(9, asker('127.0.0.9'));
	expect(ended).toEqual([]);
	clock.time += 60_000;
	uploads.admit(8, asker('127.0.0.8'));
	await until(() => ended.length === 3);
	expect(ended[0]).toBe('101: it has not read for two minutes');
});

test('who waits for a slot is listed under a number that no upload has', async () => {
	for (const busy of [101, 102, 103]) uploads.serve(busy, 1, 0, 50_000);
	await until(() => held.size === 3);
	expect(uploads.waiting()).toEqual([]);
	for (const [at, host] of ['127.0.0.8', '127.0.0.9'].entries())
		expect(uploads.admit(8 + at, { ...asker(host), queues: true })).toMatchObject({
			queue: { position: at + 1 },
		});
	expect(uploads.waiting()).toMatchObject([
		{ position: 1, address: { host: '127.0.0.8' }, agent: 'Test/1', file: 1, since: clock.now() },
		{ position: 2, address: { host: '127.0.0.9' } },
	]);
	const numbers = [...uploads.list(), ...uploads.waiting()].map(({ id }) => id);
	expect(new Set(numbers).size).toBe(5);
	for (const done of held.values()) done('');
	await until(() => ended.length === 3);
});
