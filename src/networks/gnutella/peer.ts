/**
 * A link after its handshake: what the other end said, what we have told it, what waits to leave, and counts.
 * What happens on it is conversation.ts; how bytes leave is peers.ts.
 */
import type { Address, Link } from '../../world/world.ts';
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
	readonly role: PeerRole;
	readonly agent: string;
	/** Where it listens, on the host that the link comes from; 0: it does not say. */
	readonly listenPort: number;
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

/** A table, and which of its servent's tables it is (publish.ts). */
export interface Published {
	readonly table: RouteTable;
	readonly version: number;
}

/** Of a link on which bytes are deflated, one way or both. */
export interface Deflated {
	readonly inflater: LinkInflater | undefined;
	readonly deflater: LinkDeflater | undefined;
	/** A flushed block that the link did not take yet. */
	pending: Uint8Array | undefined;
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
	/** Whole seconds of the world's clock. */
	readonly #since: number;
	leaving = false;
	readonly deflated: Deflated | undefined;
	/** Only where a chunk was not just one message. */
	splitter: MessageSplitter | undefined;
	/** Whole milliseconds after `since`: when we heard from it last. Numbers this small need no place of their own. */
	heardAfter = 0;
	bytesIn = 0;
	messagesIn = 0;
	duplicates = 0;
	/** BEAR/4: queries that have come further than this are not for it. */
	hopsFlow = 255;
	/** Words that the peer (a leaf: its files; an ultrapeer: its leaves) may answer. */
	table: RouteTable | undefined;
	readonly link: Link;
	dirty = false;
	/** What waits to leave: one frame, or the queue of more. */
	waiting: Uint8Array | SendQueue | undefined;
	blockedSince = 0;
	messagesOut = 0;
	bytesOut = 0;
	readonly remote: Address;
	readonly dialled: boolean;
	readonly features: Features;
	tableReader: RouteTableReader | undefined;
	/** Which of our tables it has: publish.ts. */
	sent: Published | undefined;
	sentAfter = 0;
	sentTables = 0;
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
		features: Features;
		now: number;
		deflated: Deflated | undefined;
	}) {
		this.#talk = given.talk;
		this.link = given.link;
		this.remote = given.remote;
		this.dialled = given.dialled;
		this.features = given.features;
		this.#since = Math.floor(given.now / 1000);
		this.heardAfter = this.after(given.now);
		this.deflated = given.deflated;
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

	/**
	 * A query that another link brought before: it is counted, and nothing else happens. For whoever knows that of
	 * the servent; by the usual way the same is counted in passing. False: it has to go the usual way.
	 */
	repeated(now: number, frame: Uint8Array): boolean {
		if (this.leaving || this.deflated !== undefined || this.splitter !== undefined) return false;
		this.heardAfter = this.after(now);
		this.bytesIn += frame.length;
		this.messagesIn++;
		this.duplicates++;
		return true;
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
		return this.waiting instanceof SendQueue ? this.waiting.bytes : (this.waiting?.length ?? 0);
	}

	get role(): PeerRole {
		return this.features.role;
	}

	/** `host:port` of the link. */
	get name(): string {
		return formatAddress(this.remote);
	}

	/** Where it can be dialled, as far as it said. */
	get listen(): Address {
		const { listenPort } = this.features;
		return listenPort === 0 ? this.remote : { host: this.remote.host, port: listenPort };
	}

	/** Whether it is the servent at this address: by its link, or by what it said. */
	isAt({ host, port }: Address): boolean {
		return this.remote.host === host && (this.remote.port === port || this.features.listenPort === port);
	}
}
