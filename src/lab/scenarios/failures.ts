/**
 * "Gnutella can sustain 70% of nodes failure" (the talk). A share of the servents fails at once, at random or
 * the ones with the most links first; then the survivors repair. Four numbers, before and after: the giant
 * component, the isolated, the reach of a query, and the same after repair.
 *
 * Links are equally fast unless told otherwise. Where they are not, the first copy of a query often comes by a
 * longer way with less TTL left, later copies are duplicates, and the reach is smaller than the hops promise.
 */
import { Chance } from '../chance.ts';
import { type Connectivity, connectivity, reachOf } from '../connectivity.ts';
import { topologySetting } from '../experiment.ts';
import { degreeOf, type Graph } from '../graph.ts';
import { Overlay } from '../overlay.ts';
import { repair } from '../repair.ts';
import { type Counts, numberOf, type Order, type Scenario, share } from '../scenario.ts';
import { watchFlood } from '../watched-flood.ts';

export const failures: Scenario = {
	name: 'failures',
	about: 'servents fail, at random or the best linked first; what is left before and after repair',
	nodes: 10_000,
	runs: 5,
	settings: {
		topology: topologySetting('power-law'),
		fail: { about: 'share of the servents that fails', preset: 0.7 },
		how: { about: 'which ones', preset: 'random', words: ['random', 'targeted'] },
		ttl: { about: 'TTL of the query whose reach is measured', preset: 7 },
		origins: { about: 'survivors that ask in each play', preset: 64 },
		known: { about: 'hosts in each host cache', preset: 20 },
		latencyLeast: { about: 'milliseconds of the fastest link', preset: 100 },
		latencyMost: {
			about: 'and of the slowest; where they differ, long ways overtake short ones',
			preset: 100,
		},
		seed: { about: 'whether who knows nobody alive finds a web cache', preset: 'no', words: ['yes', 'no'] },
	},
	rows: () => [''],
	play,
	watch: (_, order) =>
		watchFlood(
			order,
			numberOf(order, 'ttl'),
			failing(order.topology().graph, order, new Chance(order.seed, 'failures')),
		),
	measures: (counts) => ({ ...four(counts, ''), ...four(counts, 'AfterRepair'), ...cost(counts) }),
};

function play(_row: string, order: Order): Counts {
	const { graph, leaf } = order.topology();
	const chance = new Chance(order.seed, 'failures');
	const overlay = new Overlay(leaf === undefined ? { graph } : { graph, leaf }, {
		seed: order.seed,
		maxTtl: 255,
		latencyLeast: numberOf(order, 'latencyLeast'),
		latencyMost: numberOf(order, 'latencyMost'),
	});
	for (const node of failing(graph, order, chance)) overlay.alive[node] = 0;
	const ttl = numberOf(order, 'ttl');
	const origins = numberOf(order, 'origins');
	const before = connectivity(overlay, ttl, origins, new Chance(order.seed, 'origins'));
	const repaired = repair(graph, overlay.alive, {
		known: numberOf(order, 'known'),
		seed: order.settings['seed'] === 'yes',
		chance,
		leaf,
	});
	overlay.rewire(repaired.graph.starts, repaired.graph.neighbours);
	const after = connectivity(overlay, ttl, origins, new Chance(order.seed, 'origins'));
	return {
		failed: graph.nodes - before.survivors,
		...named(before, ''),
		...named(after, 'AfterRepair'),
		dials: repaired.dials,
		failedDials: repaired.failedDials,
		newLinks: repaired.links,
	};
}

/** Targeted: the most links first; among equals the lower number. */
function failing(graph: Graph, order: Order, chance: Chance): Int32Array {
	const all = Int32Array.from({ length: graph.nodes }, (_, node) => node);
	const count = Math.round(numberOf(order, 'fail') * graph.nodes);
	if (order.settings['how'] === 'random') return chance.some(all, count);
	return all.sort((a, b) => degreeOf(graph, b) - degreeOf(graph, a) || a - b).subarray(0, count);
}

function named(found: Connectivity, suffix: string): Counts {
	return Object.fromEntries(Object.entries(found).map(([name, value]) => [name + suffix, value]));
}

function four(counts: Counts, suffix: string): Record<string, number> {
	const survivors = counts[`survivors${suffix}`];
	return {
		[`giantComponent${suffix}`]: share(counts[`giant${suffix}`], survivors),
		[`isolatedSurvivors${suffix}`]: share(counts[`isolated${suffix}`], survivors),
		[`reachWithinTtl${suffix}`]: reachOf({
			survivors,
			isolated: counts[`isolated${suffix}`],
			origins: counts[`origins${suffix}`],
			reached: counts[`reached${suffix}`],
		}),
	};
}

function cost(counts: Counts): Record<string, number> {
	return {
		survivors: counts['survivors'],
		components: counts['components'],
		messagesPerQuery: share(counts['messages'], counts['origins']),
		duplicateShare: share(counts['duplicates'], counts['messages']),
		repairDials: share(counts['dials'], counts['survivors']),
		repairLinks: share(counts['newLinks'], counts['survivors']),
	};
}
