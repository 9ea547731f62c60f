/**
 * Ways to search the same network for the same things: one flood, floods that grow ring by ring, and walkers. What
 * each finds, and what it costs.
 */
import { Chance } from '../chance.ts';
import { Content } from '../content.ts';
import { topologySetting } from '../experiment.ts';
import { Overlay } from '../overlay.ts';
import { type Counts, numberOf, type Order, type Scenario, share } from '../scenario.ts';
import { walk } from '../walkers.ts';

const [FLOOD, RING, WALKERS] = ['flood', 'expanding ring', 'walkers'];

export const searchMethods: Scenario = {
	name: 'search-methods',
	about: 'one flood, an expanding ring, and random walkers: what each finds and costs on the same network',
	nodes: 10_000,
	runs: 3,
	settings: {
		topology: topologySetting('random'),
		files: { about: 'different files', preset: 5000 },
		copies: { about: 'files of each servent that shares, on average', preset: 10 },
		freeRiders: { about: 'share of the servents that share nothing', preset: 0.25 },
		ttl: { about: 'TTL of the flood, and of the widest ring', preset: 7 },
		walkers: { about: 'walkers of a query', preset: 32 },
		every: { about: 'steps after which a walker asks whether there is enough', preset: 4 },
		steps: { about: 'steps of a walker at most', preset: 1024 },
		enough: { about: 'answers that are enough for ring and walkers', preset: 1 },
		queries: { about: 'queries in each play', preset: 50 },
	},
	rows: () => [FLOOD, RING, WALKERS],
	play,
	measures: (counts) => ({
		success: share(counts['found'], counts['asked']),
		messagesPerQuery: share(counts['messages'], counts['asked']),
		duplicateShare: share(counts['duplicates'], counts['messages']),
		hitsPerQuery: share(counts['hits'], counts['asked']),
		visitedPerQuery: share(counts['visited'], counts['asked']),
		hopsToFirst: share(counts['hops'], counts['found']),
	}),
};

interface Sum {
	found: number;
	messages: number;
	duplicates: number;
	hits: number;
	visited: number;
	hops: number;
}

function play(row: string, order: Order): Counts {
	const topology = order.topology();
	const content = new Content(
		topology.graph.nodes,
		{
			files: numberOf(order, 'files'),
			copies: numberOf(order, 'copies'),
			freeRiders: numberOf(order, 'freeRiders'),
		},
		order.seed,
	);
	const overlay = new Overlay(topology, {
		seed: order.seed,
		maxTtl: 255,
		latencyLeast: 100,
		latencyMost: 100,
	});
	overlay.content = content;
	const asking = new Chance(order.seed, 'queries');
	const chance = new Chance(order.seed, 'walkers');
	const asked = numberOf(order, 'queries');
	const sum: Sum = { found: 0, messages: 0, duplicates: 0, hits: 0, visited: 0, hops: 0 };
	for (let query = 0; query < asked; query++) {
		const origin = asking.below(overlay.nodes);
		const text = content.nameOf(content.draw(asking));
		if (row === FLOOD) flood(overlay, origin, text, numberOf(order, 'ttl'), sum);
		else if (row === RING) {
			for (let ttl = 1; ttl <= numberOf(order, 'ttl'); ttl++)
				if (flood(overlay, origin, text, ttl, sum) >= numberOf(order, 'enough')) break;
		} else {
			const orders = {
				walkers: numberOf(order, 'walkers'),
				every: numberOf(order, 'every'),
				steps: numberOf(order, 'steps'),
				enough: numberOf(order, 'enough'),
			};
			const { messages, checks, hits, hops, visited } = walk(
				topology.graph,
				content,
				origin,
				text,
				orders,
				chance,
			);
			sum.messages += messages + checks;
			sum.hits += hits;
			sum.visited += visited;
			if (hits > 0) {
				sum.found++;
				sum.hops += hops;
			}
		}
	}
	return { asked, ...sum };
}

/** Adds what it did; answers the hits. */
function flood(overlay: Overlay, origin: number, text: string, ttl: number, sum: Sum): number {
	const query = overlay.ask(origin, text, ttl);
	overlay.run();
	const { messages, duplicates, hits, reached, firstHit, firstHitHops } = overlay.counts(query);
	overlay.forget();
	sum.messages += messages;
	sum.duplicates += duplicates;
	sum.hits += hits;
	sum.visited += reached;
	if (firstHit >= 0) {
		sum.found++;
		sum.hops += firstHitHops;
	}
	return hits;
}
