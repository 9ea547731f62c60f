/**
 * Honey pots: hosts that offer what is wanted to see who wants it. A query of Gnutella does not say who asks; the
 * download does, since it is a connection. Pots answer only queries for the files that they watch for, as a rights
 * holder or a network's owner would, and take down who connects. No defence of a servent is about this: a pot is an
 * honest peer with a notebook.
 */
import { isRefusal } from '../../evidence/refusal.ts';
import { encodeHit } from '../../networks/gnutella/wire/hit.ts';
import { encodeMessage, guidOf, MessageType, payloadOf } from '../../networks/gnutella/wire/message.ts';
import { queryText } from '../../networks/gnutella/wire/query.ts';
import type { Attacker } from '../attacker.ts';
import {
	attackers,
	claimEverything,
	neighbourhood,
	neighbourhoodSettings,
	search,
} from '../neighbourhood.ts';
import { type Counts, numberOf, type Order, type Scenario, share } from '../scenario.ts';

const POTS = [1, 5, 15];
const LINKS = 4;

export const honeyPots: Scenario = {
	name: 'honey-pots',
	about: 'hosts that offer what is wanted and write down who takes it: what they learn of whom',
	nodes: 150,
	runs: 3,
	settings: {
		...neighbourhoodSettings,
		searches: { about: 'searches of honest people in each play; each fetches', preset: 90 },
		people: { about: 'how many people search, in turn', preset: 30 },
		watched: { about: 'files that are watched for, the most popular first', preset: 10 },
		tries: { about: 'sources that a person tries for each search', preset: 3 },
	},
	rows: () => POTS.map((pots) => `${pots} ${pots === 1 ? 'pot' : 'pots'}`),
	play,
	watch: play,
	measures: (counts) => ({
		queriesSeen: counts['seen'],
		searchesForWatched: counts['watchedSearches'],
		fetchersSeen: counts['callers'],
		peopleSeen: share(counts['callers'], counts['wanting']),
		connects: counts['connects'],
		honestSuccess: share(counts['found'], counts['searches']),
	}),
};

function play(row: string, order: Order): Counts {
	const hood = neighbourhood('off', order);
	const pots = attackers(hood, Number.parseInt(row, 10), false, LINKS);
	claimEverything(hood, pots);
	const watched = new Set(
		Array.from({ length: numberOf(order, 'watched') }, (_, file) => hood.content.nameOf(file)),
	);
	const seen = new Set<string>();
	for (const [at, pot] of pots.entries()) watch(pot, at, watched, seen);
	const wanting = new Set<number>();
	let [fetches, watchedSearches] = [0, 0];
	const found = search(hood, numberOf(order, 'searches'), 3000, (servent, number, query) => {
		if (watched.has(query)) {
			wanting.add(servent.node);
			watchedSearches++;
		}
		const own = servent.hits.filter((one) => one.search === number && one.hit.verdict === 'ok');
		for (let tries = 0; tries < numberOf(order, 'tries') && own.length > 0; tries++) {
			// Which source it is, people do not choose.
			const [{ hit }] = own.splice(hood.asked.below(own.length), 1);
			servent.gnutella.fetch({ fetch: ++fetches, source: hit.source, name: hit.name, from: 0 });
		}
	});
	hood.protocol.run(5000);
	const callers = new Set(pots.flatMap((pot) => [...pot.callers]));
	const connects = pots.reduce((sum, pot) => sum + pot.accepted, 0);
	return {
		...found,
		seen: seen.size,
		callers: callers.size,
		connects,
		wanting: wanting.size,
		watchedSearches,
	};
}

function watch(pot: Attacker, number: number, watched: ReadonlySet<string>, seen: Set<string>): void {
	pot.heard.set(MessageType.Query, (frame, link) => {
		const text = queryText(payloadOf(frame));
		if (isRefusal(text)) return;
		seen.add(guidOf(frame).join());
		if (!watched.has(text)) return;
		const payload = encodeHit({
			address: { host: pot.host, port: 6346 },
			speed: 1000,
			records: [{ index: 1, size: 4_000_000 + number * 1013, name: `${text}.mp3` }],
			vendor: 'SALP',
			guid: new Uint8Array(16).fill(number + 1),
		});
		pot.say(encodeMessage(MessageType.Hit, guidOf(frame).slice(), 7, 0, payload), link);
	});
}
