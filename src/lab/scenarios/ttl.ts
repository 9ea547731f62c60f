/**
 * TTL and hop count: what each hop more reaches, and what it costs, on a network with circles. Four of five
 * messages of a flood are duplicates, and the last hops bring most of them. Beyond the hard limit of a servent
 * (defence/time-to-live-abuse.ts) a query reaches nobody.
 */
import { defenceLimits } from '../../defence/limits.ts';
import { Chance } from '../chance.ts';
import { topologySetting } from '../experiment.ts';
import { Overlay } from '../overlay.ts';
import { type Counts, numberOf, type Order, type Scenario, share } from '../scenario.ts';
import { watchFlood } from '../watched-flood.ts';

const TTLS = [1, 2, 3, 4, 5, 6, 7, 8, 10, 15, 16];

export const ttl: Scenario = {
	name: 'ttl',
	about: 'what each hop more reaches and costs: reach, messages, duplicates by TTL',
	nodes: 10_000,
	runs: 3,
	settings: {
		topology: topologySetting('random'),
		origins: { about: 'servents that ask', preset: 20 },
		latencyLeast: { about: 'milliseconds of the fastest link', preset: 100 },
		latencyMost: { about: 'and of the slowest', preset: 100 },
	},
	rows: () => TTLS.map((one) => `TTL ${one}`),
	play,
	watch: (row, order) => watchFlood(order, Number(row.slice(4))),
	measures: (counts) => ({
		reachShare: share(counts['reached'], counts['asked'] * (counts['nodes'] - 1)),
		messagesPerQuery: share(counts['messages'], counts['asked']),
		messagesPerReached: share(counts['messages'], counts['reached']),
		duplicateShare: share(counts['duplicates'], counts['messages']),
		meanHops: share(counts['hops'], counts['reached']),
		kilobytesPerQuery: share(counts['bytes'], counts['asked'] * 1000),
		milliseconds: share(counts['lasted'], counts['asked']),
	}),
};

function play(row: string, order: Order): Counts {
	const sent = Number(row.slice(4));
	const overlay = new Overlay(order.topology(), {
		seed: order.seed,
		maxTtl: 255,
		ttlHard: defenceLimits.ttlHard,
		latencyLeast: numberOf(order, 'latencyLeast'),
		latencyMost: numberOf(order, 'latencyMost'),
	});
	const chance = new Chance(order.seed, 'origins');
	const counts: Record<string, number> = { asked: numberOf(order, 'origins'), nodes: overlay.nodes };
	for (let origin = 0; origin < counts['asked']; origin++) {
		const query = overlay.ask(chance.below(overlay.nodes), 'grateful dead live', sent);
		overlay.run();
		for (const [name, value] of Object.entries(overlay.counts(query)))
			counts[name] = (counts[name] ?? 0) + value;
		overlay.forget();
	}
	return counts;
}
