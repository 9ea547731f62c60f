/**
 * Places for the nodes of the overlay, the same each time: this node in the middle of the ring of
 * ultrapeers and servers, leaves, clients and seeds evenly on a ring outside of it, in the order of those that
 * they hang on.
 */
import type { Overlay } from '../../../node/api/schemas.ts';

type Node = Overlay['nodes'][number];

export interface Placed extends Node {
	readonly x: number;
	readonly y: number;
}

/** Turns the ring a little, so that names seldom stand on connections. */
const turn = 0.45;

export function neighboursOf(overlay: Overlay): Map<string, string[]> {
	const neighbours = new Map(overlay.nodes.map((node) => [node.id, [] as string[]]));
	for (const { from, to } of overlay.edges) {
		neighbours.get(from)?.push(to);
		neighbours.get(to)?.push(from);
	}
	return neighbours;
}

export function place(overlay: Overlay): Placed[] {
	const neighbours = neighboursOf(overlay);
	const byId = (one: Node, other: Node) => one.id.localeCompare(other.id);
	const hubs = overlay.nodes.filter(({ role }) => role === 'ultrapeer' || role === 'server').sort(byId);
	const inner = around(hubs, hubs.length === 1 ? 0.3 : 1);
	const places = new Map(inner.map((placed) => [placed.id, placed]));
	const pull = (node: Node): number => {
		const near = (neighbours.get(node.id) ?? []).flatMap((id) => places.get(id) ?? []);
		const x = near.reduce((sum, placed) => sum + placed.x, 0);
		const y = near.reduce((sum, placed) => sum + placed.y, 0);
		return (Math.atan2(y, x) - turn + 4 * Math.PI) % (2 * Math.PI);
	};
	const outside = overlay.nodes
		.filter(({ role }) => role === 'leaf' || role === 'client' || role === 'seed')
		.sort((one, other) => pull(one) - pull(other) || byId(one, other));
	const middle = overlay.nodes.filter(({ role }) => role === 'self').map((node) => ({ ...node, x: 0, y: 0 }));
	return [...inner, ...around(outside, 2.2), ...middle];
}

/** Evenly on a circle. */
function around(nodes: readonly Node[], radius: number): Placed[] {
	return nodes.map((node, index) => {
		const angle = turn + (index / nodes.length) * 2 * Math.PI;
		return { ...node, x: radius * Math.cos(angle), y: radius * Math.sin(angle) };
	});
}
