/**
 * Dynamic querying and QRP, by the node's own servents: leaves search through ultrapeers that ask their neighbours
 * one by one and stop when there is enough; tables keep queries from leaves that have nothing. Without QRP: tables
 * so small that they say yes to everything. Flood: the same query relayed by an ultrapeer as a neighbour's.
 */

import { newGuid } from '../../networks/gnutella/wire/guid.ts';
import { encodeMessage, MessageType } from '../../networks/gnutella/wire/message.ts';
import { encodeQuery } from '../../networks/gnutella/wire/query.ts';
import { attackers, type Neighbourhood, neighbourhood, neighbourhoodSettings } from '../neighbourhood.ts';
import { type Counts, numberOf, type Order, type Scenario, share } from '../scenario.ts';

const FLOOD = 'flood';
const FLOOD_BLIND = 'flood without QRP';
const DYNAMIC = 'dynamic querying';
const DYNAMIC_BLIND = 'dynamic querying without QRP';
/** The smallest table there is: every word falls into one of eight slots. */
const SLOTS_BLIND = 8;
const GAP = 15_000;

export const dynamicQuerying: Scenario = {
	name: 'dynamic-querying',
	about: 'dynamic querying and routing tables against floods, with the servents themselves',
	nodes: 300,
	runs: 3,
	settings: {
		...neighbourhoodSettings,
		files: { about: 'different files in the network', preset: 500 },
		copies: { about: 'files of each servent that shares, on average', preset: 40 },
		ttl: { about: 'TTL of the floods', preset: 4 },
	},
	rows: () => [FLOOD_BLIND, FLOOD, DYNAMIC_BLIND, DYNAMIC],
	play,
	watch: play,
	measures: (counts) => ({
		success: share(counts['found'], counts['asked']),
		hitsPerSearch: share(counts['hits'], counts['asked']),
		queryMessagesPerSearch: share(counts['messages'], counts['asked']),
		messagesPerHit: share(counts['messages'], counts['hits']),
		duplicateShare: share(counts['duplicates'], counts['duplicates'] + counts['sighted']),
	}),
};

function play(row: string, order: Order): Counts {
	const slots = row === FLOOD_BLIND || row === DYNAMIC_BLIND ? SLOTS_BLIND : 65_536;
	const hood = neighbourhood('off', order, { tableSlots: slots, tableSlotsUltrapeer: slots });
	return row === DYNAMIC || row === DYNAMIC_BLIND ? dynamic(hood, order) : flooded(hood, order);
}

function dynamic({ protocol, content, leaves, asked: chance }: Neighbourhood, order: Order): Counts {
	const asked = numberOf(order, 'searches');
	let [found, hits] = [0, 0];
	protocol.clear();
	for (let at = 0; at < asked; at++) {
		const servent = leaves[chance.below(leaves.length)];
		const search = ++protocol.searches;
		servent.gnutella.search(search, content.nameOf(content.draw(chance)));
		protocol.run(GAP);
		servent.gnutella.stopSearch(search);
		const own = servent.hits.filter((one) => one.search === search).length;
		hits += own;
		found += own > 0 ? 1 : 0;
	}
	return { asked, found, hits, ...counted(protocol.tally) };
}

function flooded(hood: Neighbourhood, order: Order): Counts {
	const { protocol, content, asked: chance } = hood;
	const [asker] = attackers(hood, 1, true);
	const asked = numberOf(order, 'searches');
	let [found, hits] = [0, 0];
	protocol.clear();
	for (let at = 0; at < asked; at++) {
		chance.below(1);
		let own = 0;
		asker.heard.set(MessageType.Hit, (frame) => {
			own += frame[23];
		});
		const payload = encodeQuery({ text: content.nameOf(content.draw(chance)) });
		asker.say(
			encodeMessage(MessageType.Query, newGuid(hood.chance.bytes(16)), numberOf(order, 'ttl'), 0, payload),
		);
		protocol.run(GAP);
		hits += own;
		found += own > 0 ? 1 : 0;
	}
	return { asked, found, hits, ...counted(protocol.tally) };
}

function counted(tally: Neighbourhood['protocol']['tally']): Counts {
	return { messages: tally.ofType(MessageType.Query), duplicates: tally.duplicates, sighted: tally.sighted };
}
