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
import type { Timeline } from './timeline.ts';
import type { Address, Hide, Link } from './world.ts';

/** What an end needs of the net that it is part of. */
export interface Wire {
	readonly timeline: Timeline;
	/** Bytes a second in each direction of a link. */
	readonly bandwidth: number;
	readonly highWater: number;
	readonly window: number;
}

/** What an end needs of the world that it belongs to. */
export interface EndOwner {
	readonly alive: boolean;
	/** Gives an event to the network; its fault closes the link, if one is named. */
	happen(link: Link | undefined, subject: string, event: (network: Network) => void): void;
	forget(link: Link): void;
}

export class VirtualEnd {
	readonly link: Link;
	readonly remote: Address;
	/** Milliseconds, one way. */
	readonly latency: number;
	state: 'opening' | 'open' | 'closing' | 'closed';
	peer: VirtualEnd | undefined;
	readonly traffic = { in: 0, out: 0 };
	readonly #wire: Wire;
	readonly #owner: EndOwner;
	/** Taken before the link was open. */
	#early: Uint8Array[] = [];
	#earlyBytes = 0;
	#outstanding = 0;
	#busyUntil = 0;
	#full = false;
	#paused = false;
	/** Arrived while the link was paused. */
	readonly #inbox: Uint8Array[] = [];
	#end: string | undefined;
	#hide: Hide | undefined;
	#hasSent = false;

	constructor(
		wire: Wire,
		owner: EndOwner,
		link: Link,
		remote: Address,
		latency: number,
		state: 'opening' | 'open',
	) {
		this.#wire = wire;
		this.#owner = owner;
		this.link = link;
		this.remote = remote;
		this.latency = latency;
		this.state = state;
	}

	get queued(): number {
		if (this.state === 'opening') return this.#earlyBytes;
		const wait = this.#busyUntil - this.#wire.timeline.now;
		const waiting = wait > 0 ? (wait * this.#wire.bandwidth) / 1000 : 0;
		return Math.max(waiting, this.#outstanding - this.#wire.window, 0);
	}

	send(bytes: Uint8Array): boolean {
		if (this.state === 'closing' || this.state === 'closed') return true;
		if (this.queued > this.#wire.highWater) {
			this.#full = true;
			return false;
		}
		if (bytes.length === 0) return true;
		// The receiver may patch what arrives, and the sender may send the same bytes to many.
		const copy = new Uint8Array(bytes);
		this.#hide?.(copy);
		this.#hasSent = true;
		if (this.state === 'open') this.#transmit(copy);
		else {
			this.#early.push(copy);
			this.#earlyBytes += copy.length;
		}
		return true;
	}

	seal(hide: Hide): void {
		if (this.#hide || this.#hasSent) throw new Error(`link ${this.link} has sent something already`);
		this.#hide = hide;
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
		for (const bytes of this.#early) this.#transmit(bytes);
		this.#early = [];
		this.#earlyBytes = 0;
		this.#happen((network) => network.opened(this.link, this.remote, true));
	}

	/** The one `closed`: at once, whatever is on its way. */
	finish(why: string): void {
		if (this.state === 'closed') return;
		this.state = 'closed';
		this.#owner.forget(this.link);
		this.#owner.happen(undefined, this.#subject, (network) => network.closed(this.link, why));
	}

	#transmit(bytes: Uint8Array): void {
		const timeline = this.#wire.timeline;
		const starts = Math.max(timeline.now, this.#busyUntil);
		this.#busyUntil = starts + (bytes.length * 1000) / this.#wire.bandwidth;
		this.#outstanding += bytes.length;
		this.traffic.out += bytes.length;
		const peer = this.peer!;
		timeline.at(this.#busyUntil + this.latency, () => peer.#arrive(bytes));
	}

	#arrive(bytes: Uint8Array): void {
		if (!this.#owner.alive) return;
		if (this.state !== 'open') this.peer!.#acknowledge(bytes.length);
		else if (this.#paused || this.#inbox.length > 0) this.#inbox.push(bytes);
		else this.#receive(bytes);
	}

	#receive(bytes: Uint8Array): void {
		this.traffic.in += bytes.length;
		this.peer!.#acknowledge(bytes.length);
		this.#happen((network) => network.received(this.link, bytes));
	}

	#acknowledge(bytes: number): void {
		this.#outstanding -= bytes;
		if (!this.#full || this.queued > this.#wire.highWater / 2) return;
		this.#full = false;
		const timeline = this.#wire.timeline;
		timeline.at(timeline.now + this.latency, () => {
			if (this.state === 'open') this.#happen((network) => network.drained(this.link));
		});
	}

	#readInbox(): void {
		while (!this.#paused && this.state === 'open' && this.#inbox.length > 0) {
			this.#receive(this.#inbox.shift()!);
		}
		if (this.#end !== undefined && !this.#paused) this.finish(this.#end);
	}

	/** The other end has hung up and its last byte is here. */
	#ended(): void {
		if (this.state !== 'open') return;
		if (this.#paused || this.#inbox.length > 0) this.#end = 'closed by peer';
		else this.finish('closed by peer');
	}

	get #subject(): string {
		return `${this.remote.host}:${this.remote.port}`;
	}

	#happen(event: (network: Network) => void): void {
		this.#owner.happen(this.link, this.#subject, event);
	}
}
