/** The Lab page's API, with real rehearsals on a clock that the test moves. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { load } from '../../src/lab/load.ts';
import { Rehearsals } from '../../src/lab/rehearsals.ts';
import { resultOf } from '../../src/lab/result.ts';
import { scenarios } from '../../src/lab/scenarios.ts';
import type { LabPicture, LabRun, LabScenario } from '../../src/node/api/lab-schemas.ts';
import { errorOf, MemoryBackend, startMemoryApi } from './memory-backend.ts';

let lab: Rehearsals;
let api: Awaited<ReturnType<typeof startMemoryApi>>;
let late: (() => void)[];
let now: number;

beforeEach(async () => {
	late = [];
	now = 0;
	lab = new Rehearsals({
		now: () => now,
		after(_milliseconds, call) {
			late.push(call);
			return () => {};
		},
	});
	api = await startMemoryApi(new MemoryBackend(), { rehearsing: lab });
});
afterEach(async () => {
	await api.close();
	await lab.close();
});

const small = { scenario: 'ttl', randomSeed: 7, nodes: 200, set: { origins: 2, runs: 2 } };
/** A hundred times what a test waits for. */
const endless = { scenario: 'dynamic-querying', nodes: 3000, set: { runs: 20, searches: 300 } };

async function start(order: object): Promise<LabRun> {
	const response = await api.send('POST', '/api/v1/lab/runs', order);
	expect(response.status).toBe(201);
	return (await response.json()) as LabRun;
}

async function run(id: number): Promise<LabRun> {
	return (await (await api.get(`/api/v1/lab/runs/${id}`)).json()) as LabRun;
}

async function refused(order: object): Promise<[number, string, string]> {
	const response = await api.send('POST', '/api/v1/lab/runs', order);
	const { code, message } = await errorOf(response);
	return [response.status, code, message];
}

describe('scenarios', () => {
	it('are listed with what they rehearse, their settings, bounds, rows and page', async () => {
		const listed = (await (await api.get('/api/v1/lab/scenarios')).json()) as LabScenario[];
		expect(listed.map(({ name }) => name)).toEqual(scenarios.map(({ name }) => name));
		for (const one of listed) {
			expect(one.nodes).toBeLessThanOrEqual(one.mostNodes);
			expect(one.mostNodes).toBeLessThanOrEqual(100_000);
			for (const { preset, most } of one.settings)
				if (typeof preset === 'number') expect(preset).toBeLessThanOrEqual(most!);
		}
		const push = listed.find(({ name }) => name === 'push-diversion')!;
		expect(push).toMatchObject({ nodes: 150, mostNodes: 1500, page: true });
		expect(push.rows).toContain('on + push-diversion');
		expect(push.settings).toContainEqual({
			...{ name: 'freeRiders', about: 'share of the servents that share nothing' },
			...{ preset: 0.25, least: 0, most: 1 },
		});
		expect(push.settings.find(({ name }) => name === 'runs')).toMatchObject({ preset: 3, most: 20 });
	});

	it('have pages that are read as text', async () => {
		const page = await api.get('/api/v1/lab/scenarios/push-diversion/page');
		expect(page.headers.get('content-type')).toBe('text/plain; charset=utf-8');
		expect(await page.text()).toContain('# PUSH diverted to a victim');
		for (const name of ['nobody', 'README', '..%2F..%2FREADME'])
			expect((await api.get(`/api/v1/lab/scenarios/${name}/page`)).status).toBe(404);
	});
});

describe('a run', () => {
	it('ends with the digest of the command line', async () => {
		const { id, command } = await start(small);
		await expect.poll(async () => (await run(id)).state).toBe('done');
		const words = { scenario: 'ttl', randomSeed: 7, nodes: 200, set: ['origins=2', 'runs=2'] };
		const experiment = load(words);
		const played = experiment.units.map((unit) => ({ ...unit, counts: experiment.play(unit) }));
		const expected = resultOf(experiment, played);
		const done = await run(id);
		expect(done.result).toEqual(expected);
		expect(done.progress).toEqual({ done: played.length, of: played.length });
		expect(command).toBe('sallyport lab run ttl --nodes 200 --random-seed 7 --set origins=2 --set runs=2');
	});

	it('tells how much time is left by its pace, and is forgotten when it has ended', async () => {
		const { id } = await start({ ...small, set: { origins: 2, runs: 20 } });
		now = 1000;
		await expect
			.poll(async () => {
				const { state, progress } = await run(id);
				const left = (progress.of - progress.done) / progress.done;
				return state === 'done' || (progress.done > 0 && progress.secondsLeft === left);
			})
			.toBe(true);
		await expect.poll(async () => (await run(id)).state).toBe('done');
		expect((await api.send('DELETE', `/api/v1/lab/runs/${id}`)).status).toBe(200);
		expect((await api.get(`/api/v1/lab/runs/${id}`)).status).toBe(404);
		expect((await api.send('DELETE', `/api/v1/lab/runs/${id}`)).status).toBe(404);
	});

	it('that is stopped keeps what it has, as partial; two are under way at most', async () => {
		const { id } = await start(endless);
		await start(endless);
		expect(await refused(small)).toEqual([
			409,
			'lab.run.many',
			'Two runs are under way already. Wait for one to end, or stop one.',
		]);
		expect(await (await api.send('DELETE', `/api/v1/lab/runs/${id}`)).json()).toMatchObject({
			state: 'stopped',
			note: 'It was stopped.',
		});
		expect((await run(id)).result?.partial ?? true).toBe(true);
		const { id: next } = await start(small);
		await expect.poll(async () => (await run(next)).state).toBe('done');
	});

	it('ends after ten minutes', async () => {
		const { id } = await start(endless);
		for (const call of late) call();
		expect(await run(id)).toMatchObject({ state: 'stopped' });
		expect((await run(id)).note).toContain('after 10 minutes');
	});
});

describe('what a browser may not order', () => {
	it('is more than the bounds say', async () => {
		const [status, code, message] = await refused({ ...small, nodes: 10_000_000 });
		expect([status, code]).toEqual([422, 'lab.order.large']);
		expect(message).toContain('10000000 nodes; at most 100000');
		expect((await refused({ ...small, set: { runs: 21 } }))[2]).toContain('runs 21; at most 20');
		expect((await refused({ ...small, set: { origins: '1e3' } }))[2]).toContain('origins 1e3; at most 200');
		expect(lab.list()).toEqual([]);
	});

	it.each([
		[{ scenario: 'nobody' }, 'no scenario is called "nobody"'],
		[{ ...small, set: { maxTtl: 3 } }, 'has no setting "maxTtl"'],
		[{ ...small, set: { toString: 3 } }, 'has no setting "toString"'],
		[{ ...small, set: { topology: '/etc/passwd' } }, '"/etc/passwd" is none of'],
		[{ ...small, set: { origins: 'many' } }, 'is not a number'],
		[{ ...small, set: { 'runs=1 ': 2 } }, 'is not a'],
		[{ ...small, fail: 0.5 }, 'has no setting "fail"'],
		[{ scenario: 'flood-cost', set: { links: 99 } }, 'nothing is left to play'],
	])('is what the laboratory does not know: %o', async (order, why) => {
		const [status, code, message] = await refused(order);
		expect([status, code]).toEqual([422, 'lab.order.setting']);
		expect(message).toContain(why);
	});

	it.each([
		{},
		{ scenario: 7 },
		{ ...small, nodes: 1.5 },
		{ ...small, topology: '/etc/passwd' },
		{ ...small, fail: 2 },
	])('is no order at all: %o', async (order) => {
		expect((await refused(order))[0]).toBe(400);
	});
});

describe('a picture', () => {
	const picture = async (order: object): Promise<LabPicture> => {
		const response = await api.send('POST', '/api/v1/lab/pictures', order);
		expect(response.status).toBe(200);
		return (await response.json()) as LabPicture;
	};

	it('is what a run measures, message by message', async () => {
		const order = { scenario: 'push-diversion', nodes: 40, set: { seconds: 5, pushes: 3 } };
		const { hosts, links, sights, latency, cut } = await picture({ ...order, row: 'on' });
		const unit = { row: 'on', run: 0 };
		const counts = load({ scenario: 'push-diversion', nodes: 40, set: ['seconds=5', 'pushes=3'] }).play(unit);
		const kinds = (kind: number): number => sights.filter((one) => one[3] === kind).length;
		expect([kinds(3), latency, cut]).toEqual([counts['connects'], 60, false]);
		// A PUSH is passed on from servent to servent, and is seen on each of its ways.
		expect(kinds(2)).toBeGreaterThan(counts['sent']);
		expect(hosts.filter(({ role }) => role === 'attacker')).toHaveLength(3);
		expect(hosts.filter(({ role }) => role === 'victim')).toHaveLength(1);
		expect(hosts.filter(({ role }) => role === 'ultrapeer' || role === 'leaf')).toHaveLength(40);
		for (const place of [...links.flat(), ...sights.flatMap(([, from, to]) => [from, to])])
			expect(place).toBeLessThan(hosts.length);
		const times = sights.map(([at]) => at);
		expect(Math.min(...times)).toBeGreaterThanOrEqual(0);
	});

	it('of a flood shows who is gone, and each query once for the first time at each servent', async () => {
		const order = { scenario: 'failures', nodes: 100, fail: 0.3, row: '' };
		const { hosts, sights } = await picture(order);
		const gone = hosts.flatMap(({ role }, place) => (role === 'gone' ? [place] : []));
		expect(gone.length).toBeGreaterThan(25);
		for (const [, from, to, kind] of sights) {
			expect(kind).toBeLessThan(2);
			expect(gone).not.toContain(from);
			expect(gone).not.toContain(to);
		}
		const fresh = sights.filter((one) => one[3] === 0 && one[4] === 1).map(([, , to]) => to);
		expect(new Set(fresh).size).toBe(fresh.length);
		const hops = new Map(sights.filter((one) => one[3] === 0 && one[4] === 1).map((one) => [one[2], one[5]]));
		expect(Math.max(...hops.values())).toBeLessThanOrEqual(7);
		expect(sights.some((one) => one[3] === 1)).toBe(true);
	});

	it('of what is too large, or has nothing to see, or no such row, is refused with a sentence', async () => {
		const refusal = async (order: object): Promise<[number, string, string]> => {
			const response = await api.send('POST', '/api/v1/lab/pictures', order);
			const { code, message } = await errorOf(response);
			return [response.status, code, message];
		};
		expect(await refusal({ scenario: 'ttl', nodes: 301, row: 'TTL 4' })).toMatchObject([
			422,
			'lab.order.large',
			expect.stringContaining('301 nodes; at most 300'),
		]);
		expect((await refusal({ scenario: 'flood-cost', row: 'links 4 TTL 1' }))[2]).toContain(
			'no messages to watch',
		);
		expect((await refusal({ scenario: 'ttl', row: 'TTL 99' }))[2]).toContain('no row "TTL 99"');
		expect((await refusal({ scenario: 'ttl', nodes: 50, row: 'TTL 4', set: { maxTtl: 3 } }))[0]).toBe(422);
	});
});
