/**
 * "Push can be diverted to launch a DoS" (the talk). Attackers learn the ids of servents from their hits, as
 * anybody does, and send PUSHes that name a victim; each servent that believes one dials it.
 */

import { isRefusal } from '../../evidence/refusal.ts';
import { newGuid } from '../../networks/gnutella/wire/guid.ts';
import { decodeHit } from '../../networks/gnutella/wire/hit.ts';
import { encodeMessage, MessageType, payloadOf } from '../../networks/gnutella/wire/message.ts';
import { encodePush } from '../../networks/gnutella/wire/push.ts';
import { encodeQuery } from '../../networks/gnutella/wire/query.ts';
import { Attacker } from '../attacker.ts';
import {
	attackers,
	type Neighbourhood,
	neighbourhood,
	neighbourhoodSettings,
	search,
} from '../neighbourhood.ts';
import { type Counts, numberOf, type Order, type Scenario, share } from '../scenario.ts';
import { attackRows, isAttacked } from '../switches.ts';

const VICTIM = '192.168.7.7';

export const pushDiversion: Scenario = {
	name: 'push-diversion',
	about: 'PUSHes that name a victim: how often it is dialled, by how many, and what the attacker pays',
	nodes: 150,
	runs: 3,
	settings: {
		...neighbourhoodSettings,
		attackers: { about: 'hosts that send PUSHes', preset: 3 },
		pushes: { about: 'PUSHes of each attacker to each servent that it knows', preset: 20 },
		seconds: { about: 'over how long', preset: 60 },
	},
	rows: () => attackRows('push-diversion', 'misbehaviour', 'malformed-traffic'),
	play,
	watch: play,
	measures: (counts) => ({
		pushesSent: counts['sent'],
		victimConnects: counts['connects'],
		connectsPerSecond: counts['connects'] / counts['seconds'],
		callers: counts['callers'],
		victimBytes: counts['victimBytes'],
		connectsPerPush: share(counts['connects'], counts['sent']),
		refused: counts['refused'],
		honestSuccess: share(counts['found'], counts['searches']),
	}),
};

interface Known {
	readonly guid: Uint8Array;
	readonly index: number;
}

function play(row: string, order: Order): Counts {
	const hood = neighbourhood(row, order);
	const { protocol } = hood;
	const victim = new Attacker(protocol.net, VICTIM);
	const seconds = numberOf(order, 'seconds');
	const hosts = attackers(hood, isAttacked(row) ? numberOf(order, 'attackers') : 0, true);
	const known = hosts.map((attacker) => learn(hood, attacker));
	let sent = 0;
	const rounds = numberOf(order, 'pushes');
	for (let round = 0; round < rounds; round++) {
		for (const [at, attacker] of hosts.entries())
			for (const { guid, index } of known[at]) {
				const push = encodePush({ guid, index, address: { host: VICTIM, port: 6346 } });
				attacker.say(encodeMessage(MessageType.Push, newGuid(hood.chance.bytes(16)), 5, 0, push));
				sent++;
			}
		protocol.run(Math.floor((seconds * 1000) / rounds));
	}
	const [connects, callers, victimBytes] = [victim.accepted, victim.callers.size, victim.bytesIn];
	const honest = search(hood, numberOf(order, 'searches'), 1000);
	return {
		sent,
		seconds,
		connects,
		callers,
		victimBytes,
		refused:
			protocol.noticed('defence.push.target') +
			protocol.noticed('defence.push.requester') +
			protocol.noticed('defence.push.unreachable'),
		searches: honest.searches,
		found: honest.found,
	};
}

/** Asks for popular files and takes down who answered. */
function learn({ protocol, content, chance }: Neighbourhood, attacker: Attacker): Known[] {
	const known = new Map<string, Known>();
	attacker.heard.set(MessageType.Hit, (frame) => {
		const hit = decodeHit(payloadOf(frame));
		if (isRefusal(hit)) return;
		known.set(hit.guid.join(), { guid: hit.guid.slice(), index: hit.records[0].index });
	});
	for (let file = 0; file < 10; file++) {
		const payload = encodeQuery({ text: content.nameOf(file) });
		attacker.say(encodeMessage(MessageType.Query, newGuid(chance.bytes(16)), 4, 0, payload));
	}
	protocol.run(3000);
	attacker.heard.clear();
	return [...known.values()];
}
