import { mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
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
			why: 'Complete. The SHA-1 agrees.',
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

	test('without a hash is complete but suspicious, and its hash is told', async () => {
		const id = await bench.downloads.want({ name: 'x.txt', sources: [sourceOf(1)] });
		const request = await bench.request(1);
		expect('sha1' in request || 'to' in request).toBe(false);
		bench.answer(request, film, { status: 200 });
		expect(await bench.state(id, 'complete')).toMatchObject({ verdict: 'suspicious', sha1: sha1Of(film) });
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
		const id = await bench.want(film);
		const { fetch } = await bench.request(1);
		bench.head(fetch, { from: 0, to: 300_000, size: 300_000 });
		bench.body(fetch, film.subarray(0, 500));
		await bench.clock.pass(59_000);
		expect(bench.requests).toHaveLength(1);
		await bench.clock.pass(2000);
		expect((await bench.request(2)).from).toBe(500);
		expect(bench.cancelled).toEqual([fetch]);
		expect(bench.notices).toMatchObject([{ code: 'transfer.source.stalled', subject: '127.0.0.1:6346' }]);
		// What the silent one still says is heard by nobody.
		bench.body(fetch, film.subarray(500, 900));
		bench.downloads.onFetchEnd(fetch, '');
		bench.answer(bench.requests[1]!, film);
		await bench.state(id, 'complete');
	});

	test('that come to light later end the waiting', async () => {
		const id = await bench.want(film, { sources: [] });
		await bench.state(id, 'waiting');
		bench.downloads.addSources('B'.repeat(32), [sourceOf(8)]);
		bench.downloads.addSources(sha1Of(film), [sourceOf(9)]);
		expect((await bench.request(1)).source).toEqual(expect.objectContaining(sourceOf(9)));
		bench.head(1, { from: 0, to: 300_000, size: 300_000, alternates: [{ host: '127.0.0.50', port: 1 }] });
		expect(bench.downloads.get(id)!.sources).toBe(2);
	});

	test('and cannot be replaced end the download, and the user may retry', async () => {
		const id = await bench.downloads.want({ name: 'x', sources: [sourceOf(1)] });
		for (let round = 1; round <= 12; round++) {
			bench.downloads.onFetchEnd((await bench.request(round)).fetch, 'connection refused');
			await bench.until(() => bench.downloads.get(id)!.state !== 'fetching');
			if (round < 12) await bench.clock.pass(600_000);
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
		for (let count = 1; await bench.until(() => bench.requests.length === count), count < 12; count++) {
			const request = bench.requests[count - 1]!;
			const liar = request.source.host === '127.0.0.1';
			bench.head(request.fetch, { from: request.from, to: 300_000, size: 300_000 });
			bench.body(
				request.fetch,
				(liar ? lie : film).subarray(request.from, liar ? Math.max(request.from, 150_000) : 300_000),
			);
			bench.downloads.onFetchEnd(request.fetch, liar ? 'broke off' : '');
			await bench.until(() => bench.downloads.get(id)!.state !== 'fetching' || bench.requests.length > count);
			await bench.until(() => bench.downloads.get(id)!.state !== 'verifying');
			if (bench.downloads.get(id)!.state === 'complete') break;
			await bench.clock.pass(1000);
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
		bench.downloads.pause(id);
		bench.downloads.resume(id);
		const second = await bench.request(2);
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
		expect(bench.downloads.get(one)!.state).toBe('wanted');
		expect(await bench.want(film, { out: join(bench.folder, 'other') })).not.toBe(one);
	});

	test('beyond the places wait for their turn', async () => {
		await bench.downloads.close();
		bench.store.close();
		bench.begin(2);
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

describe('the disk', () => {
	test('that cannot keep up stops the link, and lets it go on when it has', async () => {
		const big = contentOf(12 << 20);
		const id = await bench.want(big);
		const { fetch } = await bench.request(1);
		bench.head(fetch, { from: 0, to: big.length, size: big.length });
		for (let at = 0; at < big.length; at += 65_536) bench.body(fetch, big.subarray(at, at + 65_536));
		expect(bench.paused).toEqual([true]);
		await bench.until(() => bench.paused.length === 2);
		expect(bench.paused).toEqual([true, false]);
		bench.downloads.onFetchEnd(fetch, '');
		await bench.state(id, 'complete');
		expect(bench.read('a film.ogv').equals(big)).toBe(true);
	});

	test('that has no room for the file is said so before a byte is fetched', async () => {
		const id = await bench.want(film, { size: 2 ** 52 });
		expect(await bench.state(id, 'failed')).toMatchObject({
			why: expect.stringMatching(/disk is full.*are needed/),
		});
		expect(bench.requests).toEqual([]);
	});

	test('that fails in the middle fails the download with a sentence, and what was written is kept', async () => {
		const id = await bench.want(film);
		bench.answer(await bench.request(1), film, { to: 100_000 });
		await bench.request(2);
		rmSync(bench.incomplete, { recursive: true });
		writeFileSync(bench.incomplete, 'in the way');
		bench.downloads.pause(id);
		await bench.restart();
		bench.downloads.resume(id);
		expect(await bench.state(id, 'failed')).toMatchObject({ why: expect.stringMatching(/not a folder/) });
		rmSync(bench.incomplete);
		mkdirSync(bench.incomplete);
		bench.downloads.retry(id);
		bench.answer(await bench.request(1), film);
		await bench.state(id, 'complete');
	});

	test('whose folder for finished files is gone gets a new one', async () => {
		const id = await bench.want(film);
		const request = await bench.request(1);
		rmSync(bench.out, { recursive: true });
		bench.answer(request, film);
		await bench.state(id, 'complete');
	});
});

describe('a restart', () => {
	test('goes on where it was, and the hash of the whole is checked by reading again', async () => {
		const id = await bench.want(film);
		const first = await bench.request(1);
		bench.head(first.fetch, { from: 0, to: 300_000, size: 300_000 });
		bench.body(first.fetch, film.subarray(0, 250_000));
		await bench.restart();
		const second = await bench.request(1);
		expect(second).toMatchObject({ from: 250_000, sha1: sha1Of(film), to: 300_000 });
		bench.answer(second, film);
		expect((await bench.state(id, 'complete')).verdict).toBe('ok');
		expect(bench.read('a film.ogv').equals(film)).toBe(true);
	});

	test('with a partial file that was cut, lengthened or removed goes on with what can be trusted', async () => {
		const id = await bench.want(film);
		const partial = join(bench.incomplete, `${id}.part`);
		bench.answer(await bench.request(1), film, { to: 200_000 });
		await bench.request(2);
		await bench.restart();
		expect((await bench.request(1)).from).toBe(200_000);
		await bench.downloads.close();
		truncateSync(partial, 50_000);
		await bench.restart();
		expect((await bench.request(1)).from).toBe(50_000);
		await bench.downloads.close();
		writeFileSync(partial, Buffer.concat([film.subarray(0, 50_000), Buffer.from('rubbish')]));
		await bench.restart();
		expect((await bench.request(1)).from).toBe(50_000);
		await bench.downloads.close();
		rmSync(partial);
		await bench.restart();
		const last = await bench.request(1);
		expect(last.from).toBe(0);
		bench.answer(last, film);
		await bench.state(id, 'complete');
		expect(bench.read('a film.ogv').equals(film)).toBe(true);
	});

	test('leaves alone what is paused, over, or given up', async () => {
		const complete = await bench.want(film, { name: 'c' });
		bench.answer(await bench.request(1), film);
		await bench.state(complete, 'complete');
		const paused = await bench.want(contentOf(9), { name: 'p' });
		bench.downloads.pause(paused);
		const before = bench.downloads.list();
		await bench.restart();
		expect(bench.downloads.list()).toEqual(before);
		expect(bench.requests).toEqual([]);
	});

	test('between the moving and the saying so finds its own file', async () => {
		const id = await bench.want(film);
		bench.answer(await bench.request(1), film);
		await bench.state(id, 'complete');
		const [record] = bench.store.transfers.downloads();
		await bench.downloads.close();
		bench.store.transfers.saveDownload({ ...record!, state: 'verifying', endedAt: null });
		await bench.restart();
		await bench.state(id, 'complete');
		expect(bench.files()).toEqual(['a film.ogv']);
	});

	test('with everything fetched and the partial file gone begins again and blames nobody', async () => {
		const id = await bench.want(film);
		await bench.request(1);
		await bench.downloads.close();
		const [record] = bench.store.transfers.downloads();
		bench.store.transfers.saveDownload({ ...record!, state: 'verifying', done: film.length });
		rmSync(join(bench.incomplete, `${id}.part`));
		await bench.restart();
		bench.answer(await bench.request(1), film);
		expect(await bench.state(id, 'complete')).toMatchObject({ sources: 2 });
	});
});
