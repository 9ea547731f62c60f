/**
 * One side of bench/lab.ts, in a process of its own: floods a random overlay (three links opened by each servent,
 * latencies of 20 to 200 ms, a query at a time, TTL as far as it goes) and prints what it took as JSON.
 * `lab-side.ts overlay|protocol NODES QUERIES`
 */
import { getHeapStatistics } from 'node:v8';
import { Attacker } from '../src/lab/attacker.ts';
import { Chance } from '../src/lab/chance.ts';
import { addressOf } from '../src/lab/content.ts';
import { Overlay } from '../src/lab/overlay.ts';
import { asDrawn, ProtocolNet } from '../src/lab/protocol.ts';
import { generate, type Topology } from '../src/lab/topologies.ts';
import { newGuid } from '../src/networks/gnutella/wire/guid.ts';
import { encodeMessage, MessageType } from '../src/networks/gnutella/wire/message.ts';
import { encodeQuery } from '../src/networks/gnutella/wire/query.ts';
import { cpuSeconds, residentBytes } from './sides.ts';

const WORDS = 'grateful dead live';
const [fidelity, nodes, queries] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
/** The hard limit of the servents; an overlay of random links is not wider. */
const TTL = 15;

/** Without what waits for the collector. */
function held(): number {
	globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
	const { used_heap_size: heap, external_memory: external } = getHeapStatistics();
	return heap + external;
}

function overlay(topology: Topology): number {
	const engine = new Overlay(topology, { seed: 1, maxTtl: 30 });
	const chance = new Chance(1, 'bench');
	let messages = 0;
	for (let query = 0; query < queries; query++) {
		const number = engine.ask(chance.below(nodes), WORDS, 30);
		engine.run();
		messages += engine.counts(number).messages;
		engine.forget();
	}
	return messages;
}

/** A search a tenth of a second, so that several floods are on their way at once, as in a network that is used. */
const GAP = 100;

/** Returns what floods: the links are there before the clock starts. And what a linked servent holds, in bytes. */
function protocol({ graph }: Topology): { flood: () => number; bytes: number } {
	const before = held();
	const net = new ProtocolNet({ seed: 1, latency: 20, jitter: 180, limits: { ...asDrawn, maxTtl: 30 } });
	net.addGraph(graph);
	if (!net.link(graph.links, 300)) throw new Error('the servents do not link');
	const asker = new Attacker(net.net, '172.16.0.1');
	asker.dial(addressOf(0));
	net.run(2000);
	// Who dialled whom is the laboratory's own book.
	net.clear();
	const bytes = (held() - before) / nodes;
	const chance = new Chance(1, 'bench');
	const flood = (): number => {
		for (let query = 0; query < queries; query++) {
			// Of other words each: a servent drops what the same neighbour asks again within seconds.
			const payload = encodeQuery({ text: `${WORDS} ${query}` });
			asker.say(encodeMessage(MessageType.Query, newGuid(chance.bytes(16)), TTL, 0, payload));
			net.run(GAP);
		}
		net.run(1500);
		return net.tally.ofType(MessageType.Query);
	};
	return { flood, bytes };
}

const topology = generate('random', nodes, 1);
const { flood, bytes } =
	fidelity === 'protocol' ? protocol(topology) : { flood: () => overlay(topology), bytes: undefined };
const [started, used] = [performance.now(), cpuSeconds(process.pid)];
const messages = flood();
const seconds = (performance.now() - started) / 1000;
const cpu = cpuSeconds(process.pid) - used;
// Nor the room between what is held, as far as it is given back.
held();
const resident = residentBytes(process.pid);
console.log(
	JSON.stringify({
		messages,
		rate: messages / seconds,
		cpuRate: messages / cpu,
		bytesPerNode: resident / nodes,
		heldPerNode: bytes,
	}),
);
