/**
 * A flood that is watched: scenarios of a million servents are played on arrays; this is the same query, on the same kind of
 * overlay, with some hundred servents of the node's own, so that each message can be seen.
 */
import type { SharedFile } from '../networks/network.ts';
import { Asker } from './asker.ts';
import { Chance } from './chance.ts';
import { addressOf } from './content.ts';
import { asDrawn, ProtocolNet } from './protocol.ts';
import type { Order } from './scenario.ts';

/** `failing`: the nodes that are gone before the query is asked. */
export function watchFlood(order: Order, ttl: number, failing: Iterable<number> = []): void {
	const { graph } = order.topology();
	const protocol = new ProtocolNet({
		seed: order.seed,
		latency: 100,
		limits: { ...asDrawn, maxTtl: 255, ...order.limits },
	});
	protocol.addGraph(graph, (node) => ({ files: filesOf(node) }));
	if (!protocol.link(graph.links)) throw new Error('the servents do not link as drawn');
	const asker = new Asker(protocol, new Chance(order.seed, 'asker'));
	for (const node of failing) if (node !== 0) protocol.net.kill(addressOf(node));
	// Tables go out with pauses.
	protocol.run(5000);
	order.watcher?.attach(protocol.net, graph, undefined, false);
	asker.ask('grateful dead live', ttl, 10_000);
}

/** All have each of the words, so that no table keeps the last hop away; one of twelve has a file that is wanted. */
function filesOf(node: number): SharedFile[] {
	const names = node % 12 === 5 ? ['grateful dead live.mp3'] : ['grateful dead.mp3', 'live.mp3'];
	return names.map((name, at) => ({ id: at + 1, name, size: 4_000_000 }));
}
