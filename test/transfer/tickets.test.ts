/** A source's ticket names our place in its queue: it is shown again until the source gives bytes. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { FetchHead, FetchRequest } from '../../src/networks/network.ts';
import { Bench, contentOf, sourceOf } from './bench.ts';
import { SourcesThatGive } from './sources-that-give.ts';

const film = contentOf(1 << 20);
const queue = { position: 3, length: 7, pollFrom: 45, pollTo: 120, ticket: 'abcdef0123' };
let bench: Bench;

beforeEach(() => {
	bench = new Bench();
});

afterEach(() => bench.end());

/** The source is busy; its next time is waited for. */
async function busy({ fetch }: FetchRequest, more: Partial<FetchHead> = {}): Promise<void> {
	bench.head(fetch, { status: 503, queue, ...more });
	bench.downloads.onFetchEnd(fetch, 'queued at place 3');
	await bench.clock.pass(46_000);
}

async function askedFirst(): Promise<FetchRequest> {
	await bench.want(film, { sources: [sourceOf(1)] });
	const first = await bench.request(1);
	expect(first.ticket).toBeUndefined();
	return first;
}

test('the place is asked for again by its ticket, and by the last one that was given', async () => {
	await busy(await askedFirst());
	const second = await bench.request(2);
	expect(second).toMatchObject({ source: sourceOf(1), ticket: 'abcdef0123' });
	await busy(second, { queue: { ...queue, position: 1, ticket: 'ff' } });
	expect((await bench.request(3)).ticket).toBe('ff');
});

test('a link that fails does not lose the place', async () => {
	await busy(await askedFirst());
	bench.downloads.onFetchEnd((await bench.request(2)).fetch, 'the dial failed');
	await bench.clock.pass(10_000);
	expect((await bench.request(3)).ticket).toBe('abcdef0123');
});

test('nor does an answer that says nothing of a queue', async () => {
	await busy(await askedFirst());
	await busy(await bench.request(2), { queue: undefined } as never);
	expect((await bench.request(3)).ticket).toBe('abcdef0123');
});

test('nor a question for the hash tree, which needs no place', async () => {
	await busy(await askedFirst(), { hasTree: true });
	const tree = await bench.request(2);
	expect(tree.tree).toBe(true);
	expect(tree.ticket).toBeUndefined();
	bench.head(tree.fetch, { status: 404 });
	bench.downloads.onFetchEnd(tree.fetch, 'the source answered 404');
	await bench.clock.pass(1000);
	const third = await bench.request(3);
	expect(third.tree).toBeUndefined();
	expect(third.ticket).toBe('abcdef0123');
});

test('nor another range, where another source has given what was asked for first', async () => {
	const large = contentOf(8 << 20);
	const give = new SourcesThatGive(bench, large, [{ queue: [queue] }, { speed: 10_000 }]);
	const id = await bench.want(large, { sources: give.sources });
	await give.until(() => bench.downloads.get(id)?.state === 'complete', 300);
	const [first, again] = bench.requests.filter(({ source }) => source.host === '127.0.0.1');
	expect(first!.ticket).toBeUndefined();
	expect(again!.from).not.toBe(first!.from);
	expect(again!.ticket).toBe('abcdef0123');
	// It is nothing to the other source.
	const others = bench.requests.filter(({ source }) => source.host === '127.0.0.2');
	expect(others.map(({ ticket }) => ticket)).toEqual(others.map(() => undefined));
});

test('once the source gives bytes, the place is used up', async () => {
	await busy(await askedFirst());
	const second = await bench.request(2);
	bench.head(second.fetch, { from: 0, to: 1000, size: film.length });
	bench.body(second.fetch, film.subarray(0, 1000));
	bench.downloads.onFetchEnd(second.fetch, '');
	const third = await bench.request(3);
	expect(third.from).toBe(1000);
	expect(third.ticket).toBeUndefined();
});
