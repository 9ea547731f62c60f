/**
 * Places for the nodes of the overlay, the same each time: this node in the middle of the ultrapeers'
 * ring if it is one of the leaves' kind, leaves outside beside the ultrapeer that they hang on, seeds
 * furthest out.
 */
import type { Overlay } from '../../../node/api/schemas.ts';

type Node = Overlay['nodes'][number];

export interface Placed extends Node {
	readonly x: number;
	readonly y: number;
}

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
	const ultrapeers = overlay.nodes.filter((node) => node.role === 'ultrapeer').sort(byId);
	const angle = new Map(
		ultrapeers.map((node, index) => [node.id, (index / ultrapeers.length) * 2 * Math.PI]),
	);
	const hung = new Map<string, Node[]>();
	const placed: Placed[] = ultrapeers.map((node) =>
		at(node, angle.get(node.id) ?? 0, ultrapeers.length === 1 ? 0.3 : 1),
	);
	for (const node of overlay.nodes.filter(({ role }) => role !== 'ultrapeer').sort(byId)) {
		if (node.role === 'self') {
			placed.push({ ...node, x: 0, y: 0 });
			continue;
		}
		const parent = neighbours.get(node.id)?.find((id) => angle.has(id)) ?? '';
		hung.set(parent, [...(hung.get(parent) ?? []), node]);
	}
	const sector = (2 * Math.PI) / Math.max(1, ultrapeers.length);
	for (const [parent, nodes] of hung) {
		const middle = angle.get(parent) ?? Math.PI / Math.max(1, ultrapeers.length);
		nodes.forEach((node, index) => {
			const spread = ((index + 1) / (nodes.length + 1) - 0.5) * sector;
			placed.push(at(node, middle + spread, node.role === 'seed' ? 2.5 : 2 + (index % 2) * 0.25));
		});
	}
	return placed;
}

function at(node: Node, angle: number, radius: number): Placed {
	return { ...node, x: radius * Math.cos(angle), y: radius * Math.sin(angle) };
}
