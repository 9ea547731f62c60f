/**
 * Free riding: some 70 % of the servents shared nothing (Adar and Huberman, 2000), 25 % two years later (Saroiu).
 * The files do not become fewer here, only their hosts: what is left of success, and who carries the load.
 */
import { Chance } from '../chance.ts';
import { Content } from '../content.ts';
import { topologySetting } from '../experiment.ts';
import { Overlay } from '../overlay.ts';
import { type Counts, numberOf, type Order, type Scenario, share } from '../scenario.ts';

const SHARES = [0, 0.25, 0.5, 0.7, 0.9];

export const freeRiding: Scenario = {
	name: 'free-riding',
	about: 'more and more servents share nothing: success of searches, and who answers them',
	nodes: 5000,
	runs: 3,
	settings: {
		topology: topologySetting('power-law'),
		files: { about: 'different files', preset: 5000 },
		copies: { about: 'files of each servent that shares, on average', preset: 10 },
		ttl: { about: 'TTL of queries', preset: 5 },
		queries: { about: 'queries in each play', preset: 100 },
	},
	rows: () => SHARES.map((one) => `${Math.round(one * 100)} % share nothing`),
	play,
	measures: (counts) => ({
		success: share(counts['found'], counts['asked']),
		hitsPerQuery: share(counts['hits'], counts['asked']),
		answeringHosts: counts['answering'],
		answersOfTopPercent: share(counts['top'], counts['hits']),
		messagesPerHit: share(counts['messages'], counts['hits']),
	}),
};

function play(row: string, order: Order): Counts {
	const overlay = new Overlay(order.topology(), {
		seed: order.seed,
		maxTtl: 255,
		latencyLeast: 100,
		latencyMost: 100,
	});
	const freeRiders = Number.parseInt(row, 10) / 100;
	const content = new Content(
		overlay.nodes,
		{ files: numberOf(order, 'files'), copies: numberOf(order, 'copies'), freeRiders },
		order.seed,
	);
	overlay.content = content;
	const answers = new Int32Array(overlay.nodes);
	overlay.answered = (node) => {
		answers[node]++;
	};
	const chance = new Chance(order.seed, 'queries');
	const asked = numberOf(order, 'queries');
	let [found, hits, messages] = [0, 0, 0];
	for (let query = 0; query < asked; query++) {
		const number = overlay.ask(
			chance.below(overlay.nodes),
			content.nameOf(content.draw(chance)),
			numberOf(order, 'ttl'),
		);
		overlay.run();
		const counts = overlay.counts(number);
		overlay.forget();
		found += counts.hits > 0 ? 1 : 0;
		hits += counts.hits;
		messages += counts.messages;
	}
	const sorted = answers.toSorted((a, b) => b - a);
	const percent = Math.max(1, Math.floor(overlay.nodes / 100));
	const top = sorted.subarray(0, percent).reduce((sum, one) => sum + one, 0);
	return {
		asked,
		found,
		hits,
		messages,
		top,
		answering: answers.reduce((sum, one) => sum + Math.min(1, one), 0),
	};
}
