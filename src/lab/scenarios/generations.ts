/**
 * 0.4 against 0.6. The same people with the same files: once as equals that flood each other, once as leaves behind
 * ultrapeers that know by tables what their leaves have. Measured: what a search costs the network, and what it
 * costs a machine that only wants to be a leaf.
 */
import { Chance } from '../chance.ts';
import { Content } from '../content.ts';
import { Overlay } from '../overlay.ts';
import { type Counts, numberOf, type Order, type Scenario, share } from '../scenario.ts';
import { generate } from '../topologies.ts';

const OLD = '0.4, everybody floods';
const NEW = '0.6, ultrapeers flood';

export const generations: Scenario = {
	name: 'generations',
	about:
		'0.4 against 0.6: what a search costs the network and a small machine, with the same people and files',
	nodes: 10_000,
	runs: 3,
	settings: {
		files: { about: 'different files', preset: 5000 },
		copies: { about: 'files of each servent that shares, on average', preset: 10 },
		freeRiders: { about: 'share of the servents that share nothing', preset: 0.25 },
		ttlOld: { about: 'TTL of 0.4', preset: 7 },
		ttlNew: { about: 'TTL of 0.6, with the hop of the leaf', preset: 5 },
		queries: { about: 'queries in each play', preset: 50 },
	},
	rows: () => [OLD, NEW],
	play,
	measures: (counts) => ({
		success: share(counts['found'], counts['asked']),
		hitsPerQuery: share(counts['hits'], counts['asked']),
		messagesPerQuery: share(counts['messages'], counts['asked']),
		messagesPerHit: share(counts['messages'], counts['hits']),
		duplicateShare: share(counts['duplicates'], counts['messages']),
		messagesPerLeafAndQuery: share(counts['toLeaves'], counts['leaves'] * counts['asked']),
	}),
};

function play(row: string, order: Order): Counts {
	const two = generate('two-tier', order.nodes, order.seed);
	const old = row === OLD;
	const topology = old ? generate('random', order.nodes, order.seed) : two;
	const content = new Content(
		order.nodes,
		{
			files: numberOf(order, 'files'),
			copies: numberOf(order, 'copies'),
			freeRiders: numberOf(order, 'freeRiders'),
		},
		order.seed,
	);
	const overlay = new Overlay(topology, { seed: order.seed, maxTtl: 255, queryRouting: !old });
	overlay.content = content;
	const leaf = two.leaf!;
	const leaves = leaf.reduce((sum, one) => sum + one, 0);
	let toLeaves = 0;
	overlay.delivered = (node) => {
		toLeaves += leaf[node];
	};
	const chance = new Chance(order.seed, 'queries');
	const asked = numberOf(order, 'queries');
	let [found, hits, messages, duplicates] = [0, 0, 0, 0];
	for (let query = 0; query < asked; query++) {
		// Those who would be leaves ask, in both.
		const origin = order.nodes - 1 - chance.below(leaves);
		const text = content.nameOf(content.draw(chance));
		const number = overlay.ask(origin, text, numberOf(order, old ? 'ttlOld' : 'ttlNew'));
		overlay.run();
		const counts = overlay.counts(number);
		overlay.forget();
		found += counts.hits > 0 ? 1 : 0;
		hits += counts.hits;
		messages += counts.messages;
		duplicates += counts.duplicates;
	}
	return { asked, found, hits, messages, duplicates, toLeaves, leaves };
}
