/**
 * Forged hits that point at a web server (Athanasopoulos, Anagnostakis, Markatos, ACNS 2006): the attackers have
 * nothing; they answer every query with a fine name and somebody else's address. Whoever fetches, connects there.
 * Stronger than PUSH: the victim is outside of the network and nobody has to be reachable.
 */
import { isRefusal } from '../../evidence/refusal.ts';
import { encodeHit } from '../../networks/gnutella/wire/hit.ts';
import { encodeMessage, guidOf, MessageType, payloadOf } from '../../networks/gnutella/wire/message.ts';
import { queryText } from '../../networks/gnutella/wire/query.ts';
import { Attacker } from '../attacker.ts';
import {
	attackers,
	claimEverything,
	neighbourhood,
	neighbourhoodSettings,
	search,
} from '../neighbourhood.ts';
import { type Counts, numberOf, type Order, type Scenario, share } from '../scenario.ts';
import { attackRows, isAttacked } from '../switches.ts';

const VICTIM = '192.168.7.7';
const HTTP = 80;
const LINKS = 4;

export const forgedHits: Scenario = {
	name: 'forged-hits',
	about: 'answers that name a web server as the source: how many downloads knock there instead',
	nodes: 150,
	runs: 3,
	settings: {
		...neighbourhoodSettings,
		searches: { about: 'searches of honest people in each play; each fetches', preset: 80 },
		attackers: { about: 'hosts that answer', preset: 5 },
		tries: { about: 'sources that a person tries for each search, the best first', preset: 4 },
		name: { about: 'what the answers are called', preset: 'song', words: ['song', 'program'] },
	},
	rows: () => attackRows('forged-hits', 'answers-everything', 'size-family'),
	play,
	watch: play,
	measures: (counts) => ({
		fetches: counts['fetches'],
		victimConnects: counts['connects'],
		connectsPerSearch: share(counts['connects'], counts['searches']),
		connectsLastQuarter: share(counts['late'], counts['lateSearches']),
		victimBytes: counts['victimBytes'],
		callers: counts['callers'],
		honestSuccess: share(counts['found'], counts['searches']),
	}),
};

function play(row: string, order: Order): Counts {
	const hood = neighbourhood(row, order);
	const victim = new Attacker(hood.protocol.net, VICTIM, true, HTTP);
	const liars = attackers(hood, isAttacked(row) ? numberOf(order, 'attackers') : 0, false, LINKS);
	claimEverything(hood, liars);
	const ending = order.settings['name'] === 'song' ? '.mp3' : '.exe';
	for (const liar of liars) lie(liar, ending);
	const count = numberOf(order, 'searches');
	let [fetches, early] = [0, 0];
	const found = search(hood, count, 4000, (servent, number) => {
		const own = servent.hits.filter(({ search, hit }) => search === number && hit.verdict !== 'refused');
		// A person takes what nothing is said against first.
		own.sort((a, b) => Number(a.hit.verdict !== 'ok') - Number(b.hit.verdict !== 'ok'));
		for (const { hit } of own.slice(0, numberOf(order, 'tries'))) {
			servent.gnutella.fetch({ fetch: ++fetches, source: hit.source, name: hit.name, from: 0 });
		}
		if (number === Math.floor((count * 3) / 4)) early = victim.accepted;
	});
	hood.protocol.run(5000);
	return {
		...found,
		fetches,
		connects: victim.accepted,
		late: victim.accepted - early,
		lateSearches: count - Math.floor((count * 3) / 4),
		victimBytes: victim.bytesIn,
		callers: victim.callers.size,
	};
}

function lie(liar: Attacker, ending: string): void {
	liar.heard.set(MessageType.Query, (frame, link) => {
		const text = queryText(payloadOf(frame));
		if (isRefusal(text)) return;
		const payload = encodeHit({
			address: { host: VICTIM, port: HTTP },
			speed: 1000,
			records: [{ index: 1, size: 4_321_987, name: `${text}${ending}` }],
			vendor: 'FINE',
			guid: new Uint8Array(16).fill(9),
		});
		liar.say(encodeMessage(MessageType.Hit, guidOf(frame).slice(), 7, 1, payload), link);
	});
}
