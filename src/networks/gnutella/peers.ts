/**
 * The servents that this one is linked with, and how bytes get to and from them.
 *
 * A Peer is a link after its handshake. Sending is in two steps: `send` queues a frame and marks the
 * peer; `flush`, which the door calls at the end of each input, hands everything to the world in one
 * go. So a flood of a hundred queries in one chunk is one write (and, with deflate, one flushed block)
 * for each neighbour, and nothing re-enters.
 */
import type { Address, Link, World } from '../../world/world.ts';
import { formatAddress } from '../common/address.ts';
import { SendQueue } from './flow.ts';
import type { LinkDeflater, LinkInflater } from './wire/deflate.ts';
import type { MessageSplitter } from './wire/message.ts';
import type { RouteTableReader } from './wire/qrp-patch.ts';
import type { RouteTable } from './wire/qrp-table.ts';

/** What the other end is to us. `legacy`: a servent without roles (0.4, or 0.6 without X-Ultrapeer). */
export type PeerRole = 'leaf' | 'ultrapeer' | 'legacy';

/** What the other end said in its handshake. */
export interface Features {
	readonly ggep: boolean;
	readonly pongCaching: boolean;
	readonly bye: boolean;
	readonly vendor: boolean;
	readonly queryRouting: boolean;
	readonly ultrapeerQueryRouting: boolean;
	readonly dynamicQuerying: boolean;
	/** Links between ultrapeers that it keeps, and the TTL that it takes: for dynamic querying. */
	readonly degree: number;
	readonly maxTtl: number;
}

export class Peer {
	readonly link: Link;
	readonly remote: Address;
	readonly dialled: boolean;
	readonly role: PeerRole;
	readonly agent: string;
	readonly features: Features;
	readonly since: number;
	readonly listenPort: number;
	/** Only where a chunk was not just one message. */
	splitter: MessageSplitter | undefined;
	readonly queue: SendQueue;
	inflater: LinkInflater | undefined;
	deflater: LinkDeflater | undefined;
	/** Words that the peer (a leaf: its files; an ultrapeer: its leaves) may answer. */
	table: RouteTable | undefined;
	tableReader: RouteTableReader | undefined;
	/** Which of our tables it has: publish.ts. */
	sentTable: RouteTable | undefined;
	sentVersion = -1;
	sentAt = 0;
	sentTables = 0;
	/** BEAR/4: queries that have come further than this are not for it. */
	hopsFlow = 255;
	/** It asked us to pass PUSHes on for this GUID (LIME/21). */
	pushProxyFor: Uint8Array | undefined;
	/** The second in which it pinged last, and how often (pongs.ts). */
	pingSecond = 0;
	pings = 0;
	alivePingAt = 0;
	unanswered = 0;
	heardAt: number;
	blockedSince = 0;
	/** A flushed deflate block that the link did not take yet. */
	pending: Uint8Array | undefined;
	dirty = false;
	leaving = false;
	messagesIn = 0;
	bytesIn = 0;
	messagesOut = 0;
	bytesOut = 0;
	duplicates = 0;
	refused = 0;

	constructor(given: {
		link: Link;
		remote: Address;
		dialled: boolean;
		role: PeerRole;
		agent: string;
		features: Features;
		now: number;
		listenPort: number;
		queueBytes: number;
		inflater?: LinkInflater | undefined;
		deflater?: LinkDeflater | undefined;
	}) {
		this.link = given.link;
		this.remote = given.remote;
		this.dialled = given.dialled;
		this.role = given.role;
		this.agent = given.agent;
		this.features = given.features;
		this.since = given.now;
		this.heardAt = given.now;
		this.listenPort = given.listenPort;
		this.queue = new SendQueue(given.queueBytes);
		this.inflater = given.inflater;
		this.deflater = given.deflater;
	}

	/** `host:port` of the link. */
	get name(): string {
		return formatAddress(this.remote);
	}

	/** Where it can be dialled, as far as it said. */
	get listen(): Address {
		return this.listenPort === 0 ? this.remote : { host: this.remote.host, port: this.listenPort };
	}

	/** Whether it is the servent at this address: by its link, or by what it said. */
	isAt({ host, port }: Address): boolean {
		return this.remote.host === host && (this.remote.port === port || this.listenPort === port);
	}
}

/** As fast to look through as a map, and much smaller. */
const FEW = 16;

export class Peers {
	readonly ultrapeers: Peer[] = [];
	readonly leaves: Peer[] = [];
	readonly legacies: Peer[] = [];
	readonly #world: World;
	readonly #all: Peer[] = [];
	/** Where there are many. */
	#byLink: Map<Link, Peer> | undefined;
	#dirty: Peer[] = [];

	constructor(world: World) {
		this.#world = world;
	}

	get size(): number {
		return this.#all.length;
	}

	get(link: Link): Peer | undefined {
		if (this.#byLink !== undefined) return this.#byLink.get(link);
		for (const peer of this.#all) if (peer.link === link) return peer;
		return undefined;
	}

	/** In the order in which they came. */
	all(): readonly Peer[] {
		return this.#all;
	}

	add(peer: Peer): void {
		this.#all.push(peer);
		if (this.#byLink !== undefined) this.#byLink.set(peer.link, peer);
		else if (this.#all.length > FEW) this.#byLink = new Map(this.#all.map((one) => [one.link, one]));
		this.#list(peer).push(peer);
	}

	remove(peer: Peer): void {
		this.#byLink?.delete(peer.link);
		for (const list of [this.#all, this.#list(peer)]) {
			const at = list.indexOf(peer);
			if (at >= 0) list.splice(at, 1);
		}
	}

	/** Queues a whole frame for the peer. It leaves at the end of the present input. */
	send(peer: Peer, frame: Uint8Array): void {
		if (peer.leaving) return;
		peer.queue.put(frame);
		this.#mark(peer);
	}

	/** The link takes bytes again. */
	drained(peer: Peer): void {
		peer.blockedSince = 0;
		this.#mark(peer);
	}

	/** Hands all that waits to the world. */
	flush(): void {
		if (this.#dirty.length === 0) return;
		const dirty = this.#dirty;
		this.#dirty = [];
		for (const peer of dirty) {
			peer.dirty = false;
			if (peer.blockedSince === 0) this.#drain(peer);
		}
	}

	#mark(peer: Peer): void {
		if (peer.dirty) return;
		peer.dirty = true;
		this.#dirty.push(peer);
	}

	#drain(peer: Peer): void {
		if (peer.deflater === undefined) this.#drainPlain(peer);
		else this.#drainDeflated(peer, peer.deflater);
	}

	#drainPlain(peer: Peer): void {
		for (let frame = peer.queue.take(); frame !== undefined; frame = peer.queue.take()) {
			if (!this.#world.send(peer.link, frame)) {
				peer.queue.putBack(frame);
				peer.blockedSince = this.#world.now();
				return;
			}
			peer.messagesOut++;
			peer.bytesOut += frame.length;
		}
	}

	#drainDeflated(peer: Peer, deflater: LinkDeflater): void {
		for (;;) {
			if (peer.pending === undefined) {
				if (peer.queue.empty) return;
				for (let frame = peer.queue.take(); frame !== undefined; frame = peer.queue.take()) {
					deflater.push(frame);
					peer.messagesOut++;
				}
				peer.pending = deflater.flush();
			}
			if (!this.#world.send(peer.link, peer.pending)) {
				peer.blockedSince = this.#world.now();
				return;
			}
			peer.bytesOut += peer.pending.length;
			peer.pending = undefined;
		}
	}

	#list(peer: Peer): Peer[] {
		if (peer.role === 'ultrapeer') return this.ultrapeers;
		return peer.role === 'leaf' ? this.leaves : this.legacies;
	}
}
