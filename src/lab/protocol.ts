/**
 * The `protocol` fidelity: servents as the node runs them (networks/gnutella, all of it), on virtual links in
 * virtual time. Every link begins with a real handshake, every hop is decoded, routed and guarded by the
 * servent's own code, and its defences are its own, each with its switch.
 *
 * What the laboratory adds is what a node has around its network: a host that shares files and takes hits down.
 * Links are plain (no deflate), so that frames can be counted on them.
 */
import type { Evidence } from '../evidence/evidence.ts';
import { Gnutella } from '../networks/gnutella/index.ts';
import { newGuid } from '../networks/gnutella/wire/guid.ts';
import type { SharedFile } from '../networks/network.ts';
import { VirtualNet } from '../world/virtual.ts';
import type { Tap, VirtualWorld } from '../world/virtual-world.ts';
import { addressOf } from './content.ts';
import type { Graph } from './graph.ts';
import { LabHost, type TakenHit } from './lab-host.ts';
import { isQuery, Tally } from './tap.ts';

export const PORT = 6346;

export interface ProtocolSettings {
	readonly seed: number;
	/** Milliseconds, one way. */
	readonly latency: number;
	readonly jitter: number;
	/** By name, over what the laboratory needs (below). */
	readonly limits: Readonly<Record<string, number>>;
	readonly defencesOff: readonly string[];
}

export interface ServentOrder {
	readonly leaf?: boolean;
	readonly firewalled?: boolean;
	readonly files?: readonly SharedFile[];
	/** Nodes that it is to be linked with. */
	readonly peers?: readonly number[];
	readonly seeds?: readonly string[];
}

export class LabServent {
	readonly node: number;
	readonly gnutella: Gnutella;
	readonly world: VirtualWorld;
	/** Its servent id. */
	readonly guid: Uint8Array;
	readonly hits: readonly TakenHit[];
	#noticed: Map<string, number> | undefined;

	constructor(node: number, made: Made, world: VirtualWorld, hits: readonly TakenHit[]) {
		this.node = node;
		this.gnutella = made.gnutella;
		this.guid = made.guid;
		this.world = world;
		this.hits = hits;
	}

	/** How often each reason was noticed. */
	get noticed(): Map<string, number> {
		return (this.#noticed ??= new Map());
	}

	/** The same for one reason; it makes no map. */
	noticedOf(code: string): number {
		return this.#noticed?.get(code) ?? 0;
	}
}

interface Made {
	readonly gnutella: Gnutella;
	readonly guid: Uint8Array;
}

export class ProtocolNet implements Tap {
	readonly net: VirtualNet;
	readonly tally = new Tally();
	readonly servents: LabServent[] = [];
	/** Searches begun so far: their numbers. */
	searches = 0;
	readonly #settings: ProtocolSettings;

	constructor(settings: Partial<ProtocolSettings> & { readonly seed: number }) {
		this.#settings = { latency: 100, jitter: 0, limits: {}, defencesOff: [], ...settings };
		const { seed, latency, jitter } = this.#settings;
		this.net = new VirtualNet({ seed, latency, jitter, oneCopy: true });
	}

	/** The next servent; its node is its place in `servents`. */
	add(order: ServentOrder = {}): LabServent {
		const node = this.servents.length;
		const address = addressOf(node);
		const hits: TakenHit[] = [];
		let made: Made | undefined;
		const world = this.net.world(
			address,
			(raw) => {
				const guid = newGuid(raw.random(16));
				const gnutella = new Gnutella(
					raw,
					new LabHost(order.files ?? NONE, (search, hit) => hits.push({ search, hit, at: raw.now() })),
					{
						...everybody,
						role: order.leaf === true ? 'leaf' : 'ultrapeer',
						guid,
						announce: { host: address, port: PORT },
						seeds: order.seeds ?? NONE,
						limits: this.#settings.limits,
						defencesOff: this.#settings.defencesOff,
					},
				);
				made = { gnutella, guid };
				return gnutella;
			},
			{ firewalled: order.firewalled ?? false, tap: this, number: node },
		);
		const servent = new LabServent(node, made!, world, hits);
		this.servents.push(servent);
		servent.gnutella.start();
		for (const peer of order.peers ?? [])
			servent.gnutella.connect({ host: this.servents[peer].world.host, port: PORT });
		return servent;
	}

	/** What the servents do, told by their hosts (world/virtual-world.ts). */
	sent(bytes: Uint8Array): void {
		this.tally.sent(bytes);
	}

	datagram(bytes: Uint8Array): void {
		this.tally.otherBytes += bytes.length;
	}

	arrives(node: number, bytes: Uint8Array): void {
		if (isQuery(bytes)) this.tally.arrived(node, bytes);
	}

	dialled(by: string, host: string, purpose: string): void {
		this.tally.dialled(by, host, purpose);
	}

	notice(node: number, { code }: Evidence): void {
		const { noticed } = this.servents[node];
		noticed.set(code, (noticed.get(code) ?? 0) + 1);
	}

	/** A servent for each node of the graph, linked as it says. Later nodes dial earlier ones. */
	addGraph(graph: Graph, orderOf: (node: number) => ServentOrder = () => ({})): void {
		const base = this.servents.length;
		for (let node = 0; node < graph.nodes; node++) {
			const peers: number[] = [];
			for (let at = graph.starts[node]; at < graph.starts[node + 1]; at++)
				if (graph.neighbours[at] < node) peers.push(base + graph.neighbours[at]);
			this.add({ ...orderOf(node), peers });
		}
	}

	/** Links that stand, each counted once. */
	get links(): number {
		let ends = 0;
		for (const { gnutella } of this.servents) ends += gnutella.links;
		return ends / 2;
	}

	/** Until so many links stand, at most `seconds` of virtual time. False: they do not. */
	link(links: number, seconds = 60): boolean {
		for (let second = 0; second < seconds; second++) {
			this.run(1000);
			if (this.links >= links) return true;
		}
		return false;
	}

	/** So many milliseconds of virtual time. */
	run(milliseconds: number): void {
		this.net.run(this.net.now + milliseconds);
	}

	/** What was counted so far no longer counts. */
	clear(): void {
		this.tally.clear();
	}

	/** How often a reason was noticed, by all. */
	noticed(code: string): number {
		return this.servents.reduce((sum, servent) => sum + servent.noticedOf(code), 0);
	}
}

/** Limits under which the links of a scenario's graph are all there is: nobody looks for more, nobody is full. */
export const asDrawn: Readonly<Record<string, number>> = {
	ultrapeerLinksWanted: 0,
	leafUltrapeers: 0,
	ultrapeerLinks: 1_000_000,
	leaves: 1_000_000,
	linksFromHost: 1_000_000,
	handshakes: 100_000,
	handshakeSeconds: 60,
	tableSlots: 1024,
	tableSlotsUltrapeer: 1024,
};

const NONE: readonly never[] = [];

/** Options that all servents have. */
const everybody = {
	agent: 'Sallyport/lab',
	usable: () => true,
	hostCaches: NONE,
	deflate: false,
} as const;
