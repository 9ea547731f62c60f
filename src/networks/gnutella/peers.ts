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
import type { LinkOwner } from './servent.ts';
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

/** What happens on the links of a servent (conversation.ts). */
export interface Talk {
	received(peer: Peer, bytes: Uint8Array): void;
	drained(peer: Peer): void;
	left(peer: Peer): void;
}

/** A laboratory has a million of these: what few of them need is made when they need it, what each message needs comes first. */
export class Peer implements LinkOwner {
	readonly #talk: Talk;
	leaving = false;
	inflater: LinkInflater | undefined;
	/** Only where a chunk was not just one message. */
	splitter: MessageSplitter | undefined;
	/** Whole milliseconds after `since`: when we heard from it last. Numbers this small need no place of their own. */
	heardAfter = 0;
	bytesIn = 0;
	messagesIn = 0;
	duplicates = 0;
	readonly link: Link;
	readonly role: PeerRole;
	/** BEAR/4: queries that have come further than this are not for it. */
	hopsFlow = 255;
	/** Words that the peer (a leaf: its files; an ultrapeer: its leaves) may answer. */
	table: RouteTable | undefined;
	deflater: LinkDeflater | undefined;
	dirty = false;
	/** The one frame that waits to leave; where there are more, all are in the queue. */
	waiting: Uint8Array | undefined;
	queue: SendQueue | undefined;
	blockedSince = 0;
	messagesOut = 0;
	bytesOut = 0;
	/** A flushed deflate block that the link did not take yet. */
	pending: Uint8Array | undefined;
	readonly remote: Address;
	readonly dialled: boolean;
	readonly agent: string;
	readonly features: Features;
	/** Whole seconds of the world's clock. */
	readonly #since: number;
	readonly listenPort: number;
	tableReader: RouteTableReader | undefined;
	/** Which of our tables it has: publish.ts. */
	sentTable: RouteTable | undefined;
	sentVersion = -1;
	sentAfter = 0;
	sentTables = 0;
	/** It asked us to pass PUSHes on for this GUID (LIME/21). */
	pushProxyFor: Uint8Array | undefined;
	/** The second in which it pinged last, and how often (pongs.ts). */
	pingSecond = 0;
	pings = 0;
	alivePingAfter = 0;
	unanswered = 0;
	refused = 0;

	constructor(given: {
		talk: Talk;
		link: Link;
		remote: Address;
		dialled: boolean;
		role: PeerRole;
		agent: string;
		features: Features;
		now: number;
		listenPort: number;
		inflater?: LinkInflater | undefined;
		deflater?: LinkDeflater | undefined;
	}) {
		this.#talk = given.talk;
		this.link = given.link;
		this.remote = given.remote;
		this.dialled = given.dialled;
		this.role = given.role;
		this.agent = given.agent;
		this.features = given.features;
		this.#since = Math.floor(given.now / 1000);
		this.heardAfter = this.after(given.now);
		this.listenPort = given.listenPort;
		this.inflater = given.inflater;
		this.deflater = given.deflater;
	}

	opened(): void {}

	received(_link: Link, bytes: Uint8Array): void {
		this.#talk.received(this, bytes);
	}

	drained(): void {
		this.#talk.drained(this);
	}

	closed(): void {
		this.#talk.left(this);
	}

	/** Milliseconds of the world's clock, to the second. */
	get since(): number {
		return this.#since * 1000;
	}

	/** Whole milliseconds from `since` to now. */
	after(now: number): number {
		return Math.ceil(now - this.#since * 1000);
	}

	/** Bytes that wait here. */
	get queued(): number {
		return this.waiting?.length ?? this.queue?.bytes ?? 0;
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

const NOBODY: readonly Peer[] = [];
/** As fast to look through as a map, and much smaller. */
const FEW = 16;

export class Peers {
	/** In the order in which they came. Replaced, not changed: whoever goes through one is not disturbed. */
	ultrapeers: readonly Peer[] = NOBODY;
	leaves: readonly Peer[] = NOBODY;
	legacies: readonly Peer[] = NOBODY;
	#all: readonly Peer[] = NOBODY;
	readonly #world: World;
	readonly #queueBytes: number;
	/** Where there are many. */
	#byLink: Map<Link, Peer> | undefined;
	#dirty: Peer[] | undefined;
	/** A queue that is not in use: most links need one now and then. */
	#spare: SendQueue | undefined;

	constructor(world: World, queueBytes: number) {
		this.#world = world;
		this.#queueBytes = queueBytes;
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
		this.#all = this.#all.concat(peer);
		if (this.#byLink !== undefined) this.#byLink.set(peer.link, peer);
		else if (this.#all.length > FEW) this.#byLink = new Map(this.#all.map((one) => [one.link, one]));
		this.#sort(peer.role);
	}

	remove(peer: Peer): void {
		this.#byLink?.delete(peer.link);
		this.#all = this.#all.filter((one) => one !== peer);
		this.#sort(peer.role);
	}

	/** Queues a whole frame for the peer. It leaves at the end of the present input. */
	send(peer: Peer, frame: Uint8Array): void {
		if (peer.leaving) return;
		if (peer.queue === undefined && peer.waiting === undefined) peer.waiting = frame;
		else this.#queue(peer).put(frame);
		this.#mark(peer);
	}

	/** The link takes bytes again. */
	drained(peer: Peer): void {
		peer.blockedSince = 0;
		this.#mark(peer);
	}

	/** Hands all that waits to the world. */
	flush(): void {
		const dirty = this.#dirty;
		if (dirty === undefined) return;
		this.#dirty = undefined;
		for (const peer of dirty) {
			peer.dirty = false;
			if (peer.blockedSince === 0) this.#drain(peer);
		}
	}

	#mark(peer: Peer): void {
		if (peer.dirty) return;
		peer.dirty = true;
		if (this.#dirty === undefined) this.#dirty = [peer];
		else this.#dirty.push(peer);
	}

	#drain(peer: Peer): void {
		if (peer.deflater === undefined) this.#drainPlain(peer);
		else this.#drainDeflated(peer, peer.deflater);
	}

	/** The queue of a peer, with what waits in it. */
	#queue(peer: Peer): SendQueue {
		if (peer.queue === undefined) {
			peer.queue = this.#spare ?? new SendQueue(this.#queueBytes);
			this.#spare = undefined;
			if (peer.waiting !== undefined) peer.queue.put(peer.waiting);
			peer.waiting = undefined;
		}
		return peer.queue;
	}

	#take(peer: Peer): Uint8Array | undefined {
		if (peer.queue === undefined) {
			const frame = peer.waiting;
			peer.waiting = undefined;
			return frame;
		}
		const frame = peer.queue.take();
		if (frame === undefined) {
			this.#spare = peer.queue;
			peer.queue = undefined;
		}
		return frame;
	}

	#drainPlain(peer: Peer): void {
		for (let frame = this.#take(peer); frame !== undefined; frame = this.#take(peer)) {
			if (!this.#world.send(peer.link, frame)) {
				this.#queue(peer).putBack(frame);
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
				if (peer.queued === 0) return;
				for (let frame = this.#take(peer); frame !== undefined; frame = this.#take(peer)) {
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

	#sort(role: PeerRole): void {
		const found = this.#all.filter((peer) => peer.role === role);
		const some = found.length === this.#all.length ? this.#all : found.slice();
		if (role === 'ultrapeer') this.ultrapeers = some;
		else if (role === 'leaf') this.leaves = some;
		else this.legacies = some;
	}
}
