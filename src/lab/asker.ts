/**
 * One more node that asks: in both fidelities the same. It hangs on node 0 as an ultrapeer would, and what it
 * sends is relayed by flood, as route.ts does with a query of a neighbour (a servent's own search would be asked
 * around by dynamic querying).
 */
import { newGuid } from '../networks/gnutella/wire/guid.ts';
import { encodeMessage, hopsOf, MessageType } from '../networks/gnutella/wire/message.ts';
import { encodeQuery } from '../networks/gnutella/wire/query.ts';
import { Attacker } from './attacker.ts';
import type { Chance } from './chance.ts';
import { addressOf } from './content.ts';
import { type Graph, GraphBuilder } from './graph.ts';
import type { ProtocolNet } from './protocol.ts';

/** The graph with the asker as its last node. */
export function withAsker(graph: Graph): Graph {
	const builder = new GraphBuilder(graph.nodes + 1);
	for (let node = 0; node < graph.nodes; node++)
		for (let at = graph.starts[node]; at < graph.starts[node + 1]; at++)
			if (graph.neighbours[at] > node) builder.link(node, graph.neighbours[at]);
	builder.link(graph.nodes, 0);
	return builder.build();
}

export class Asker {
	readonly #attacker: Attacker;
	readonly #protocol: ProtocolNet;
	readonly #chance: Chance;

	constructor(protocol: ProtocolNet, chance: Chance) {
		this.#protocol = protocol;
		this.#chance = chance;
		this.#attacker = new Attacker(protocol.net, '172.16.0.1');
		this.#attacker.dial(addressOf(0));
		protocol.run(2000);
	}

	/** A query that is given so many milliseconds; what it did, as the overlay engine counts it. */
	ask(text: string, ttl: number, milliseconds: number) {
		const { tally } = this.#protocol;
		this.#protocol.clear();
		let [hits, hitHops] = [0, 0];
		this.#attacker.heard.set(MessageType.Hit, (hit) => {
			hits++;
			hitHops += hopsOf(hit) + 1;
		});
		const frame = encodeMessage(
			MessageType.Query,
			newGuid(this.#chance.bytes(16)),
			ttl,
			0,
			encodeQuery({ text }),
		);
		this.#attacker.say(frame);
		this.#protocol.run(milliseconds);
		// The asker's own frame is one more.
		return {
			reached: tally.sighted,
			messages: tally.ofType(MessageType.Query) + 1,
			bytes: tally.bytesOf(MessageType.Query) + frame.length,
			duplicates: tally.duplicates,
			hops: tally.hops,
			hits,
			/** Sum over the hits: how far each has come. */
			hitHops,
		};
	}
}
