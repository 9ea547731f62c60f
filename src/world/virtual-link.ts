/**
 * One end of a link between two virtual worlds, and how bytes get from it to the other end.
 *
 * Bytes leave one after the other at the bandwidth of the link and arrive a latency later, in order and
 * without loss (that is TCP's promise, kept here by fiat). Bytes that were sent but not yet read by the
 * other end are outstanding. The kernels in between hold a window of them; what is beyond the window, or
 * has not left for lack of bandwidth, is queued at the sender: what World.queued counts, and what makes
 * send answer false. So a reader that pauses fills the window first and the sender's queue next.
 *
 * The end of a link travels behind its bytes. A reset overtakes them, and what was on its way is lost.
 */
import type { Network } from '../networks/network.ts';
import type { Due, Timeline } from './timeline.ts';
import type { Address, Link } from './world.ts';

/** What an end needs of the net that it is part of. */
export interface Wire {
	readonly timeline: Timeline;
	/** Bytes a second in each direction of a link. */
	readonly bandwidth: number;
	readonly highWater: number;
	readonly window: number;
	/** The bytes as they travel: nobody changes them. */
	onTheWay(bytes: Uint8Array): Uint8Array;
}

/** What an end needs of the world that it belongs to. */
export interface EndOwner {
	readonly alive: boolean;
	/** Gives bytes to the network; its fault closes the link. */
	received(end: VirtualEnd, bytes: Uint8Array): void;
	/** Gives another event to the network; its fault closes the link, if one is named. */
	happen(link: Link | undefined, subject: string, event: (network: Network) => void): void;
	forget(end: VirtualEnd): void;
}

/** A laboratory has a million of these: what few of them need is made when they need it. */
export class VirtualEnd implements Due {
	readonly link: Link;
	readonly remote: Address;
	/** Milliseconds, one way. */
	readonly latency: number;
	readonly owner: EndOwner;
	state: 'opening' | 'open' | 'closing' | 'closed' = 'opening';
	peer: VirtualEnd | undefined;
	/** Read here, or lost with what it came to. */
	bytesIn = 0;
	bytesOut = 0;
	readonly #wire: Wire;
	/** Of our bytes, those that the other end had read when we last looked. */
	#read = 0;
	#busyUntil = 0;
	#full = false;
	/** The other end waits for us to read. */
	#awaited = false;
	#paused = false;
	/** Taken before the link was open. */
	#early: Uint8Array[] | undefined;
	/** Arrived while the link was paused. */
	#inbox: Uint8Array[] | undefined;
	#end: string | undefined;

	constructor(wire: Wire, owner: EndOwner, link: Link, remote: Address, latency: number) {
		this.#wire = wire;
		this.owner = owner;
		this.link = link;
		this.remote = remote;
		this.latency = latency;
	}

	get queued(): number {
		if (this.state === 'opening') return lengthOf(this.#early);
		const { timeline, bandwidth, window } = this.#wire;
		const wait = this.#busyUntil - timeline.now;
		const waiting = wait > 0 ? (wait * bandwidth) / 1000 : 0;
		// The other end is only looked at where it could matter.
		if (this.bytesOut - this.#read > window) this.#read = this.peer!.bytesIn;
		return Math.max(waiting, this.bytesOut - this.#read - window, 0);
	}

	get subject(): string {
		return `${this.remote.host}:${this.remote.port}`;
	}

	send(bytes: Uint8Array): boolean {
		if (this.state === 'closing' || this.state === 'closed') return true;
		if (this.queued > this.#wire.highWater) {
			this.#full = true;
			if (this.peer !== undefined) this.peer.#awaited = true;
			return false;
		}
		if (bytes.length === 0) return true;
		const travelling = this.#wire.onTheWay(bytes);
		if (this.state === 'open') this.#transmit(travelling);
		else (this.#early ??= []).push(travelling);
		return true;
	}

	pause(paused: boolean): void {
		this.#paused = paused;
		if (!paused) this.#wire.timeline.at(this.#wire.timeline.now, () => this.#readInbox());
	}

	hangup(why: string): void {
		if (this.state === 'closing' || this.state === 'closed') return;
		this.state = 'closing';
		const flushed = Math.max(this.#wire.timeline.now, this.#busyUntil);
		this.#wire.timeline.at(flushed, () => this.finish(why));
		const peer = this.peer;
		if (peer) this.#wire.timeline.at(flushed + this.latency, () => peer.#ended());
	}

	/** The answer to a dial has come: `opened`, and what was sent early leaves. */
	open(): void {
		if (this.state !== 'opening') return;
		this.state = 'open';
		for (const bytes of this.#early ?? []) this.#transmit(bytes);
		this.#early = undefined;
		if (this.#full) this.peer!.#awaited = true;
		this.#happen((network) => network.opened(this.link, this.remote, true));
	}

	/** The one `closed`: at once, whatever is on its way. */
	finish(why: string): void {
		if (this.state === 'closed') return;
		this.state = 'closed';
		this.owner.forget(this);
		this.owner.happen(undefined, this.subject, (network) => network.closed(this.link, why));
	}

	/** Bytes arrive. */
	due(bytes: Uint8Array): void {
		if (!this.owner.alive) return;
		if (this.state !== 'open') this.#take(bytes);
		else if (this.#paused || this.#inbox !== undefined) (this.#inbox ??= []).push(bytes);
		else this.#receive(bytes);
	}

	#transmit(bytes: Uint8Array): void {
		const { timeline, bandwidth } = this.#wire;
		this.bytesOut += bytes.length;
		if (bandwidth === Infinity) return timeline.dueAt(timeline.now + this.latency, this.peer!, bytes);
		const starts = Math.max(timeline.now, this.#busyUntil);
		this.#busyUntil = starts + (bytes.length * 1000) / bandwidth;
		timeline.dueAt(this.#busyUntil + this.latency, this.peer!, bytes);
	}

	#receive(bytes: Uint8Array): void {
		this.#take(bytes);
		this.owner.received(this, bytes);
	}

	#take(bytes: Uint8Array): void {
		this.bytesIn += bytes.length;
		if (!this.#awaited) return;
		this.#awaited = false;
		this.peer!.#acknowledged();
	}

	/** The other end has read something while we were full. */
	#acknowledged(): void {
		if (!this.#full) return;
		this.#read = this.peer!.bytesIn;
		if (this.queued > this.#wire.highWater / 2) {
			this.peer!.#awaited = true;
			return;
		}
		this.#full = false;
		const { timeline } = this.#wire;
		timeline.at(timeline.now + this.latency, () => {
			if (this.state === 'open') this.#happen((network) => network.drained(this.link));
		});
	}

	#readInbox(): void {
		while (!this.#paused && this.state === 'open' && this.#inbox !== undefined) {
			const bytes = this.#inbox.shift()!;
			if (this.#inbox.length === 0) this.#inbox = undefined;
			this.#receive(bytes);
		}
		if (this.#end !== undefined && !this.#paused) this.finish(this.#end);
	}

	/** The other end has hung up and its last byte is here. */
	#ended(): void {
		if (this.state !== 'open') return;
		if (this.#paused || this.#inbox !== undefined) this.#end = 'closed by peer';
		else this.finish('closed by peer');
	}

	#happen(event: (network: Network) => void): void {
		this.owner.happen(this.link, this.subject, event);
	}
}

function lengthOf(all: readonly Uint8Array[] | undefined): number {
	return all === undefined ? 0 : all.reduce((sum, { length }) => sum + length, 0);
}
