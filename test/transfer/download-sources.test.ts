import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Bench, contentOf, sha1Of, sourceOf } from './bench.ts';

let bench: Bench;
const film = contentOf(300_000);

beforeEach(() => {
	bench = new Bench();
});

afterEach(() => bench.end());

describe('sources that fail', () => {
	test('are asked again later, in turn, and others are searched for meanwhile', async () => {
		const id = await bench.want(film);
		bench.downloads.onFetchEnd((await bench.request(1)).fetch, 'connection refused');
		bench.downloads.onFetchEnd((await bench.request(2)).fetch, 'connection refused');
		const view = await bench.state(id, 'waiting');
		expect(view.nextTryAt).toBe(bench.clock.now() + 5000);
		expect(view.why).toMatch(/All 2 sources are busy or silent/);
		expect(bench.searched).toEqual([sha1Of(film)]);
		await bench.clock.pass(4000);
		expect(bench.requests).toHaveLength(2);
		await bench.clock.pass(1000);
		bench.answer(await bench.request(3), film);
		await bench.state(id, 'complete');
	});

	test('are asked when they said, if they are only busy', async () => {
		await bench.want(film, { sources: [sourceOf(1)] });
		const { fetch } = await bench.request(1);
		bench.head(fetch, { status: 503, retryAfter: 90 });
		bench.downloads.onFetchEnd(fetch, 'busy');
		await bench.until(() => bench.downloads.list()[0]!.state === 'waiting');
		await bench.clock.pass(89_000);
		expect(bench.requests).toHaveLength(1);
		await bench.clock.pass(1000);
		await bench.request(2);
	});

	test('are not asked again when they do not have the file', async () => {
		const id = await bench.want(film);
		const { fetch } = await bench.request(1);
		bench.head(fetch, { status: 404 });
		bench.downloads.onFetchEnd(fetch, 'not found');
		expect((await bench.request(2)).source).toEqual(expect.objectContaining(sourceOf(2)));
		expect(bench.downloads.get(id)!.sources).toBe(1);
	});

	test('are left when they fall silent', async () => {
		const id = await bench.want(film, { sources: [sourceOf(1)] });
		const { fetch } = await bench.request(1);
		bench.head(fetch, { from: 0, to: 300_000, size: 300_000 });
		bench.body(fetch, film.subarray(0, 500));
		await bench.clock.pass(59_000);
		expect(bench.cancelled).toEqual([]);
		await bench.clock.pass(2000);
		expect(bench.cancelled).toEqual([fetch]);
		expect(bench.notices).toMatchObject([{ code: 'transfer.source.stalled', subject: '127.0.0.1:6346' }]);
		// What the silent one still says is heard by nobody.
		bench.body(fetch, film.subarray(500, 900));
		bench.downloads.onFetchEnd(fetch, '');
		const next = await bench.request(2);
		expect(next.from).toBe(500);
		bench.answer(next, film);
		await bench.state(id, 'complete');
	});

	test('are left sooner when another one could give', async () => {
		const id = await bench.want(film);
		const { fetch } = await bench.request(1);
		bench.head(fetch, { from: 0, to: 300_000, size: 300_000 });
		bench.body(fetch, film.subarray(0, 500));
		await bench.clock.pass(6000);
		const second = await bench.request(2);
		expect(second.source).toEqual(sourceOf(2));
		bench.answer(second, film);
		await bench.until(() => bench.requests.length === 3 || bench.downloads.get(id)!.state === 'complete');
		if (bench.requests.length === 3) bench.answer(bench.requests[2]!, film);
		await bench.state(id, 'complete');
	});

	test('that come to light later end the waiting', async () => {
		const id = await bench.want(film, { sources: [] });
		await bench.state(id, 'waiting');
		bench.downloads.addSources({ sha1: 'B'.repeat(32) }, [sourceOf(8)]);
		bench.downloads.addSources({ sha1: sha1Of(film) }, [sourceOf(9)]);
		expect((await bench.request(1)).source).toEqual(expect.objectContaining(sourceOf(9)));
		bench.head(1, { from: 0, to: 300_000, size: 300_000, alternates: [{ host: '127.0.0.50', port: 1 }] });
		expect(bench.downloads.get(id)!.sources).toBe(2);
	});

	test('and cannot be replaced end the download, and the user may retry', async () => {
		const id = await bench.downloads.want({ name: 'x', sources: [sourceOf(1)] });
		for (let round = 1; round <= 12; round++) {
			bench.downloads.onFetchEnd((await bench.request(round)).fetch, 'connection refused');
			await bench.until(() => bench.downloads.get(id)!.state !== 'fetching');
			while (round < 12 && bench.requests.length === round) await bench.clock.pass(1000);
		}
		expect(await bench.state(id, 'failed')).toMatchObject({ endedAt: bench.clock.now() });
		expect(bench.notices).toMatchObject([{ code: 'transfer.source.none' }]);
		bench.downloads.retry(id);
		await bench.request(13);
		expect(bench.downloads.get(id)!.endedAt).toBeNull();
	});
});

describe('sources that break the rules', () => {
	test.each([
		['begins later than asked for', { from: 10, to: 300_000, size: 300_000 }, 'transfer.range.other'],
		['ends before it begins', { from: 0, to: 0, size: 300_000 }, 'transfer.range.other'],
		['ends behind the file', { from: 0, to: 300_001, size: 300_000 }, 'transfer.range.other'],
		['has no number for a size', { from: 0, to: Number.NaN, size: Number.NaN }, 'transfer.range.other'],
	])('an answer that %s costs the source its place', async (_, head, code) => {
		const id = await bench.want(film);
		const { fetch } = await bench.request(1);
		bench.head(fetch, head);
		expect((await bench.request(2)).source).toEqual(expect.objectContaining(sourceOf(2)));
		expect(bench.cancelled).toEqual([fetch]);
		expect(bench.notices).toMatchObject([{ code, subject: '127.0.0.1:6346' }]);
		expect(bench.downloads.get(id)!.sources).toBe(1);
	});

	test('more bytes than promised, or bytes without a promise, cost the source its place', async () => {
		await bench.want(film);
		const first = await bench.request(1);
		bench.head(first.fetch, { from: 0, to: 100, size: 300_000 });
		bench.body(first.fetch, film.subarray(0, 101));
		const second = await bench.request(2);
		bench.body(second.fetch, film);
		await bench.until(() => bench.notices.length === 2);
		expect(bench.notices.map((notice) => notice.code)).toEqual(['transfer.body.long', 'transfer.body.long']);
	});

	test('a size that a search result made up does not bind the honest source', async () => {
		const id = await bench.want(film, { size: 5 });
		bench.answer(await bench.request(1), film);
		expect(await bench.state(id, 'complete')).toMatchObject({ size: 300_000 });
	});

	test('but once bytes are here another size is another file', async () => {
		await bench.want(film);
		bench.answer(await bench.request(1), film, { to: 1000 });
		bench.head((await bench.request(2)).fetch, { from: 1000, to: 2000, size: 300_001 });
		await bench.until(() => bench.notices.length === 1);
		expect(bench.notices[0]!.code).toBe('transfer.size.other');
	});

	test('a liar is found out by the hash, and the file is fetched from the other', async () => {
		const id = await bench.want(film);
		bench.answer(await bench.request(1), contentOf(300_000, 2));
		const second = await bench.request(2);
		expect(second).toMatchObject({ from: 0, source: sourceOf(2) });
		expect(bench.notices).toMatchObject([{ code: 'transfer.content.wrong', subject: '127.0.0.1:6346' }]);
		bench.answer(second, film);
		expect(await bench.state(id, 'complete')).toMatchObject({ verdict: 'ok', sources: 1 });
		expect(bench.files()).toEqual(['a film.ogv']);
	});

	test('a lie mixed with the truth is found out in the end, without losing the honest one', async () => {
		const lie = contentOf(300_000, 2);
		const id = await bench.want(film);
		for (let count = 1; count <= 12 && bench.downloads.get(id)!.state !== 'complete'; count++) {
			const { fetch, from, source } = await bench.request(count);
			const liar = source.host === '127.0.0.1';
			bench.head(fetch, { from, to: 300_000, size: 300_000 });
			if (liar) bench.body(fetch, lie.subarray(from, Math.max(from, 150_000)));
			else bench.body(fetch, film.subarray(from));
			bench.downloads.onFetchEnd(fetch, liar ? 'broke off' : '');
			while (bench.downloads.get(id)!.state !== 'complete' && bench.requests.length === count) {
				await bench.clock.pass(1000);
			}
		}
		expect(bench.downloads.get(id)!.state).toBe('complete');
		expect(bench.read('a film.ogv').equals(film)).toBe(true);
	});

	test('when nobody is left but liars, it fails after some searching, and says so', async () => {
		const id = await bench.want(film, { sources: [sourceOf(1)] });
		bench.answer(await bench.request(1), contentOf(300_000, 2));
		await bench.state(id, 'waiting');
		await bench.clock.pass(60_000);
		const view = await bench.state(id, 'failed');
		expect(view.why).toMatch(/gave the right bytes/);
		expect(bench.searched.length).toBe(3);
		expect(bench.files()).toEqual([]);
		expect(bench.files(bench.incomplete)).toEqual([]);
	});
});
