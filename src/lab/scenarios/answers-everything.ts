/**
 * Worms that answer every query (Mandragore, 2001): each sits in the network as a second servent, says in its routing
 * table that it has every word, and answers with "QUERY.exe" of 8 kB. Measured: the share of answers that is malicious, and the share that a person is shown
 * without a warning. TTL changes who sees such an answer, not its share: see the setting.
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
import { attackRows, isAttacked } from '../switches.ts';

/** Ultrapeers of each worm, as of any leaf. */
const LINKS = 4;

export const answersEverything: Scenario = {
	name: 'answers-everything',
	about:
		'worms that answer every query: which share of the answers is theirs, and which a person is warned of',
	nodes: 150,
	runs: 3,
	settings: {
		...neighbourhoodSettings,
		searches: { about: 'searches of honest people in each play', preset: 60 },
		worms: { about: 'hosts that answer everything', preset: 15 },
		names: {
			about: 'QUERY.exe, or a name with words of its own',
			preset: 'echo',
			words: ['echo', 'disguised', 'varied'],
		},
	},
	rows: () => attackRows('forged-hits', 'answers-everything', 'size-family'),
	play,
	watch: play,
	measures: (counts) => ({
		answers: counts['answers'],
		maliciousShare: share(counts['malicious'], counts['answers']),
		maliciousShown: share(counts['shown'], counts['malicious']),
		maliciousSuspicious: share(counts['suspicious'], counts['malicious']),
		maliciousRefused: share(counts['refusedWorms'], counts['malicious']),
		honestRefused: share(counts['honestRefused'], counts['answers'] - counts['malicious']),
		honestSuccess: share(counts['found'], counts['searches']),
	}),
};

function play(row: string, order: Order): Counts {
	const hood = neighbourhood(row, order);
	const worms = attackers(hood, isAttacked(row) ? numberOf(order, 'worms') : 0, false, LINKS);
	claimEverything(hood, worms);
	for (const [at, worm] of worms.entries()) infect(worm, at, String(order.settings['names']));
	const hosts = new Set(worms.map(({ host }) => host));
	let [malicious, shown, suspicious, refusedWorms, honestRefused] = [0, 0, 0, 0, 0];
	const honest = search(hood, numberOf(order, 'searches'), 3000, (servent, number) => {
		for (const { search, hit } of servent.hits) {
			if (search !== number) continue;
			if (!hosts.has(hit.source.host)) {
				if (hit.verdict === 'refused') honestRefused++;
				continue;
			}
			malicious++;
			if (hit.verdict === 'ok') shown++;
			else if (hit.verdict === 'suspicious') suspicious++;
			else refusedWorms++;
		}
	});
	return { ...honest, malicious, shown, suspicious, refusedWorms, honestRefused };
}

/** An inert model: a name and a size, nothing that could run. */
function infect(worm: Attacker, number: number, names: string): void {
	let answered = 0;
	worm.heard.set(MessageType.Query, (frame, link) => {
		const text = queryText(payloadOf(frame));
		if (isRefusal(text)) return;
		const payload = encodeHit({
			address: { host: worm.host, port: 6346 },
			speed: 1000,
			records: [{ index: 1, size: 8192, name: nameOf(text, names, number, answered++) }],
			vendor: 'WORM',
			guid: new Uint8Array(16).fill(number + 1),
		});
		worm.say(encodeMessage(MessageType.Hit, guidOf(frame).slice(), 7, 0, payload), link);
	});
}

function nameOf(text: string, names: string, worm: number, answered: number): string {
	if (names === 'disguised') return `${text}.mp3                                   .exe`;
	return names === 'varied' ? `${text} part${worm}x${answered}.exe` : `${text}.exe`;
}
