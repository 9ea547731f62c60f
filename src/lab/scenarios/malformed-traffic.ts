/**
 * Messages without sense: types that do not exist, queries that cannot be decoded, the same message again and
 * again. Each costs the servent that takes it work; a link that sends many is ended, and its host in the end banned.
 */

import { newGuid } from '../../networks/gnutella/wire/guid.ts';
import { encodeMessage, MessageType } from '../../networks/gnutella/wire/message.ts';
import { attackers, neighbourhood, neighbourhoodSettings, search } from '../neighbourhood.ts';
import { type Counts, numberOf, type Order, type Scenario, share } from '../scenario.ts';
import { attackRows, isAttacked } from '../switches.ts';

export const malformedTraffic: Scenario = {
	name: 'malformed-traffic',
	about: 'messages without sense, from links that come back: how many a servent has to read',
	nodes: 120,
	runs: 3,
	settings: {
		...neighbourhoodSettings,
		attackers: { about: 'hosts that send nonsense', preset: 3 },
		perSecond: { about: 'messages a second of each', preset: 20 },
		seconds: { about: 'how long', preset: 30 },
	},
	rows: () => attackRows('malformed-traffic', 'misbehaviour', 'connection-flood'),
	play,
	measures: (counts) => ({
		messagesSent: counts['sent'],
		messagesRead: counts['read'],
		readShare: share(counts['read'], counts['sent']),
		linksOpened: counts['opened'],
		banned: counts['banned'],
		honestSuccess: share(counts['found'], counts['searches']),
	}),
};

function play(row: string, order: Order): Counts {
	const hood = neighbourhood(row, order);
	const { protocol, chance } = hood;
	const hosts = attackers(hood, isAttacked(row) ? numberOf(order, 'attackers') : 0, true);
	const targets = hosts.map(({ dialled }) => dialled[0]);
	const seconds = numberOf(order, 'seconds');
	let [sent, opened] = [0, hosts.length];
	for (let second = 0; second < seconds; second++) {
		for (const [at, attacker] of hosts.entries()) {
			// Whoever is thrown out comes straight back.
			if (attacker.links.size === 0) {
				attacker.dial(targets[at]);
				opened++;
				continue;
			}
			for (let message = 0; message < numberOf(order, 'perSecond'); message++) {
				attacker.say(encodeMessage(UNKNOWN, newGuid(chance.bytes(16)), 1, 0, chance.bytes(20)));
				attacker.say(encodeMessage(MessageType.Query, newGuid(chance.bytes(16)), 1, 0, chance.bytes(2)));
				sent += 2;
			}
		}
		protocol.run(1000);
	}
	const read = protocol.noticed('gnutella.header.type') + protocol.noticed('gnutella.query.malformed');
	const honest = search(hood, numberOf(order, 'searches'), 1000);
	return { sent, read, opened, banned: protocol.noticed('defence.banned'), ...honest };
}

const UNKNOWN = 0x77;
