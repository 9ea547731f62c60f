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
import type { Address, Hide, Link } from './world.ts';

/** What an end needs of the net that it is part of. */
export interface Wire {
	readonly timeline: Timeline;
	/** Bytes a second in each direction of a link. */
	readonly bandwidth: number;
	readonly highWater: number;
	readonly window: number;
	/** The bytes as they travel: a copy, since the sender may send them to others and the receiver may patch them. */
	onTheWay(bytes: Uint8Array): Uint8Array;
}

/** What an end needs of the world that it belongs to. */
export interface EndOwner {
	readonly alive: boolean;
	readonly net: Wire;
	/** Gives bytes to the network; its fault closes the link. */
	received(end: VirtualEnd, bytes: Uint8Array): void;
	/** Gives another event to the network; its fault closes the link, if one is named. */
	happen(link: Link | undefined, subject: string, event: (network: Network) => void): void;
	forget(end: VirtualEnd): void;
}

/** What only links need that are opening, narrow, paused or sealed. */
class Strain {
	hide: Hide | undefined;
	/** Taken before the link was open. */
	early: Uint8Array[] = [];
	/** Of our bytes, those that the other end had read when we last looked. */
	read = 0;
	busyUntil = 0;
	full = false;
	/** The other end waits for us to read. */
	awaited = false;
	paused = false;
	/** Arrived while the link was paused. */
	inbox: Uint8Array[] = [];
	end: string | undefined;
}

/** A laboratory has a million of these. */
export class VirtualEnd implements Due {
	state: 'opening' | 'open' | 'closing' | 'closed' = 'opening';
	readonly owner: EndOwner;
	readonly link: Link;
	#strain: Strain | undefined;
	/** Read here, or lost with what it came to. */
	bytesIn = 0;
	bytesOut = 0;
	peer: VirtualEnd | undefined;
	/** Milliseconds, one way. */
	readonly latency: number;
	readonly remote: Address;

	constructor(owner: EndOwner, link: Link, remote: Address, latency: number) {
		this.owner = owner;
		this.link = link;
		this.remote = remote;
		this.latency = latency;
	}

	get queued(): number {
		if (this.state === 'opening') return lengthOf(this.#strain?.early);
		const { timeline, bandwidth, window } = this.owner.net;
		const strain = this.#strain;
		const wait = strain === undefined ? 0 : strain.busyUntil - timeline.now;
		const waiting = wait > 0 ? (wait * bandwidth) / 1000 : 0;
		// The other end is only looked at where it could matter.
		if (this.bytesOut - (strain?.read ?? 0) <= window) return waiting;
		const read = (this.#strained.read = this.peer!.bytesIn);
		return Math.max(waiting, this.bytesOut - read - window, 0);
	}

	get #strained(): Strain {
		return (this.#strain ??= new Strain());
	}

	get subject(): string {
		return `${this.remote.host}:${this.remote.port}`;
	}

	send(bytes: Uint8Array): boolean {
		if (this.state === 'closing' || this.state === 'closed') return true;
		const { net } = this.owner;
		if (this.queued > net.highWater) {
			this.#strained.full = true;
			if (this.peer !== undefined) this.peer.#strained.awaited = true;
			return false;
		}
		if (bytes.length === 0) return true;
		const travelling =
			this.#strain?.hide === undefined ? net.onTheWay(bytes) : hidden(bytes, this.#strain.hide);
		if (this.state === 'open') this.#transmit(travelling);
		else this.#strained.early.push(travelling);
		return true;
	}

	seal(hide: Hide): void {
		const { early, hide: before } = this.#strained;
		if (before !== undefined || early.length > 0 || this.bytesOut > 0)
			throw new Error(`link ${this.link} has sent something already`);
		this.#strained.hide = hide;
	}

	pause(paused: boolean): void {
		this.#strained.paused = paused;
		const { timeline } = this.owner.net;
		if (!paused) timeline.at(timeline.now, () => this.#readInbox());
	}

	hangup(why: string): void {
		if (this.state === 'closing' || this.state === 'closed') return;
		this.state = 'closing';
		const { timeline } = this.owner.net;
		const flushed = Math.max(timeline.now, this.#strain?.busyUntil ?? 0);
		timeline.at(flushed, () => this.finish(why));
		const peer = this.peer;
		if (peer) timeline.at(flushed + this.latency, () => peer.#ended());
	}

	/** The answer to a dial has come: `opened`, and what was sent early leaves. */
	open(): void {
		if (this.state !== 'opening') return;
		this.state = 'open';
		const strain = this.#strain;
		for (const bytes of strain?.early.splice(0) ?? []) this.#transmit(bytes);
		if (strain?.full === true) this.peer!.#strained.awaited = true;
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
		if (this.#strain !== undefined && this.state === 'open' && this.#isHeld(this.#strain))
			this.#strain.inbox.push(bytes);
		else this.#receive(bytes);
	}

	#transmit(bytes: Uint8Array): void {
		const { timeline, bandwidth } = this.owner.net;
		this.bytesOut += bytes.length;
		if (bandwidth === Infinity) return timeline.dueAt(timeline.now + this.latency, this.peer!, bytes);
		const strain = this.#strained;
		strain.busyUntil = Math.max(timeline.now, strain.busyUntil) + (bytes.length * 1000) / bandwidth;
		timeline.dueAt(strain.busyUntil + this.latency, this.peer!, bytes);
	}

	#isHeld({ paused, inbox }: Strain): boolean {
		return paused || inbox.length > 0;
	}

	#receive(bytes: Uint8Array): void {
		this.bytesIn += bytes.length;
		if (this.#strain?.awaited === true) {
			this.#strain.awaited = false;
			this.peer!.#acknowledged();
		}
		if (this.state === 'open') this.owner.received(this, bytes);
	}

	/** The other end has read something while we were full. */
	#acknowledged(): void {
		const strain = this.#strained;
		if (!strain.full) return;
		strain.read = this.peer!.bytesIn;
		const { timeline, highWater } = this.owner.net;
		if (this.queued > highWater / 2) {
			this.peer!.#strained.awaited = true;
			return;
		}
		strain.full = false;
		timeline.at(timeline.now + this.latency, () => {
			if (this.state === 'open') this.#happen((network) => network.drained(this.link));
		});
	}

	#readInbox(): void {
		const strain = this.#strained;
		while (!strain.paused && this.state === 'open' && strain.inbox.length > 0)
			this.#receive(strain.inbox.shift()!);
		if (strain.end !== undefined && !strain.paused) this.finish(strain.end);
	}

	/** The other end has hung up and its last byte is here. */
	#ended(): void {
		if (this.state !== 'open') return;
		if (this.#strain !== undefined && this.#isHeld(this.#strain)) this.#strain.end = 'closed by peer';
		else this.finish('closed by peer');
	}

	#happen(event: (network: Network) => void): void {
		this.owner.happen(this.link, this.subject, event);
	}
}

function hidden(bytes: Uint8Array, hide: Hide): Uint8Array {
	const copy = new Uint8Array(bytes);
	hide(copy);
	return copy;
}

function lengthOf(all: readonly Uint8Array[] | undefined): number {
	return all === undefined ? 0 : all.reduce((sum, { length }) => sum + length, 0);
}
