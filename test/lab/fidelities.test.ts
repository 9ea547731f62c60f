import { describe, expect, it } from 'vitest';
import { Asker, withAsker } from '../../src/lab/asker.ts';
import { Chance } from '../../src/lab/chance.ts';
import { Content } from '../../src/lab/content.ts';
import type { Graph } from '../../src/lab/graph.ts';
import { Overlay } from '../../src/lab/overlay.ts';
import { asDrawn, ProtocolNet } from '../../src/lab/protocol.ts';
import { generate } from '../../src/lab/topologies.ts';

const MAX_TTL = 15;

/** The same graph, files and queries in both fidelities. */
function both(graph: Graph, seed: number, ttls: readonly number[], slots: number, freeRiders: number) {
	const content = new Content(graph.nodes, { files: 200, copies: 2, freeRiders }, seed);
	const protocol = new ProtocolNet({
		seed,
		latency: 100,
		limits: { ...asDrawn, tableSlots: slots, tableSlotsUltrapeer: slots, maxTtl: MAX_TTL },
	});
	protocol.addGraph(graph, (node) => ({
		files: Array.from(content.filesOf(node), (file) => ({
			id: file + 1,
			name: content.nameOf(file),
			size: 1000,
		})),
	}));
	expect(protocol.link(graph.links)).toBe(true);
	const asker = new Asker(protocol, new Chance(seed, 'asker'));
	const overlay = new Overlay(
		{ graph: withAsker(graph) },
		{ seed, maxTtl: MAX_TTL, latencyLeast: 100, latencyMost: 100, queryRouting: true },
	);
	overlay.content = content;
	return ttls.map((ttl, at) => {
		const text = content.nameOf(at + 3);
		const query = overlay.ask(graph.nodes, text, ttl);
		overlay.run();
		const { reached, messages, bytes, duplicates, hops, hits } = overlay.counts(query);
		overlay.forget();
		const { hitHops: _, ...servents } = asker.ask(text, ttl, 4000);
		return {
			servents,
			arrays: { reached, messages, bytes, duplicates, hops, hits },
		};
	});
}

describe('the two fidelities', () => {
	it('agree within 2 % at 10,000 servents: reach, messages, duplicates', () => {
		const { graph } = generate('random', 10_000, 1);
		for (const { servents, arrays } of both(graph, 1, [6, 7, 15], 1024, 1)) {
			for (const name of ['reached', 'messages', 'bytes', 'duplicates', 'hops'] as const)
				expect(Math.abs(servents[name] - arrays[name]), name).toBeLessThanOrEqual(arrays[name] * 0.02);
			expect(arrays.reached).toBeGreaterThan(50);
		}
	});

	it('agree to the message at 300, hits and all', () => {
		for (const seed of [1, 2]) {
			const { graph } = generate(seed === 1 ? 'power-law' : 'random', 300, seed);
			const answers = both(graph, seed, [2, 3, 5, 15], 65_536, 0.5);
			for (const { servents, arrays } of answers) expect(servents).toEqual(arrays);
			expect(answers.at(-1)!.arrays.hits).toBeGreaterThan(0);
		}
	});
});
