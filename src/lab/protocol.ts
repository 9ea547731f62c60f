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
import { Peer } from '../networks/gnutella/peer.ts';
import { newGuid } from '../networks/gnutella/wire/guid.ts';
import type { SharedFile } from '../networks/network.ts';
import { VirtualNet } from '../world/virtual.ts';
import type { Shortcut, Tap, VirtualWorld } from '../world/virtual-world.ts';
import type { Link, World } from '../world/world.ts';
import { addressOf } from './content.ts';
import type { Graph } from './graph.ts';
import { LabHost, type TakenHit } from './lab-host.ts';
import { LabOptions, PORT, SharedByServents } from './lab-options.ts';
import { isQuery, Tally } from './tap.ts';

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
	readonly world: VirtualWorld<Gnutella>;
	readonly #host: LabHost;
	#noticed: Map<string, number> | undefined;

	constructor(node: number, world: VirtualWorld<Gnutella>, host: LabHost) {
		this.node = node;
		this.world = world;
		this.#host = host;
	}

	get hits(): readonly TakenHit[] {
		return this.#host.hits;
	}

	get gnutella(): Gnutella {
		return this.world.network;
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

export class ProtocolNet implements Tap, Shortcut {
	readonly net: VirtualNet;
	readonly tally = new Tally();
	readonly servents: LabServent[] = [];
	/** Searches begun so far: their numbers. */
	searches = 0;
	readonly #shared: SharedByServents;

	constructor(settings: Partial<ProtocolSettings> & { readonly seed: number }) {
		const all = { latency: 100, jitter: 0, limits: {}, defencesOff: [], ...settings };
		const { seed, latency, jitter, limits, defencesOff } = all;
		this.#shared = new SharedByServents(limits, defencesOff);
		this.net = new VirtualNet({ seed, latency, jitter, oneCopy: true });
		this.net.shortcut = this;
	}

	/** The next servent; its node is its place in `servents`. */
	add(order: ServentOrder = {}): LabServent {
		const node = this.servents.length;
		const role = order.leaf === true ? 'leaf' : 'ultrapeer';
		const options = new LabOptions(this.#shared, node, role, order.seeds ?? NONE);
		const host = new LabHost(order.files ?? NONE, this.net);
		const make = (raw: World): Gnutella => {
			// The first that a servent draws is its id.
			this.#shared.setGuid(node, newGuid(raw.random(16)));
			return new Gnutella(raw, host, options);
		};
		const world = this.net.world(addressOf(node), make, {
			firewalled: order.firewalled ?? false,
			tap: this,
			number: node,
		});
		const servent = new LabServent(node, world, host);
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

	/**
	 * Four of five messages of a flood are repetitions, for which a servent does nothing but count: they need none of
	 * its parts. Whether it is one, its own table of message ids says.
	 */
	takes(node: number, link: Link, frame: number, bytes: Uint8Array): boolean {
		const { tags } = this.net.frames;
		if (tags[frame] === 0) tags[frame] = isQuery(bytes) ? 1 + this.#shared.ids.numberOf(bytes) : NO_QUERY;
		const message = tags[frame] - 1;
		if (message < 0) return false;
		const before = this.#shared.ids.get(message, node);
		if (before === -1) this.#shared.ids.expect(bytes, message);
		if (before === -1 || before === link) return false;
		const owner = this.#shared.owners.get(link);
		if (!(owner instanceof Peer) || !owner.repeated(this.net.now, bytes)) return false;
		this.tally.arrived(node, bytes);
		return true;
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
/** The tag of a frame that is none. */
const NO_QUERY = -1;
