/**
 * Centralised against decentralised under failure. The same number of servents: all at one server (Napster), at a
 * few servers that do not speak to each other, at a few that do, and without any. Then the best linked fail, one
 * by one. "Servers are single points of failure" (the talk), as numbers.
 */
import { Chance } from '../chance.ts';
import { connectivity, reachOf } from '../connectivity.ts';
import { degreeOf, type Graph, GraphBuilder } from '../graph.ts';
import { Overlay } from '../overlay.ts';
import { type Counts, numberOf, type Order, type Scenario, share } from '../scenario.ts';
import { generate } from '../topologies.ts';

const ONE = 'one server';
const APART = 'servers apart';
const LINKED = 'servers linked';
const TIERS = 'two tiers';
const EQUALS = 'equals';
const SHAPES = [ONE, APART, LINKED, TIERS, EQUALS];

export const central: Scenario = {
	name: 'central',
	about: 'one server, several, ultrapeers, or none: what is left when the best linked hosts fail',
	nodes: 2000,
	runs: 3,
	settings: {
		servers: { about: 'servers where there are several', preset: 5 },
		failing: { about: 'hosts that fail, the best linked first', preset: 5 },
		ttl: { about: 'TTL of the query whose reach is measured', preset: 7 },
		origins: { about: 'survivors that ask', preset: 32 },
	},
	rows: (order) => SHAPES.flatMap((shape) => [shape, `${shape}, ${numberOf(order, 'failing')} fail`]),
	play,
	measures: (counts) => ({
		giantComponent: share(counts['giant'], counts['survivors']),
		isolatedSurvivors: share(counts['isolated'], counts['survivors']),
		reachWithinTtl: reachOf({
			survivors: counts['survivors'],
			isolated: counts['isolated'],
			origins: counts['origins'],
			reached: counts['reached'],
		}),
		messagesPerQuery: share(counts['messages'], counts['origins']),
	}),
};

function play(row: string, order: Order): Counts {
	const shape = SHAPES.find((one) => row.startsWith(one))!;
	const graph = shapeOf(shape, order);
	const overlay = new Overlay(
		{ graph },
		{ seed: order.seed, maxTtl: 255, latencyLeast: 100, latencyMost: 100 },
	);
	if (row !== shape) {
		const best = Int32Array.from({ length: graph.nodes }, (_, node) => node);
		best.sort((a, b) => degreeOf(graph, b) - degreeOf(graph, a) || a - b);
		for (const node of best.subarray(0, numberOf(order, 'failing'))) overlay.alive[node] = 0;
	}
	const chance = new Chance(order.seed, 'origins');
	return { ...connectivity(overlay, numberOf(order, 'ttl'), numberOf(order, 'origins'), chance) };
}

function shapeOf(shape: string, order: Order): Graph {
	if (shape === EQUALS) return generate('random', order.nodes, order.seed).graph;
	if (shape === TIERS) return generate('two-tier', order.nodes, order.seed).graph;
	const servers = shape === ONE ? 1 : Math.min(order.nodes, numberOf(order, 'servers'));
	const builder = new GraphBuilder(order.nodes);
	for (let node = servers; node < order.nodes; node++) builder.link(node, node % servers);
	if (shape === LINKED)
		for (let one = 0; one < servers; one++)
			for (let other = 0; other < one; other++) builder.link(one, other);
	return builder.build();
}
