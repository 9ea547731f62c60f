/**
 * Repair after failures, as the node does it (networks/gnutella/host-cache.ts, connect.ts): a servent that has
 * lost links dials hosts that it knows until it has as many links as before. It knows the hosts that it was
 * linked with, and hosts that its neighbours told it in pongs, `known` in all (the talk's twenty). A dial of a
 * failed host fails; one of a host that has no room is refused. Who knows nobody alive stays alone: `seed` says
 * whether there is a web cache to ask then.
 */
import type { Chance } from './chance.ts';
import { degreeOf, type Graph, GraphBuilder } from './graph.ts';

export interface Repaired {
	readonly graph: Graph;
	readonly dials: number;
	readonly failedDials: number;
	readonly links: number;
}

/** A servent takes twice the links that it had: ultrapeerLinks is twice ultrapeerLinksWanted in limits.ts. */
const ROOM = 2;

export interface Mending {
	/** Hosts in each cache. */
	readonly known: number;
	/** Whether who knows nobody alive asks a web cache. */
	readonly seed: boolean;
	readonly chance: Chance;
	/** 1: a leaf, which takes nobody. */
	readonly leaf?: Uint8Array | undefined;
	/** The links that stand, where they are not those of the graph. */
	readonly standing?: Graph;
}

/** `graph`: how many links each servent wants, and whom it has heard of. */
export function repair(graph: Graph, alive: Uint8Array, mending: Mending): Repaired {
	const { known, seed, chance, leaf, standing = graph } = mending;
	const builder = new GraphBuilder(graph.nodes);
	const links = new Int32Array(graph.nodes);
	const connect = (one: number, other: number): void => {
		builder.link(one, other);
		links[one]++;
		links[other]++;
	};
	for (let node = 0; node < graph.nodes; node++) {
		if (alive[node] === 0) continue;
		for (let at = standing.starts[node]; at < standing.starts[node + 1]; at++) {
			const other = standing.neighbours[at];
			if (other > node && alive[other] === 1) connect(node, other);
		}
	}
	const before = builder.links;
	let dials = 0;
	let failedDials = 0;
	const survivors = seed ? living(alive) : new Int32Array(0);
	const dial = (node: number, to: number): void => {
		if (to === node) return;
		dials++;
		if (alive[to] === 0 || leaf?.[to] === 1 || links[to] >= Math.max(ROOM, degreeOf(graph, to) * ROOM))
			failedDials++;
		else connect(node, to);
	};
	for (let node = 0; node < graph.nodes; node++) {
		if (alive[node] === 0) continue;
		const wanted = degreeOf(graph, node);
		if (links[node] >= wanted) continue;
		for (const host of knownHosts(graph, node, known, chance)) {
			if (links[node] >= wanted) break;
			dial(node, host);
		}
		for (let tries = 0; tries < known && links[node] === 0 && survivors.length > 1; tries++)
			dial(node, survivors[chance.below(survivors.length)]);
	}
	return { graph: builder.build(), dials, failedDials, links: builder.links - before };
}

/** Hosts of the cache beyond one's own neighbours: what these told, each a neighbour of its own or of theirs. */
function knownHosts(graph: Graph, node: number, most: number, chance: Chance): Set<number> {
	const hosts = new Set<number>();
	const drawn = (of: number): number =>
		graph.neighbours[graph.starts[of] + chance.below(Math.max(1, degreeOf(graph, of)))];
	if (degreeOf(graph, node) === 0) return hosts;
	for (let tries = 0; tries < most * 3 && hosts.size < most; tries++) {
		let host = node;
		const hops = 2 + chance.below(3);
		for (let hop = 0; hop < hops; hop++) host = drawn(host);
		if (host !== node) hosts.add(host);
	}
	return hosts;
}

function living(alive: Uint8Array): Int32Array {
	const nodes: number[] = [];
	for (let node = 0; node < alive.length; node++) if (alive[node] === 1) nodes.push(node);
	return Int32Array.from(nodes);
}
