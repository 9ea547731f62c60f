/**
 * The `protocol` fidelity: servents as the node runs them (networks/gnutella, all of it), on virtual links in
 * virtual time. Every link begins with a real handshake, every hop is decoded, routed and guarded by the
 * servent's own code, and its defences are its own, each with its switch.
 *
 * What the laboratory adds is what a node has around its network: a host that shares files and takes hits down.
 * Links are plain (no deflate), so that frames can be counted on them.
 */
import type { Evidence } from '../evidence/evidence.ts';
import { hex } from '../networks/common/hash.ts';
import { words } from '../networks/common/words.ts';
import { Gnutella } from '../networks/gnutella/index.ts';
import { newGuid } from '../networks/gnutella/wire/guid.ts';
import type { Hit, Host, SharedFile, Shares } from '../networks/network.ts';
import { VirtualNet } from '../world/virtual.ts';
import type { VirtualWorld } from '../world/virtual-world.ts';
import { addressOf } from './content.ts';
import type { Graph } from './graph.ts';
import { Tally, TappedNetwork, TappedWorld } from './tap.ts';

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

export interface LabServent {
	readonly node: number;
	readonly gnutella: Gnutella;
	readonly world: VirtualWorld;
	/** Its servent id. */
	readonly guid: Uint8Array;
	readonly hits: { readonly search: number; readonly hit: Hit; readonly at: number }[];
	/** How often each reason was noticed. */
	readonly noticed: Map<string, number>;
}

export class ProtocolNet {
	readonly net: VirtualNet;
	readonly tally = new Tally();
	readonly servents: LabServent[] = [];
	/** Searches begun so far: their numbers. */
	searches = 0;
	readonly #settings: ProtocolSettings;

	constructor(settings: Partial<ProtocolSettings> & { readonly seed: number }) {
		this.#settings = { latency: 100, jitter: 0, limits: {}, defencesOff: [], ...settings };
		const { seed, latency, jitter } = this.#settings;
		this.net = new VirtualNet({ seed, latency, jitter });
	}

	/** The next servent; its node is its place in `servents`. */
	add(order: ServentOrder = {}): LabServent {
		const node = this.servents.length;
		const hits: LabServent['hits'] = [];
		const noticed = new Map<string, number>();
		const take = ({ code }: Evidence): void => void noticed.set(code, (noticed.get(code) ?? 0) + 1);
		let made: { gnutella: Gnutella; guid: Uint8Array } | undefined;
		const world = this.net.world(
			addressOf(node),
			(raw) => {
				const tapped = new TappedWorld(raw, addressOf(node), this.tally, take);
				const guid = newGuid(raw.random(16));
				const host = hostOf(order.files ?? [], (search, hit) => hits.push({ search, hit, at: raw.now() }));
				const gnutella = new Gnutella(tapped, host, {
					role: order.leaf === true ? 'leaf' : 'ultrapeer',
					guid,
					announce: { host: addressOf(node), port: PORT },
					agent: 'Sallyport/lab',
					usable: () => true,
					seeds: order.seeds ?? [],
					hostCaches: [],
					deflate: false,
					limits: this.#settings.limits,
					defencesOff: this.#settings.defencesOff,
				});
				made = { gnutella, guid };
				return new TappedNetwork(gnutella, node, this.tally);
			},
			{ firewalled: order.firewalled ?? false },
		);
		const servent = { node, world, hits, noticed, ...made! };
		this.servents.push(servent);
		servent.gnutella.start();
		for (const peer of order.peers ?? []) servent.gnutella.connect({ host: addressOf(peer), port: PORT });
		return servent;
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
		for (const { gnutella } of this.servents) ends += gnutella.peers().length;
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
		return this.servents.reduce((sum, servent) => sum + (servent.noticed.get(code) ?? 0), 0);
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

/** What a participant has around it: files that it shares, and somebody who takes its hits down. */
export function hostOf(files: readonly SharedFile[], hit: (search: number, hit: Hit) => void): Host {
	return {
		shares: files.length === 0 ? NOTHING : new LabShares(files),
		hit,
		searchEnded: nothing,
		admit: () => ({ retryAfter: 60 }),
		tree: () => undefined,
		aich: () => undefined,
		alternates: () => [],
		heard: nothing,
		serve: nothing,
		fetchHead: nothing,
		fetchBody: nothing,
		fetchTree: nothing,
		fetchEnd: nothing,
		remember: nothing,
	};
}

function nothing(): void {}

class LabShares implements Shares {
	readonly version = 1;
	readonly #files: readonly SharedFile[];

	constructor(files: readonly SharedFile[]) {
		this.#files = files;
	}

	get files(): number {
		return this.#files.length;
	}

	get kilobytes(): number {
		return this.#files.reduce((sum, { size }) => sum + Math.ceil(size / 1024), 0);
	}

	match(text: string, limit: number): SharedFile[] {
		const wanted = words(text);
		if (wanted.length === 0) return [];
		return this.#files
			.filter(({ name }) => wanted.every((word) => words(name).includes(word)))
			.slice(0, limit);
	}

	byId(id: number): SharedFile | undefined {
		return this.#files.find((file) => file.id === id);
	}

	bySha1(): SharedFile | undefined {
		return undefined;
	}

	byEd2k(): SharedFile | undefined {
		return undefined;
	}

	byFthash(wanted: Uint8Array): SharedFile | undefined {
		return this.#files.find(({ fthash }) => fthash !== undefined && hex(fthash) === hex(wanted));
	}

	all(): Iterable<SharedFile> {
		return this.#files;
	}

	*words(): Iterable<string> {
		for (const { name } of this.#files) yield* words(name);
	}

	*sha1s(): Iterable<Uint8Array> {
		for (const { sha1 } of this.#files) if (sha1 !== undefined) yield sha1;
	}
}

const NOTHING = new LabShares([]);
