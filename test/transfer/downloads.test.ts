import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Bench, contentOf, sha1Of, sourceOf } from './bench.ts';

let bench: Bench;
const film = contentOf(300_000);

beforeEach(() => {
	bench = new Bench();
});

afterEach(() => bench.end());

describe('a download', () => {
	test('from one source is fetched, verified and put in its place', async () => {
		const id = await bench.want(film);
		const request = await bench.request(1);
		expect(request).toMatchObject({
			name: 'a film.ogv',
			sha1: sha1Of(film),
			from: 0,
			to: 300_000,
			source: sourceOf(1),
		});
		expect(bench.downloads.get(id)).toMatchObject({
			state: 'fetching',
			why: 'Asking 127.0.0.1:6346.',
			done: 0,
		});
		bench.answer(request, film);
		const view = await bench.state(id, 'complete');
		expect(view).toMatchObject({
			done: 300_000,
			verdict: 'ok',
			path: join(bench.out, 'a film.ogv'),
			why: 'Complete. The SHA-1 of the whole agrees; no source had a hash tree.',
		});
		expect(view.endedAt).toBe(bench.clock.now());
		expect(bench.read('a film.ogv').equals(film)).toBe(true);
		expect(bench.files(bench.incomplete)).toEqual([]);
		expect(bench.store.transfers.history('film', 5)).toHaveLength(1);
	});

	test('that comes in shorter ranges than asked for goes on with the same source at once', async () => {
		const id = await bench.want(film);
		for (const [count, from] of [
			[1, 0],
			[2, 100_000],
			[3, 200_000],
		] as const) {
			const request = await bench.request(count);
			expect(request).toMatchObject({ from, source: sourceOf(1) });
			bench.answer(request, film, { to: from + 100_000 });
		}
		await bench.state(id, 'complete');
		expect(bench.read('a film.ogv').equals(film)).toBe(true);
	});

	test('that breaks off goes on from the same byte with the next source', async () => {
		const id = await bench.want(film);
		const first = await bench.request(1);
		bench.head(first.fetch, { from: 0, to: 300_000, size: 300_000 });
		bench.body(first.fetch, film.subarray(0, 123_456));
		bench.downloads.onFetchEnd(first.fetch, 'the connection was lost');
		const second = await bench.request(2);
		expect(second).toMatchObject({ from: 123_456, source: sourceOf(2) });
		bench.answer(second, film);
		expect((await bench.state(id, 'complete')).verdict).toBe('ok');
	});

	test('from a source that ignores the range skips what it has', async () => {
		const id = await bench.want(film);
		const first = await bench.request(1);
		bench.answer(first, film, { to: 1000 });
		const second = await bench.request(2);
		bench.head(second.fetch, { status: 200, from: 0, to: 300_000 });
		for (let at = 0; at < film.length; at += 700) bench.body(second.fetch, film.subarray(at, at + 700));
		bench.downloads.onFetchEnd(second.fetch, '');
		await bench.state(id, 'complete');
		expect(bench.read('a film.ogv').equals(film)).toBe(true);
	});

	test('without a hash is complete but unverified, and its hash is told', async () => {
		const id = await bench.downloads.want({ name: 'x.txt', sources: [sourceOf(1)] });
		const request = await bench.request(1);
		expect('sha1' in request || 'to' in request).toBe(false);
		bench.answer(request, film, { status: 200 });
		expect(await bench.state(id, 'complete')).toMatchObject({ verdict: 'unverified', sha1: sha1Of(film) });
	});

	test('of an empty file needs no source', async () => {
		const nothing = new Uint8Array(0);
		const id = await bench.want(nothing, { sources: [] });
		await bench.state(id, 'complete');
		expect(bench.read('a film.ogv')).toHaveLength(0);
	});

	test('never overwrites, and never leaves its folder', async () => {
		mkdirSync(bench.out);
		writeFileSync(join(bench.out, 'passwd'), 'mine');
		const id = await bench.want(film, { name: '../../etc/passwd' });
		bench.answer(await bench.request(1), film);
		expect((await bench.state(id, 'complete')).path).toBe(join(bench.out, 'passwd (2)'));
		expect(bench.read('passwd').toString()).toBe('mine');
		expect(bench.files()).toEqual(['passwd', 'passwd (2)']);
	});

	test('goes to the folder that the user named', async () => {
		const out = join(bench.folder, 'elsewhere', 'films');
		const id = await bench.want(film, { out });
		bench.answer(await bench.request(1), film);
		expect((await bench.state(id, 'complete')).path).toBe(join(out, 'a film.ogv'));
	});
});

describe('orders', () => {
	test('pause keeps what arrived, resume goes on from there', async () => {
		const id = await bench.want(film);
		const first = await bench.request(1);
		bench.head(first.fetch, { from: 0, to: 300_000, size: 300_000 });
		bench.body(first.fetch, film.subarray(0, 200_000));
		bench.downloads.pause(id);
		expect(bench.cancelled).toEqual([first.fetch]);
		bench.downloads.onFetchEnd(first.fetch, 'late');
		await bench.until(() => bench.downloads.get(id)!.done === 200_000);
		await bench.clock.pass(100_000);
		expect(bench.requests).toHaveLength(1);
		bench.downloads.resume(id);
		const second = await bench.request(2);
		expect(second.from).toBe(200_000);
		bench.answer(second, film);
		await bench.state(id, 'complete');
		expect(bench.read('a film.ogv').equals(film)).toBe(true);
	});

	test('pause and resume in one breath lose and repeat nothing', async () => {
		const id = await bench.want(film);
		const first = await bench.request(1);
		bench.head(first.fetch, { from: 0, to: 300_000, size: 300_000 });
		bench.body(first.fetch, film.subarray(0, 200_000));
		bench.downloads.onFetchEnd(first.fetch, 'broke off');
		expect(bench.requests).toHaveLength(2);
		bench.downloads.pause(id);
		bench.downloads.resume(id);
		const second = await bench.request(3);
		expect(second.from).toBe(200_000);
		bench.answer(second, film);
		await bench.state(id, 'complete');
		expect(bench.read('a film.ogv').equals(film)).toBe(true);
	});

	test('cancel throws the bytes away, retry begins anew', async () => {
		const id = await bench.want(film);
		const first = await bench.request(1);
		bench.head(first.fetch, { from: 0, to: 300_000, size: 300_000 });
		bench.body(first.fetch, film.subarray(0, 200_000));
		bench.downloads.cancel(id);
		expect(bench.files(bench.incomplete)).toEqual([]);
		expect(bench.downloads.get(id)).toMatchObject({
			state: 'cancelled',
			done: 0,
			endedAt: bench.clock.now(),
		});
		bench.downloads.retry(id);
		const second = await bench.request(2);
		expect(second.from).toBe(0);
		bench.answer(second, film);
		await bench.state(id, 'complete');
		expect(bench.read('a film.ogv').equals(film)).toBe(true);
	});

	test('that the state does not take are refused with a sentence', async () => {
		const id = await bench.want(film);
		bench.answer(await bench.request(1), film);
		await bench.state(id, 'complete');
		for (const order of ['pause', 'resume', 'cancel', 'retry'] as const) {
			expect(() => bench.downloads[order](id)).toThrow(`"${order}" is not possible: a film.ogv is complete.`);
			expect(() => bench.downloads[order](999)).toThrow('There is no download number 999 in the list.');
		}
	});

	test('remove takes it from the list, the finished file stays', async () => {
		const done = await bench.want(film);
		bench.answer(await bench.request(1), film);
		await bench.state(done, 'complete');
		const running = await bench.want(contentOf(10));
		await bench.request(2);
		bench.downloads.remove(done);
		bench.downloads.remove(running);
		expect(bench.cancelled).toEqual([2]);
		expect(bench.downloads.list()).toEqual([]);
		expect(bench.store.transfers.downloads()).toEqual([]);
		expect(bench.files()).toEqual(['a film.ogv']);
		expect(bench.files(bench.incomplete)).toEqual([]);
	});

	test('for the same content twice are one download with the sources of both', async () => {
		const one = await bench.want(film, { sources: [sourceOf(1)] });
		const two = await bench.want(film, { sources: [sourceOf(2)], sha1: sha1Of(film).toLowerCase() });
		expect(two).toBe(one);
		expect(bench.downloads.get(one)!.sources).toBe(2);
		bench.downloads.cancel(one);
		expect(await bench.want(film)).toBe(one);
		expect(bench.downloads.get(one)).toMatchObject({ state: 'fetching', endedAt: null });
		expect(await bench.want(film, { out: join(bench.folder, 'other') })).not.toBe(one);
	});

	test('beyond the places wait for their turn', async () => {
		await bench.end();
		bench = new Bench({ places: 2 });
		const ids = [];
		for (let seed = 1; seed <= 4; seed++)
			ids.push(await bench.want(contentOf(50, seed), { name: `${seed}` }));
		await bench.request(2);
		expect(bench.downloads.list().map((view) => view.state)).toEqual([
			'fetching',
			'fetching',
			'wanted',
			'wanted',
		]);
		bench.answer(bench.requests[1]!, contentOf(50, 2));
		await bench.state(ids[1]!, 'complete');
		expect((await bench.request(3)).name).toBe('3');
		bench.downloads.pause(ids[0]!);
		expect((await bench.request(4)).name).toBe('4');
	});

	test.each([
		[{ name: 'x', sha1: 'short', sources: [sourceOf(1)] }, 'transfer.want.unclear'],
		[{ name: 'x', sources: [] }, 'transfer.want.unclear'],
		[{ name: '', sources: [sourceOf(1)] }, 'transfer.want.unclear'],
		[{ name: 'x', size: -1, sources: [sourceOf(1)] }, 'transfer.want.unclear'],
		[{ name: 'x', out: 'relative', sources: [sourceOf(1)] }, 'transfer.want.unclear'],
		[{ name: 'x', out: '/dev/null/x', sources: [sourceOf(1)] }, 'transfer.disk.unwritable'],
	])('that make no sense are refused: %j', async (wanted, code) => {
		await expect(bench.downloads.want(wanted)).rejects.toMatchObject({ code });
		expect(bench.downloads.list()).toEqual([]);
	});
});
