/**
 * Overlays to rehearse on. Generated from a seed (regular trees, random, power law, two tiers), or read from
 * an edge list as SNAP publishes them (snap.ts).
 */
import { Chance } from './chance.ts';
import { type Graph, GraphBuilder } from './graph.ts';

export const topologyNames = ['random', 'power-law', 'two-tier'] as const;
export type TopologyName = (typeof topologyNames)[number];

/** Links that a node opens by itself: with as many accepted, a mean degree of 6 (Ripeanu 2002: 3.4 links each). */
const OPENED = 3;
/** Two tiers, as our own nodes form them: a leaf has four ultrapeers, an ultrapeer opens 8 links of 16. */
const LEAF_LINKS = 4;
const ULTRAPEER_OPENED = 8;
/** One node of so many is an ultrapeer. */
const LEAVES_EACH = 16;

export interface Topology {
	readonly graph: Graph;
	/** 1: a leaf, which forwards nothing. Undefined: there are no roles. */
	readonly leaf?: Uint8Array;
}

export function generate(name: TopologyName, nodes: number, seed: number): Topology {
	const chance = new Chance(seed, `topology ${name}`);
	if (name === 'random') return { graph: random(nodes, OPENED, chance) };
	if (name === 'power-law') return { graph: powerLaw(nodes, OPENED, chance) };
	return twoTier(nodes, chance);
}

/** Each node opens so many links to nodes drawn at random. */
function random(nodes: number, opened: number, chance: Chance): Graph {
	const builder = new GraphBuilder(nodes);
	if (nodes < 2) return builder.build();
	for (let node = 0; node < nodes; node++)
		for (let link = 0; link < opened; link++) builder.link(node, otherThan(node, nodes, chance));
	return builder.build();
}

function otherThan(node: number, nodes: number, chance: Chance): number {
	const drawn = chance.below(nodes - 1);
	return drawn < node ? drawn : drawn + 1;
}

/** Each newcomer links with so many nodes, drawn in proportion to the links that they have (Barabasi, Albert). */
function powerLaw(nodes: number, opened: number, chance: Chance): Graph {
	const builder = new GraphBuilder(nodes);
	const first = Math.min(opened + 1, nodes);
	for (let node = 1; node < first; node++)
		for (let other = 0; other < node; other++) builder.link(node, other);
	for (let node = first; node < nodes; node++) {
		const ends = builder.ends;
		for (let link = 0; link < opened; link++) builder.link(node, builder.end(chance.below(ends)));
	}
	return builder.build();
}

/** The first nodes are ultrapeers, linked at random; every other is a leaf of some of them. */
function twoTier(nodes: number, chance: Chance): Topology {
	const ultrapeers = Math.max(2, Math.ceil(nodes / (LEAVES_EACH + 1)));
	const leaf = new Uint8Array(nodes).fill(1, Math.min(ultrapeers, nodes));
	const builder = new GraphBuilder(nodes);
	if (nodes < 2) return { graph: builder.build(), leaf };
	for (let node = 0; node < Math.min(ultrapeers, nodes); node++)
		for (let link = 0; link < ULTRAPEER_OPENED; link++)
			builder.link(node, otherThan(node, Math.min(ultrapeers, nodes), chance));
	for (let node = ultrapeers; node < nodes; node++)
		for (let link = 0; link < LEAF_LINKS; link++) builder.link(node, chance.below(ultrapeers));
	return { graph: builder.build(), leaf };
}

/** Every node within `depth - 1` hops of node 0 has `degree` links, and there are no circles. */
export function regularTree(degree: number, depth: number): Graph {
	const nodes = 1 + reachable(degree, depth);
	const builder = new GraphBuilder(nodes);
	let next = 1;
	let ring = [0, 1];
	for (let hop = 0; hop < depth; hop++) {
		const from = next;
		for (let node = ring[0]; node < ring[1]; node++)
			for (let link = node === 0 ? 0 : 1; link < degree; link++) builder.link(node, next++);
		ring = [from, next];
	}
	return builder.build();
}

/** Ritter's formula: the sum of n (n - 1)^(i - 1) over the hops. */
export function reachable(degree: number, ttl: number): number {
	let all = 0;
	let ring = degree;
	for (let hop = 0; hop < ttl; hop++) {
		all += ring;
		ring *= degree - 1;
	}
	return all;
}
