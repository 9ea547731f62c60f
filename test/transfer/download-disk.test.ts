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

describe('the disk', () => {
	test('that cannot keep up stops the link, and lets it go on when it has', async () => {
		const big = contentOf(12 << 20);
		const id = await bench.want(big, { sources: [sourceOf(1)] });
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
		bench.store.transfers.saveDownload({ ...record!, state: 'inspecting', endedAt: null });
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
