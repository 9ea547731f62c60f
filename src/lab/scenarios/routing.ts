/**
 * Learning-bridge routing: a servent remembers by which link a query came, and a hit goes back by it. Without that
 * memory a hit would have to be flooded as the query was. Both are done here, with real frames.
 */
import { Chance } from '../chance.ts';
import { Content } from '../content.ts';
import { topologySetting } from '../experiment.ts';
import { Overlay } from '../overlay.ts';
import { type Counts, numberOf, type Order, type Scenario, share } from '../scenario.ts';

const BRIDGE = 'learning bridge';
const FLOOD = 'hits flooded';

export const routing: Scenario = {
	name: 'routing',
	about: 'hits that go back on the way of the query, against hits that are flooded',
	nodes: 5000,
	runs: 3,
	settings: {
		topology: topologySetting('random'),
		files: { about: 'different files', preset: 5000 },
		copies: { about: 'files of each servent that shares, on average', preset: 5 },
		freeRiders: { about: 'share of the servents that share nothing', preset: 0.25 },
		ttl: { about: 'TTL of queries', preset: 7 },
		queries: { about: 'queries in each play', preset: 5 },
	},
	rows: () => [BRIDGE, FLOOD],
	play,
	measures: (counts) => ({
		hits: counts['hits'],
		messagesPerHit: share(counts['hitMessages'], counts['hits']),
		kilobytesForHits: counts['hitBytes'] / 1000,
		hitsPerQuery: share(counts['hits'], counts['asked']),
		firstAnswerMilliseconds: share(counts['firstHit'], counts['answered']),
	}),
};

function play(row: string, order: Order): Counts {
	const overlay = new Overlay(order.topology(), { seed: order.seed, maxTtl: 255 });
	const content = new Content(
		overlay.nodes,
		{
			files: numberOf(order, 'files'),
			copies: numberOf(order, 'copies'),
			freeRiders: numberOf(order, 'freeRiders'),
		},
		order.seed,
	);
	const chance = new Chance(order.seed, 'queries');
	const asked = numberOf(order, 'queries');
	let [hits, hitMessages, hitBytes, firstHit, answered] = [0, 0, 0, 0, 0];
	for (let query = 0; query < asked; query++) {
		const origin = chance.below(overlay.nodes);
		const text = content.nameOf(content.draw(chance));
		overlay.content = content;
		const number = overlay.ask(origin, text, numberOf(order, 'ttl'));
		const holders: number[] = [];
		overlay.answered = (node) => holders.push(node);
		overlay.run();
		const counts = overlay.counts(number);
		hits += counts.hits;
		if (counts.firstHit >= 0) {
			answered++;
			firstHit += counts.firstHit;
		}
		const each = counts.hits === 0 ? 0 : counts.hitBytes / Math.max(1, counts.hitMessages);
		overlay.forget();
		if (row === BRIDGE) {
			hitMessages += counts.hitMessages;
			hitBytes += counts.hitBytes;
			continue;
		}
		// A frame of the same length as the hit, in every direction.
		overlay.content = undefined;
		for (const holder of holders) {
			const flooded = overlay.ask(holder, text, numberOf(order, 'ttl'));
			overlay.run();
			hitMessages += overlay.counts(flooded).messages;
			hitBytes += Math.round(overlay.counts(flooded).messages * each);
			overlay.forget();
		}
	}
	return { asked, hits, hitMessages, hitBytes, firstHit, answered };
}
