import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { asDrawn, ProtocolNet } from '../../src/lab/protocol.ts';
import { generate } from '../../src/lab/topologies.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

function held(): number {
	collect();
	const { used_heap_size: heap, external_memory: external } = getHeapStatistics();
	return heap + external;
}

/** Linked as drawn, tables sent, hosts heard of. */
function linked(nodes: number): ProtocolNet {
	const { graph } = generate('random', nodes, 1);
	const net = new ProtocolNet({ seed: 1, latency: 20, jitter: 180, limits: asDrawn });
	net.addGraph(graph);
	expect(net.link(graph.links)).toBe(true);
	net.run(2000);
	return net;
}

describe('a servent of the protocol engine', () => {
	it('with six links holds less than 14 KB', { timeout: 120_000 }, () => {
		// What is compiled and learned once is not counted.
		const small = linked(200);
		const before = held();
		const large = linked(800);
		const bytes = (held() - before) / 800;
		// Both are still there when the second is counted.
		expect(small.links + large.links).toBeGreaterThan(2900);
		expect(bytes).toBeGreaterThan(2000);
		expect(bytes).toBeLessThan(14 * 1024);
	});
});
