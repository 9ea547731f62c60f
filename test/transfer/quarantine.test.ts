import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Inspected } from '../../src/transfer/surroundings.ts';
import { Bench, contentOf } from './bench.ts';

let bench: Bench;
const film = contentOf(100_000);
const dirty: Inspected = {
	verdict: 'refused',
	findings: [{ code: 'defence.disguised.program', detail: 'a program called .ogv' }],
	scanners: ['content', 'ClamAV'],
	why: 'It is a program.',
};

beforeEach(() => {
	bench = new Bench();
});

afterEach(() => bench.end());

async function fetched(): Promise<number> {
	const id = await bench.want(film);
	bench.answer(await bench.request(1), film);
	return id;
}

describe('a file in which the inspection finds something', () => {
	test('stays in quarantine under a neutral name, and nobody may start it or write to it', async () => {
		bench.inspected = dirty;
		const id = await fetched();
		const view = await bench.state(id, 'quarantined');
		expect(view).toMatchObject({ verdict: 'refused', why: 'In quarantine: It is a program.' });
		expect(view.findings).toEqual(dirty.findings);
		expect(view.path).toBeUndefined();
		expect(bench.files()).toEqual([]);
		expect(bench.files(bench.incomplete)).toEqual([]);
		expect(bench.files(bench.quarantine)).toEqual([`${id}`]);
		const held = join(bench.quarantine, `${id}`);
		expect(statSync(held).mode & 0o777).toBe(0o400);
		expect(readFileSync(held).equals(film)).toBe(true);
		expect(bench.notices).toMatchObject([
			{ code: 'transfer.quarantine.held', subject: 'a film.ogv', detail: 'defence.disguised.program' },
		]);
		const { origins, scanners } = bench.downloads.detail(id)!;
		expect([origins, scanners]).toEqual([[{ from: 0, to: film.length, source: 1 }], ['content', 'ClamAV']]);
	});

	test('is released by one order of the user, which is recorded', async () => {
		bench.inspected = dirty;
		const id = await fetched();
		await bench.state(id, 'quarantined');
		bench.downloads.release(id);
		const view = await bench.state(id, 'complete');
		expect(view).toMatchObject({ verdict: 'refused', why: 'Complete. Released by you from quarantine.' });
		expect(statSync(view.path!).mode & 0o111).toBe(0);
		expect(bench.read('a film.ogv').equals(film)).toBe(true);
		expect(bench.files(bench.quarantine)).toEqual([]);
		expect(bench.notices.map(({ code }) => code)).toEqual([
			'transfer.quarantine.held',
			'transfer.quarantine.released',
		]);
		expect(bench.downloads.detail(id)!.releasedAt).toBe(bench.clock.now());
	});

	test('is gone when the user gives it up', async () => {
		bench.inspected = dirty;
		const id = await fetched();
		await bench.state(id, 'quarantined');
		bench.downloads.cancel(id);
		expect(bench.files(bench.quarantine)).toEqual([]);
		expect(bench.downloads.get(id)!.state).toBe('cancelled');
	});

	test('is still there after a restart, and only there', async () => {
		bench.inspected = dirty;
		const id = await fetched();
		await bench.state(id, 'quarantined');
		await bench.restart();
		expect(bench.downloads.get(id)).toMatchObject({ state: 'quarantined', findings: dirty.findings });
		expect(() => bench.downloads.resume(id)).toThrow(/not possible/);
		expect(bench.requests).toEqual([]);
	});
});

test('only what was found clean has ever been in the folder of downloads', async () => {
	let inspected = 0;
	await bench.end();
	bench = new Bench({
		inspect: async (path, name) => {
			inspected++;
			expect([existsSync(path), name, bench.files()]).toEqual([true, 'a film.ogv', []]);
			return { verdict: 'ok', findings: [], scanners: ['content'], why: '' };
		},
	});
	await bench.state(await fetched(), 'complete');
	expect([inspected, bench.files()]).toEqual([1, ['a film.ogv']]);
});

test('an inspection that a stop has broken off is made after the start', async () => {
	await bench.end();
	let stop = (_: Error) => {};
	let answer: Promise<Inspected> = new Promise((_, reject) => (stop = reject));
	bench = new Bench({ inspect: () => answer });
	const id = await fetched();
	await bench.state(id, 'inspecting');
	answer.catch(() => {});
	const closing = bench.downloads.close();
	stop(new Error('inspecting was stopped'));
	await closing;
	answer = Promise.resolve(dirty);
	await bench.restart();
	await bench.state(id, 'quarantined');
	expect(bench.requests).toEqual([]);
});
