import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Hit } from '../../src/node/api/schemas.ts';
import { patience } from '../patience.ts';
import { MemoryBackend, startMemoryApi } from './memory-backend.ts';

let backend: MemoryBackend;
let api: Awaited<ReturnType<typeof startMemoryApi>>;

beforeAll(async () => {
	backend = new MemoryBackend();
	api = await startMemoryApi(backend);
});
afterAll(() => api.close());

const waitFor = (check: () => void) => vi.waitFor(check, { timeout: patience });

interface Event {
	readonly name: string;
	// biome-ignore lint/suspicious/noExplicitAny: tests look into any event
	readonly data: any;
}

/** Reads server-sent events; `next(name)` is the next one of that name. */
async function listen(query: string) {
	const stop = new AbortController();
	const response = await fetch(`${api.url}/api/v1/live?${query}`, {
		headers: { authorization: `Bearer ${api.bearer}` },
		signal: stop.signal,
	});
	expect(response.status).toBe(200);
	const chunks = response.body!.pipeThrough(new TextDecoderStream())[Symbol.asyncIterator]();
	let rest = '';
	const seen: Event[] = [];
	const next = async (name: string): Promise<Event['data']> => {
		for (;;) {
			const end = rest.indexOf('\n\n');
			if (end < 0) {
				const { value, done } = await chunks.next();
				if (done) throw new Error('the stream has ended');
				rest += value;
				continue;
			}
			const [first, second] = rest.slice(0, end).split('\n');
			rest = rest.slice(end + 2);
			const event = { name: first!.slice(7), data: JSON.parse(second!.slice(6)) };
			seen.push(event);
			if (event.name === name) return event.data;
		}
	};
	return { response, next, seen, close: () => stop.abort() };
}

const files = (count: number, more: object = {}) =>
	Array.from({ length: count }, (_, at) => ({ id: at + 1, name: `file ${at + 1}`, size: at, ...more }));

describe('the live stream', () => {
	it('brings the status at once and again', async () => {
		const live = await listen('');
		expect(live.response.headers.get('content-type')).toBe('text/event-stream');
		expect(live.response.headers.get('cache-control')).toBe('no-store');
		expect(await live.next('status')).toMatchObject({ scope: 'practice' });
		backend.statusWords = 'Not connected.';
		expect((await live.next('status')).networks[0].why).toBe('Not connected.');
		live.close();
	});

	it('brings the whole window first, then only rows that have changed', async () => {
		const list = backend.of('files');
		list.set(files(1000));
		const live = await listen('list=files&from=10&count=3');
		expect(await live.next('window')).toEqual({
			total: 1000,
			all: 1000,
			from: 10,
			rows: files(1000).slice(10, 13),
		});
		list.set(files(1000).map((row) => (row.id === 12 || row.id === 500 ? { ...row, size: 99_999 } : row)));
		expect(await live.next('rows')).toEqual({
			rows: [{ id: 12, name: 'file 12', size: 99_999 }],
			total: 1000,
			all: 1000,
		});
		list.set(files(1001));
		expect(await live.next('rows')).toEqual({
			rows: [{ id: 12, name: 'file 12', size: 11 }],
			total: 1001,
			all: 1001,
		});
		live.close();
	});

	it('brings a window when the order or the rows of it change', async () => {
		const list = backend.of('transfers');
		list.set([
			{ id: 1, rate: 5 },
			{ id: 2, rate: 9 },
		] as never);
		const live = await listen('list=transfers&sort=-rate');
		expect((await live.next('window')).rows.map(({ id }: { id: number }) => id)).toEqual([2, 1]);
		list.set([
			{ id: 1, rate: 50 },
			{ id: 2, rate: 9 },
		] as never);
		expect((await live.next('window')).rows.map(({ id }: { id: number }) => id)).toEqual([1, 2]);
		list.set([{ id: 2, rate: 9 }] as never);
		expect(await live.next('window')).toMatchObject({ total: 1, rows: [{ id: 2 }] });
		live.close();
	});

	it('says nothing of a list outside of the window that stands still', async () => {
		const list = backend.of('peers');
		list.set(files(100));
		const live = await listen('list=peers&count=2');
		await live.next('window');
		const before = list.asked;
		await live.next('status');
		await live.next('status');
		expect(live.seen.map(({ name }) => name).filter((name) => name !== 'status')).toEqual(['window']);
		expect(list.asked).toBe(before);
		live.close();
	});

	it('does not send more than four times a second, however often the list changes', async () => {
		const list = backend.of('uploads');
		list.set(files(1));
		const live = await listen('list=uploads');
		await live.next('window');
		let changes = 0;
		const timer = setInterval(() => list.set(files(1, { done: ++changes })), 5);
		try {
			const from = performance.now();
			for (let n = 0; n < 6; n++) await live.next('rows');
			// Six rounds have at least five pauses between them.
			expect(performance.now() - from).toBeGreaterThan(5 * 240);
			expect(changes).toBeGreaterThan(6);
		} finally {
			clearInterval(timer);
			live.close();
		}
	});

	it('refuses what it cannot show before it begins', async () => {
		for (const [query, status] of [
			['list=nothing', 400],
			['list=files&sort=colour', 400],
			['list=results', 400],
			['list=results&search=77', 404],
		]) {
			expect((await api.get(`/api/v1/live?${query}`)).status).toBe(status);
		}
	});

	it('ends when the node stops', async () => {
		const other = await startMemoryApi(new MemoryBackend());
		const response = await other.get('/api/v1/live');
		await other.close();
		await expect(response.text()).resolves.toMatch(/^event: status/);
	});
});

describe('the hits of a search', () => {
	const hit = (name: string): Hit => ({
		name,
		size: 1,
		network: 'gnutella',
		source: { host: '127.0.0.1', port: 1, id: '' },
		verdict: 'ok',
		reasons: [],
	});

	it('come as lines, also those of before, until the search ends', async () => {
		backend.startSearch('x');
		backend.hits.push(hit('early'));
		const response = await api.get('/api/v1/hits?search=1');
		expect(response.headers.get('content-type')).toMatch(/^application\/x-ndjson/);
		await waitFor(() => expect(backend.watchers).toHaveLength(1));
		backend.watchers[0]!.hit(hit('late'));
		backend.watchers[0]!.ended();
		const lines = (await response.text()).trim().split('\n');
		expect(lines.map((line) => JSON.parse(line).name)).toEqual(['early', 'late']);
		await waitFor(() => expect(backend.watchers).toHaveLength(0));
	});

	it('are no longer watched when the reader goes away', async () => {
		backend.startSearch('x');
		const stop = new AbortController();
		await fetch(`${api.url}/api/v1/hits?search=1`, {
			headers: { authorization: `Bearer ${api.bearer}` },
			signal: stop.signal,
		});
		await waitFor(() => expect(backend.watchers).toHaveLength(1));
		stop.abort();
		await waitFor(() => expect(backend.watchers).toHaveLength(0));
	});

	it('of a search that does not exist are not found', async () => {
		expect((await api.get('/api/v1/hits?search=42')).status).toBe(404);
	});
});
