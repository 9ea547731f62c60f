/**
 * Modems that choke. Each servent has an uplink of its class and forwards what it is sent; when many search at once
 * the slow ones fall behind, and what waits in their queues is old news. (August 2000, as told of Gnutella: the network
 * fell apart where searches outgrew modems.) Equals flood with 0.4; the second row keeps the slow ones as leaves.
 */
import { Chance } from '../chance.ts';
import { Content } from '../content.ts';
import { Overlay } from '../overlay.ts';
import { type Counts, numberOf, type Order, type Scenario, share } from '../scenario.ts';
import { generate } from '../topologies.ts';

const RATES = [1, 4, 16, 64];
const [OLD, NEW] = ['0.4', '0.6'];
/** Bytes a second: modem, modem, ISDN, DSL, cable. */
const MIXED = [4_000, 4_000, 8_000, 16_000, 64_000];
/** Who is an ultrapeer has a line for it. */
const FAST = [64_000];

export const congestion: Scenario = {
	name: 'congestion',
	about: 'more and more people search at once over modems: when answers come, and what still moves',
	nodes: 2000,
	runs: 3,
	settings: {
		files: { about: 'different files', preset: 1000 },
		copies: { about: 'files of each servent that shares, on average', preset: 5 },
		freeRiders: { about: 'share of the servents that share nothing', preset: 0.25 },
		ttl: { about: 'TTL of queries', preset: 5 },
		seconds: { about: 'how long people search', preset: 5 },
	},
	rows: () => [OLD, NEW].flatMap((version) => RATES.map((rate) => `${version}, ${rate} searches a second`)),
	play,
	measures: (counts) => ({
		searches: counts['asked'],
		success: share(counts['found'], counts['asked']),
		firstAnswerSeconds: share(counts['firstHit'], counts['found'] * 1000),
		secondsUntilQuiet: counts['quiet'] / 1000,
		messagesPerSearch: share(counts['messages'], counts['asked']),
	}),
};

function play(row: string, order: Order): Counts {
	const old = row.startsWith(OLD);
	const rate = Number(/, (\d+)/.exec(row)![1]);
	const overlay = new Overlay(generate(old ? 'random' : 'two-tier', order.nodes, order.seed), {
		seed: order.seed,
		maxTtl: 255,
		uplinks: old ? MIXED : FAST,
		queryRouting: !old,
	});
	const content = new Content(
		order.nodes,
		{
			files: numberOf(order, 'files'),
			copies: numberOf(order, 'copies'),
			freeRiders: numberOf(order, 'freeRiders'),
		},
		order.seed,
	);
	overlay.content = content;
	const chance = new Chance(order.seed, 'searches');
	const queries: number[] = [];
	for (let search = 0; search < rate * numberOf(order, 'seconds'); search++) {
		overlay.run(Math.floor((search * 1000) / rate));
		const text = content.nameOf(content.draw(chance));
		queries.push(overlay.ask(chance.below(order.nodes), text, numberOf(order, 'ttl')));
	}
	overlay.run();
	let [found, firstHit, messages] = [0, 0, 0];
	for (const query of queries) {
		const counts = overlay.counts(query);
		messages += counts.messages + counts.hitMessages;
		if (counts.firstHit < 0) continue;
		found++;
		firstHit += counts.firstHit;
	}
	return { asked: queries.length, found, firstHit, messages, quiet: overlay.wheel.now };
}
