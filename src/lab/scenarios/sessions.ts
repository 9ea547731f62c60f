/**
 * One-hour sessions: half of the servents leave within an hour (Saroiu 2002: median 60 minutes), others come. With
 * repair a servent that has lost links dials hosts of its cache, and newcomers are given twenty hosts by a web
 * cache; without it links only wither. Measured at the end, by queries. Who comes and goes: presence.ts.
 */
import { Chance } from '../chance.ts';
import { connectivity, reachOf } from '../connectivity.ts';
import { topologySetting } from '../experiment.ts';
import { without } from '../graph.ts';
import { Overlay } from '../overlay.ts';
import { presenceOf, STEP_SECONDS } from '../presence.ts';
import { repair } from '../repair.ts';
import { type Counts, numberOf, type Order, type Scenario, share } from '../scenario.ts';

const NO_REPAIR = 'without repair';
const REPAIR = 'repair from host caches';
const SEEDED = 'repair, and newcomers from a web cache';

export const sessions: Scenario = {
	name: 'sessions',
	about: 'sessions of an hour: what a day of coming and going leaves of the overlay, with and without repair',
	nodes: 3000,
	runs: 3,
	settings: {
		topology: topologySetting('random'),
		hours: { about: 'how long', preset: 12 },
		known: { about: 'hosts in each host cache, and in an answer of the web cache', preset: 20 },
		ttl: { about: 'TTL of the query whose reach is measured', preset: 7 },
		origins: { about: 'servents that ask in the end', preset: 32 },
	},
	takesSessions: true,
	rows: () => [NO_REPAIR, REPAIR, SEEDED],
	play,
	measures: (counts) => ({
		online: counts['survivors'],
		giantComponent: share(counts['giant'], counts['survivors']),
		isolatedSurvivors: share(counts['isolated'], counts['survivors']),
		reachWithinTtl: reachOf({
			survivors: counts['survivors'],
			isolated: counts['isolated'],
			origins: counts['origins'],
			reached: counts['reached'],
		}),
		dialsPerSession: share(counts['dials'], counts['came']),
	}),
};

function play(row: string, order: Order): Counts {
	const topology = order.topology();
	const overlay = new Overlay(topology, {
		seed: order.seed,
		maxTtl: 255,
		latencyLeast: 100,
		latencyMost: 100,
	});
	const chance = new Chance(order.seed, 'sessions');
	const known = numberOf(order, 'known');
	const { alive } = overlay;
	// Who has left comes again as a newcomer.
	const presence = presenceOf(order.sessions, chance);
	presence.begin(alive);
	let graph = topology.graph;
	let [dials, came] = [0, 0];
	const steps = Math.min(presence.steps, Math.round((numberOf(order, 'hours') * 3600) / STEP_SECONDS));
	for (let step = 0; step < steps; step++) {
		const { left, came: back } = presence.step(alive);
		came += back;
		if (row === NO_REPAIR) {
			// Links of those who left are gone for good.
			graph = without(graph, left);
		} else {
			const mended = repair(topology.graph, alive, { known, seed: row === SEEDED, chance, standing: graph });
			graph = mended.graph;
			dials += mended.dials;
		}
	}
	overlay.rewire(graph.starts, graph.neighbours);
	const { survivors, giant, isolated, origins, reached } = connectivity(
		overlay,
		numberOf(order, 'ttl'),
		numberOf(order, 'origins'),
		new Chance(order.seed, 'origins'),
	);
	return { survivors, giant, isolated, origins, reached, dials, came };
}
