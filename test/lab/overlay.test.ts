import { describe, expect, it } from 'vitest';
import { Chance } from '../../src/lab/chance.ts';
import { Content } from '../../src/lab/content.ts';
import { degreeOf, type Graph, GraphBuilder } from '../../src/lab/graph.ts';
import { Overlay } from '../../src/lab/overlay.ts';
import { generate, regularTree, topologyNames } from '../../src/lab/topologies.ts';

/** The other way to know: breadth first, without a message. */
function within(graph: Graph, alive: Uint8Array, origin: number, hops: number): number {
	const seen = new Set([origin]);
	let ring = [origin];
	for (let hop = 0; hop < hops; hop++) {
		const next: number[] = [];
		for (const node of ring)
			for (let at = graph.starts[node]; at < graph.starts[node + 1]; at++) {
				const other = graph.neighbours[at];
				if (alive[other] === 0 || seen.has(other)) continue;
				seen.add(other);
				next.push(other);
			}
		ring = next;
	}
	return seen.size - 1;
}

function asked(overlay: Overlay, origin: number, ttl: number) {
	const query = overlay.ask(origin, 'grateful dead live', ttl);
	overlay.run();
	const counts = overlay.counts(query);
	overlay.forget();
	return counts;
}

describe('a flood', () => {
	it('reaches over equal links just who is within so many hops, with half of the servents gone', () => {
		for (const name of topologyNames.filter((one) => one !== 'two-tier')) {
			const { graph } = generate(name, 3000, 5);
			const overlay = new Overlay({ graph }, { seed: 5, maxTtl: 255, latencyLeast: 50, latencyMost: 50 });
			const chance = new Chance(5, 'test');
			const all = Int32Array.from({ length: 3000 }, (_, node) => node);
			for (const node of chance.some(all, 1500)) overlay.alive[node] = 0;
			const origins = [...all].filter((node) => overlay.alive[node] === 1).slice(0, 20);
			for (const origin of origins)
				for (const ttl of [1, 3, 7])
					expect(asked(overlay, origin, ttl).reached).toBe(within(graph, overlay.alive, origin, ttl));
		}
	});

	it('over unequal links reaches fewer: long ways overtake short ones and use up the TTL', () => {
		const { graph } = generate('random', 3000, 1);
		const equal = new Overlay({ graph }, { seed: 1, maxTtl: 255, latencyLeast: 50, latencyMost: 50 });
		const unequal = new Overlay({ graph }, { seed: 1, maxTtl: 255, latencyLeast: 20, latencyMost: 200 });
		expect(asked(unequal, 0, 5).reached).toBeLessThan(asked(equal, 0, 5).reached * 0.95);
		expect(asked(unequal, 0, 255).reached).toBe(2999);
	});

	it('sends each frame to all neighbours but the one that it came from', () => {
		const { graph } = generate('random', 500, 2);
		const overlay = new Overlay({ graph }, { seed: 2, maxTtl: 255 });
		const { messages, reached, duplicates, bytes } = asked(overlay, 3, 255);
		expect(reached).toBe(499);
		expect(messages).toBe(graph.links * 2 - 499);
		expect(duplicates).toBe(messages - reached);
		expect(bytes).toBe(messages * 44);
	});

	it('stops at TTL + hops of maxTtl, whatever TTL was sent', () => {
		const line = new GraphBuilder(20);
		for (let node = 1; node < 20; node++) line.link(node - 1, node);
		const overlay = new Overlay({ graph: line.build() }, { seed: 1, maxTtl: 5 });
		expect(asked(overlay, 0, 255).reached).toBe(5);
		expect(asked(overlay, 0, 3).reached).toBe(3);
	});

	it('with TTL 255 is refused by the first servent where the defence is on', () => {
		const { graph } = generate('random', 100, 1);
		const { reached, refused } = asked(new Overlay({ graph }, { seed: 1, ttlHard: 15 }), 0, 255);
		expect([reached, refused]).toEqual([0, degreeOf(graph, 0)]);
	});

	it('ends at a leaf', () => {
		const star = new GraphBuilder(3);
		star.link(0, 1);
		star.link(1, 2);
		const leaf = Uint8Array.of(0, 1, 0);
		expect(asked(new Overlay({ graph: star.build(), leaf }, { seed: 1 }), 0, 5).reached).toBe(1);
	});

	it('loses messages at the rate of its links, and no frame stays behind', () => {
		const overlay = new Overlay({ graph: regularTree(100, 2) }, { seed: 1, loss: 0.25 });
		const { lost, messages } = asked(overlay, 0, 2);
		expect(lost / (lost + messages)).toBeCloseTo(0.25, 1);
		const before = overlay.slab.bytes.length;
		for (let again = 0; again < 50; again++) asked(overlay, 0, 2);
		expect(overlay.slab.bytes.length).toBe(before);
	});
});

describe('hits', () => {
	it('go back on the way that the query came, from all who have the file', () => {
		const { graph } = generate('random', 1000, 3);
		const overlay = new Overlay({ graph }, { seed: 3, maxTtl: 255 });
		const content = new Content(1000, { files: 500, copies: 5, freeRiders: 0.25 }, 3);
		overlay.content = content;
		const holders = Array.from({ length: 1000 }, (_, node) => node).filter((node) => content.has(node, 0));
		expect(holders.length).toBeGreaterThan(5);
		const origin = holders.includes(0) ? 1 : 0;
		const query = overlay.ask(origin, content.nameOf(0), 255);
		overlay.run();
		const counts = overlay.counts(query);
		expect(counts.hits).toBe(holders.filter((node) => node !== origin).length);
		let hops = 0;
		for (const holder of holders)
			for (let node = holder; node !== origin; node = overlay.teller(query, node)) hops++;
		expect(counts.hitMessages).toBe(hops);
		expect(counts.firstHit).toBeGreaterThan(0);
	});
});

describe('topologies', () => {
	it('are the same for the same seed and others for another', () => {
		for (const name of topologyNames) {
			const [one, same, other] = [1, 1, 2].map((seed) => generate(name, 1000, seed).graph);
			expect(one.neighbours).toEqual(same.neighbours);
			expect(one.neighbours).not.toEqual(other.neighbours);
		}
	});

	it('have the degrees that they are named for', () => {
		const degrees = (graph: Graph): number[] =>
			Array.from({ length: graph.nodes }, (_, node) => degreeOf(graph, node)).sort((a, b) => b - a);
		expect(degrees(generate('random', 10_000, 1).graph)[0]).toBeLessThan(25);
		const power = degrees(generate('power-law', 10_000, 1).graph);
		expect(power[0]).toBeGreaterThan(150);
		expect(power[5000]).toBeLessThan(6);
		const { graph, leaf } = generate('two-tier', 1700, 1);
		for (let node = 0; node < 1700; node++)
			for (let at = graph.starts[node]; at < graph.starts[node + 1]; at++)
				expect(leaf![node] + leaf![graph.neighbours[at]]).toBeLessThan(2);
		expect(degrees(regularTree(4, 3)).filter((degree) => degree === 4)).toHaveLength(1 + 4 + 12);
	});

	it('of one servent, or of none that can link, are still there', () => {
		for (const name of topologyNames) expect(generate(name, 1, 1).graph.links).toBe(0);
	});
});

describe('uplinks', () => {
	it('send one frame after the other, and what waits comes later', () => {
		const star = new GraphBuilder(11);
		for (let leaf = 1; leaf <= 10; leaf++) star.link(0, leaf);
		const settings = { seed: 1, latencyLeast: 50, latencyMost: 50 };
		const graph = star.build();
		expect(asked(new Overlay({ graph }, settings), 0, 1).lasted).toBe(50);
		// Ten frames of 44 bytes at 440 bytes a second.
		expect(asked(new Overlay({ graph }, { ...settings, uplinks: [440] }), 0, 1).lasted).toBe(1050);
	});
});

describe('memory', () => {
	it('is at most 600 bytes a servent with a whole flood on its way, by exact count', () => {
		const nodes = 100_000;
		const { graph } = generate('random', nodes, 1);
		const overlay = new Overlay({ graph }, { seed: 1, maxTtl: 255 });
		asked(overlay, 0, 255);
		const links = graph.starts.byteLength + graph.neighbours.byteLength;
		// Who told whom, and who has failed.
		const state = nodes * 4 + nodes;
		const held = (links + state + overlay.wheel.bytes + overlay.slab.bytes.length) / nodes;
		expect(held).toBeLessThan(600);
		expect(held).toBeGreaterThan(50);
	});
});
