/** A thread of its own, so that nobody else's garbage is counted: tells what a servent of the protocol engine holds. */
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parentPort } from 'node:worker_threads';
import { asDrawn, ProtocolNet } from '../../src/lab/protocol.ts';
import { generate } from '../../src/lab/topologies.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

function held(): number {
	collect();
	collect();
	const { used_heap_size: heap, external_memory: external } = getHeapStatistics();
	return heap + external;
}

/** Linked as drawn, tables sent, hosts heard of. */
function linked(nodes: number): ProtocolNet {
	const { graph } = generate('random', nodes, 1);
	const net = new ProtocolNet({ seed: 1, latency: 20, jitter: 180, limits: asDrawn });
	net.addGraph(graph);
	if (!net.link(graph.links)) throw new Error('the servents do not link');
	net.run(2000);
	// Who dialled whom is the laboratory's own book.
	net.clear();
	return net;
}

const NODES = 1000;
// What is compiled and learned once is not counted.
const small = linked(200);
const before = held();
const large = linked(NODES);
const bytes = (held() - before) / NODES;
// Both are still there when the second is counted.
parentPort?.postMessage({ bytes, links: small.links + large.links });
