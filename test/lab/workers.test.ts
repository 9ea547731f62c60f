/** One thread or several, in whatever order they end: the same digests; and what goes wrong on a thread comes back as what it is. */
import { expect, it } from 'vitest';
import { OrderError } from '../../src/lab/experiment.ts';
import { load, type Request } from '../../src/lab/load.ts';
import { resultOf } from '../../src/lab/result.ts';
import { Players } from '../../src/lab/workers.ts';

/** Of each engine one: arrays, Gnutella, eDonkey, FastTrack, and counts of decisions only. */
const orders: readonly Request[] = [
	{ scenario: 'failures', nodes: 200, set: ['runs=4'] },
	{ scenario: 'query-flood', nodes: 24, set: ['runs=2', 'searches=2', 'seconds=3'] },
	{ scenario: 'server-lists', nodes: 4, set: ['runs=2', 'minutes=1'] },
	{ scenario: 'super-nodes', nodes: 10, set: ['runs=2', 'searches=4', 'minutes=1'] },
	{ scenario: 'oversharing', nodes: 20, set: ['runs=2'] },
];

async function digests(threads: number): Promise<string[]> {
	const players = new Players(threads);
	try {
		return await Promise.all(
			orders.map(async (request) => {
				const experiment = load(request);
				const plays = experiment.units.map(async (unit) => ({
					...unit,
					counts: await players.play(request, unit),
				}));
				return resultOf(experiment, await Promise.all(plays)).digest;
			}),
		);
	} finally {
		await players.end();
	}
}

it('two and four threads give the digests that one gives', async () => {
	const alone = orders.map((request) => {
		const experiment = load(request);
		return resultOf(
			experiment,
			experiment.units.map((unit) => ({ ...unit, counts: experiment.play(unit) })),
		).digest;
	});
	expect(new Set(alone).size).toBe(orders.length);
	for (const threads of [2, 4]) expect(await digests(threads), `${threads} threads`).toEqual(alone);
});

it('an order that only the play finds wrong is still the fault of the order', async () => {
	const players = new Players(1);
	try {
		const play = players.play({ scenario: 'query-flood', nodes: 5 }, { row: 'off', run: 0 });
		await expect(play).rejects.toThrow(OrderError);
		await expect(play).rejects.toThrow(/20 servents or more/);
	} finally {
		await players.end();
	}
});
