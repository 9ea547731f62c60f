/**
 * A flood of queries: leaves that search as fast as they can. A query costs its sender some fifty bytes and the
 * network as many messages as it has links. Measured: what one query of the attacker becomes, and what honest
 * people still find.
 */

import { newGuid } from '../../networks/gnutella/wire/guid.ts';
import { encodeMessage, MessageType } from '../../networks/gnutella/wire/message.ts';
import { encodeQuery } from '../../networks/gnutella/wire/query.ts';
import { attackers, neighbourhood, neighbourhoodSettings, search } from '../neighbourhood.ts';
import { type Counts, numberOf, type Order, type Scenario, share } from '../scenario.ts';
import { attackRows, isAttacked } from '../switches.ts';

export const queryFlood: Scenario = {
	name: 'query-flood',
	about: 'leaves that search as fast as they can: what the network pays, with and without the defence',
	nodes: 150,
	runs: 3,
	settings: {
		...neighbourhoodSettings,
		attackers: { about: 'leaves that flood', preset: 3 },
		perSecond: { about: 'queries a second of each', preset: 40 },
		seconds: { about: 'how long', preset: 15 },
	},
	rows: () => attackRows('query-flood', 'misbehaviour'),
	play,
	watch: play,
	measures: (counts) => ({
		queriesSent: counts['sent'],
		queryMessages: counts['messages'],
		messagesPerQuery: share(counts['messages'] - counts['baseline'], counts['sent']),
		queryKilobytes: counts['bytes'] / 1000,
		refused: counts['refused'],
		honestSuccess: share(counts['found'], counts['searches']),
	}),
};

function play(row: string, order: Order): Counts {
	const hood = neighbourhood(row, order);
	const { protocol, chance } = hood;
	const flooding = attackers(hood, isAttacked(row) ? numberOf(order, 'attackers') : 0, false);
	protocol.clear();
	const honest = search(hood, numberOf(order, 'searches'), 1000);
	const baseline = protocol.tally.ofType(MessageType.Query);
	protocol.clear();
	let sent = 0;
	for (let second = 0; second < numberOf(order, 'seconds'); second++) {
		for (const attacker of flooding)
			for (let query = 0; query < numberOf(order, 'perSecond'); query++) {
				const payload = encodeQuery({ text: `flood number ${sent++}` });
				attacker.say(encodeMessage(MessageType.Query, newGuid(chance.bytes(16)), 4, 0, payload));
			}
		protocol.run(1000);
	}
	const { tally } = protocol;
	const [messages, bytes] = [tally.ofType(MessageType.Query), tally.bytesOf(MessageType.Query)];
	const under = search(hood, numberOf(order, 'searches'), 1000);
	return {
		sent,
		messages,
		bytes,
		baseline: isAttacked(row) ? 0 : Math.min(baseline, messages),
		refused: protocol.noticed('defence.query.rate') + protocol.noticed('defence.query.again'),
		searches: under.searches,
		found: under.found,
		foundBefore: honest.found,
	};
}
