/**
 * The servents that this one is linked with, and how bytes get to and from them.
 *
 * A Peer is a link after its handshake. Sending is in two steps: `send` queues a frame and marks the
 * peer; `flush`, which the door calls at the end of each input, hands everything to the world in one
 * go. So a flood of a hundred queries in one chunk is one write (and, with deflate, one flushed block)
 * for each neighbour, and nothing re-enters.
 */
import type { Link, World } from '../../world/world.ts';
import { SendQueue } from './flow.ts';
import type { Deflated, Peer, PeerRole } from './peer.ts';
import type { LinkDeflater } from './wire/deflate.ts';

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
		if (peer.waiting === undefined) peer.waiting = frame;
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
		const { deflated } = peer;
		if (deflated?.deflater === undefined) this.#drainPlain(peer);
		else this.#drainDeflated(peer, deflated, deflated.deflater);
	}

	/** The queue of a peer, with what waits in it. */
	#queue(peer: Peer): SendQueue {
		const { waiting } = peer;
		if (waiting instanceof SendQueue) return waiting;
		const queue = new SendQueue(this.#queueBytes);
		if (waiting !== undefined) queue.put(waiting);
		peer.waiting = queue;
		return queue;
	}

	#take(peer: Peer): Uint8Array | undefined {
		const { waiting } = peer;
		const frame = waiting instanceof SendQueue ? waiting.take() : waiting;
		if (frame === undefined || frame === waiting) peer.waiting = undefined;
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

	#drainDeflated(peer: Peer, deflated: Deflated, deflater: LinkDeflater): void {
		for (;;) {
			if (deflated.pending === undefined) {
				if (peer.queued === 0) return;
				for (let frame = this.#take(peer); frame !== undefined; frame = this.#take(peer)) {
					deflater.push(frame);
					peer.messagesOut++;
				}
				deflated.pending = deflater.flush();
			}
			if (!this.#world.send(peer.link, deflated.pending)) {
				peer.blockedSince = this.#world.now();
				return;
			}
			peer.bytesOut += deflated.pending.length;
			deflated.pending = undefined;
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
