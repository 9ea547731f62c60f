/**
 * TTL 255. In a network that passes on whatever TTL it is given, one query is carried to everybody, and the
 * attacker pays for one message. Today's servents lower TTL + hops to a maximum as well (route.ts); the setting
 * maxTtl says how far, and is put out of the way here to see the defence alone.
 */
import { newGuid } from '../../networks/gnutella/wire/guid.ts';
import { encodeMessage, MessageType } from '../../networks/gnutella/wire/message.ts';
import { encodeQuery } from '../../networks/gnutella/wire/query.ts';
import { Chance } from '../chance.ts';
import { topologySetting } from '../experiment.ts';
import { attackers } from '../neighbourhood.ts';
import { asDrawn, ProtocolNet } from '../protocol.ts';
import { type Counts, numberOf, type Order, type Scenario, share } from '../scenario.ts';
import { attackRows, defencesOff, isAttacked } from '../switches.ts';

/** Of an honest query. */
const HONEST_TTL = 5;

export const timeToLiveAbuse: Scenario = {
	name: 'time-to-live-abuse',
	about: 'queries with TTL 255: how far they are carried, and what the first servents do about them',
	nodes: 300,
	runs: 3,
	settings: {
		topology: topologySetting('random'),
		queries: { about: 'queries that are sent', preset: 20 },
		ttl: { about: 'their TTL', preset: 255 },
		maxTtl: { about: 'TTL + hops that servents pass on', preset: 255 },
	},
	rows: () => attackRows('time-to-live-abuse', 'misbehaviour'),
	play,
	watch: play,
	measures: (counts) => ({
		queriesSent: counts['sent'],
		reachedPerQuery: share(counts['sighted'], counts['sent']),
		messagesPerQuery: share(counts['messages'], counts['sent']),
		duplicateShare: share(counts['duplicates'], counts['sighted'] + counts['duplicates']),
		refused: counts['refused'],
		attackersThrownOut: counts['thrownOut'],
	}),
};

function play(row: string, order: Order): Counts {
	const { graph } = order.topology();
	const protocol = new ProtocolNet({
		seed: order.seed,
		latency: 60,
		limits: { ...asDrawn, maxTtl: numberOf(order, 'maxTtl'), ...order.limits },
		defencesOff: defencesOff(row),
	});
	protocol.addGraph(graph);
	if (!protocol.link(graph.links)) throw new Error('the servents do not link as drawn');
	const chance = new Chance(order.seed, 'ttl');
	const [attacker] = attackers({ protocol, ultrapeers: protocol.servents, chance }, 1, true);
	protocol.clear();
	order.watcher?.attach(protocol.net, graph, undefined, isAttacked(row));
	const ttl = isAttacked(row) ? numberOf(order, 'ttl') : HONEST_TTL;
	const sent = numberOf(order, 'queries');
	for (let query = 0; query < sent; query++) {
		const payload = encodeQuery({ text: `grateful dead live ${query}` });
		attacker.say(encodeMessage(MessageType.Query, newGuid(chance.bytes(16)), ttl, 0, payload));
		protocol.run(3000);
	}
	const { tally } = protocol;
	return {
		sent,
		sighted: tally.sighted,
		duplicates: tally.duplicates,
		messages: tally.ofType(MessageType.Query),
		refused: protocol.noticed('defence.ttl.high') + protocol.noticed('defence.ttl.repeated'),
		thrownOut: attacker.links.size === 0 ? 1 : 0,
	};
}
