/**
 * What the laboratory says of a network of thirty, and the same thirty on real sockets: 10 ultrapeers and 20 leaves with
 * three ultrapeers each, the servents of networks/gnutella in both. The graph is drawn once and given to both.
 *
 * The TTL is longer than any way through ten ultrapeers, so what is counted does not depend on which copy of a query
 * is faster: messages, servents reached and hits must be equal to the last one. Hops do depend on it: on virtual links of
 * equal latency every copy comes by a shortest way, on sockets none comes by a shorter one.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Asker } from '../../src/lab/asker.ts';
import { Chance } from '../../src/lab/chance.ts';
import { type Graph, GraphBuilder } from '../../src/lab/graph.ts';
import { LabHost } from '../../src/lab/lab-host.ts';
import { asDrawn, ProtocolNet } from '../../src/lab/protocol.ts';
import { Tally, TappedWorld } from '../../src/lab/tap.ts';
import { Gnutella } from '../../src/networks/gnutella/index.ts';
import { newGuid } from '../../src/networks/gnutella/wire/guid.ts';
import { encodeGreeting } from '../../src/networks/gnutella/wire/handshake.ts';
import {
	encodeMessage,
	hopsOf,
	MessageType,
	payloadLength,
	typeOf,
} from '../../src/networks/gnutella/wire/message.ts';
import { encodeQuery } from '../../src/networks/gnutella/wire/query.ts';
import type { Network, SharedFile } from '../../src/networks/network.ts';
import { SocketWorld } from '../../src/world/sockets.ts';
import type { Address, Link } from '../../src/world/world.ts';

const ULTRAPEERS = 10;
const NODES = 30;
const TTL = 12;
const LIMITS = { ...asDrawn, tableSlots: 65_536, tableSlotsUltrapeer: 65_536, maxTtl: 15 };

function drawn(): Graph {
	const chance = new Chance(46, 'thirty');
	const builder = new GraphBuilder(NODES);
	const others = (count: number): Int32Array => Int32Array.from({ length: count }, (_, node) => node);
	for (let node = 1; node < NODES; node++)
		for (const other of chance.some(others(Math.min(node, ULTRAPEERS)), 3)) builder.link(node, other);
	return builder.build();
}

/** A word that all have, one that every third has, and one of its own. */
function filesOf(node: number): SharedFile[] {
	const words = [
		'drawbridge',
		...(node % 3 === 0 ? ['rampart'] : []),
		`moat${String.fromCharCode(97 + node)}`,
	];
	return words.map((word, at) => ({ id: at + 1, name: `${word}.txt`, size: 1000 }));
}

interface Counted {
	readonly messages: number;
	readonly hits: number;
	/** Sum over the hits: how far each has come. */
	readonly hops: number;
}

/** Hangs on node 0 as the laboratory's asker does, and reads what comes in any pieces. */
class LiveAsker implements Network {
	readonly name = 'gnutella';
	readonly hits: number[] = [];
	greeted = false;
	#waiting: Uint8Array<ArrayBufferLike> = new Uint8Array(0);
	link: Link | undefined;
	readonly #world: SocketWorld;

	constructor(world: SocketWorld, host: string) {
		this.#world = world;
		world.attach(this);
		this.#host = host;
	}

	readonly #host: string;

	dial(to: Address): void {
		this.link = this.#world.dial(to, 'a test');
	}

	opened(link: Link): void {
		const headers: [string, string][] = [
			['User-Agent', 'Laboratory'],
			['X-Ultrapeer', 'True'],
			['X-Query-Routing', '0.2'],
			['GGEP', '0.5'],
			['X-Max-TTL', '7'],
			['X-Degree', '32'],
			['Listen-IP', `${this.#host}:6346`],
		];
		this.#world.send(link, encodeGreeting({ kind: 'connect', version: '0.6' }, headers));
		this.#world.send(link, encodeGreeting({ kind: 'status', code: 200, text: 'OK' }));
	}

	received(_link: Link, bytes: Uint8Array): void {
		const all = new Uint8Array(this.#waiting.length + bytes.length);
		all.set(this.#waiting);
		all.set(bytes, this.#waiting.length);
		this.#waiting = all;
		if (!this.greeted) {
			const end = Buffer.from(all).indexOf('\r\n\r\n');
			if (end < 0) return;
			this.greeted = true;
			this.#waiting = all.subarray(end + 4);
		}
		while (this.#waiting.length >= 23 && this.#waiting.length >= 23 + payloadLength(this.#waiting)) {
			if (typeOf(this.#waiting) === MessageType.Hit) this.hits.push(hopsOf(this.#waiting) + 1);
			this.#waiting = this.#waiting.subarray(23 + payloadLength(this.#waiting));
		}
	}

	drained(): void {}
	closed(): void {}
	datagram(): void {}
	tick(): void {}
}

/** Until it has not changed for half a second of real time, in which every timer of a servent has run. */
async function still(value: () => unknown): Promise<void> {
	for (let same = 0, before = ''; same < 25; ) {
		const now = JSON.stringify(value());
		same = now === before ? same + 1 : 0;
		before = now;
		await new Promise((later) => setTimeout(later, 20));
	}
}

async function until(condition: () => boolean): Promise<void> {
	while (!condition()) await new Promise((later) => setTimeout(later, 20));
}

/** Addresses that only this process has. */
const network = `127.${60 + (process.pid % 60)}.${(process.pid >> 6) % 250}`;
const hostOfNode = (node: number): string => `${network}.${node + 1}`;

describe('thirty servents on sockets', () => {
	const graph = drawn();
	const tally = new Tally();
	const worlds: SocketWorld[] = [];
	const servents: Gnutella[] = [];
	const addresses: Address[] = [];
	let asker: LiveAsker;

	function worldAt(host: string): SocketWorld {
		const world = new SocketWorld({
			listen: { host, port: 0 },
			localAddress: host,
			usable: () => true,
			notice: () => {},
		});
		worlds.push(world);
		return world;
	}

	beforeAll(async () => {
		for (let node = 0; node < NODES; node++) {
			const host = hostOfNode(node);
			const world = worldAt(host);
			const gnutella = new Gnutella(
				new TappedWorld(world, host, tally, () => {}),
				new LabHost(filesOf(node), { now: 0 }),
				{
					role: node < ULTRAPEERS ? 'ultrapeer' : 'leaf',
					guid: newGuid(world.random(16)),
					announce: { host, port: 6346 },
					agent: 'Sallyport/test',
					usable: () => true,
					seeds: [],
					hostCaches: [],
					deflate: false,
					limits: LIMITS,
				},
			);
			world.attach(gnutella);
			addresses.push(await world.listen());
			servents.push(gnutella);
			gnutella.start();
			for (let at = graph.starts[node]; at < graph.starts[node + 1]; at++) {
				const other = graph.neighbours[at];
				if (other < node) gnutella.connect(addresses[other]);
			}
		}
		const ends = (): number => servents.reduce((sum, one) => sum + one.peers().length, 0);
		await until(() => ends() === 2 * graph.links);
		const host = hostOfNode(NODES);
		asker = new LiveAsker(worldAt(host), host);
		asker.dial(addresses[0]);
		await until(() => asker.greeted);
		await until(() => ends() === 2 * graph.links + 1);
		// Tables of leaves, then those of ultrapeers, go out with pauses.
		await still(() => tally.ofType(MessageType.Qrp));
		await new Promise((later) => setTimeout(later, 5000));
		await still(() => tally.ofType(MessageType.Qrp));
	});

	afterAll(async () => {
		for (const one of servents) one.stop();
		await Promise.all(worlds.map((world) => world.close()));
	});

	async function live(text: string): Promise<Counted> {
		const before = tally.ofType(MessageType.Query);
		asker.hits.length = 0;
		const frame = encodeMessage(
			MessageType.Query,
			newGuid(worlds[0].random(16)),
			TTL,
			0,
			encodeQuery({ text }),
		);
		worlds.at(-1)!.send(asker.link!, frame);
		await still(() => [tally.ofType(MessageType.Query), tally.ofType(MessageType.Hit), asker.hits.length]);
		// The asker's own frame is one more.
		const messages = tally.ofType(MessageType.Query) - before + 1;
		return { messages, hits: asker.hits.length, hops: asker.hits.reduce((sum, hops) => sum + hops, 0) };
	}

	/** The same in virtual time. */
	function predicted(texts: readonly string[]): Counted[] {
		const protocol = new ProtocolNet({ seed: 1, latency: 100, limits: LIMITS });
		protocol.addGraph(graph, (node) => ({ leaf: node >= ULTRAPEERS, files: filesOf(node) }));
		expect(protocol.link(graph.links)).toBe(true);
		protocol.run(5000);
		const from = new Asker(protocol, new Chance(1, 'asker'));
		return texts.map((text) => {
			const { messages, hits, hitHops } = from.ask(text, TTL, 10_000);
			return { messages, hits, hops: hitHops };
		});
	}

	it('send as many messages, and find as much, as the laboratory says of the same graph', async () => {
		const texts = ['drawbridge', 'rampart', 'moatx', 'moata', 'nothing'];
		const lab = predicted(texts);
		expect(lab.map(({ hits }) => hits)).toEqual([30, 10, 1, 1, 0]);
		for (const [at, text] of texts.entries()) {
			const { messages, hits, hops } = await live(text);
			expect({ text, messages, hits }).toEqual({ text, messages: lab[at].messages, hits: lab[at].hits });
			expect(hops).toBeGreaterThanOrEqual(lab[at].hops);
			// No way through ten ultrapeers to a leaf is longer; sockets of one machine hardly ever take one of them.
			expect(hops).toBeLessThanOrEqual(hits * (ULTRAPEERS + 1));
			console.info(
				`${text}: ${messages} messages, ${hits} hits, ${hops} hops; the laboratory says ${lab[at].hops}`,
			);
		}
		// A word that all have reaches everybody; others keep away from leaves that have it not.
		expect(lab[0].messages).toBeGreaterThan(lab[1].messages);
		expect(lab[2].messages).toBe(lab[4].messages + 3);
	});
});
