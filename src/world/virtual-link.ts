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
import type { Frames } from './virtual-frames.ts';
import type { VirtualLinks } from './virtual-links.ts';
import { type Page, State } from './virtual-rows.ts';
import type { Address, Hide, Link } from './world.ts';

/** What an end needs of the net that it is part of. */
export interface Wire {
	readonly timeline: Timeline;
	/** Bytes a second in each direction of a link. */
	readonly bandwidth: number;
	readonly highWater: number;
	readonly window: number;
	readonly frames: Frames;
	readonly links: VirtualLinks;
}

/** What an end needs of the world that it belongs to. */
export interface EndOwner {
	readonly alive: boolean;
	readonly net: Wire;
	/** Gives bytes to the network; its fault closes the link. */
	received(link: Link, bytes: Uint8Array): void;
	/** Gives another event to the network; its fault closes the link, if one is named. */
	happen(link: Link | undefined, subject: string, event: (network: Network) => void): void;
	forget(end: VirtualEnd): void;
}

/** What only links need that are opening, narrow, paused or sealed. */
class Strain {
	hide: Hide | undefined;
	/** Taken before the link was open. */
	early: Uint8Array[] = [];
	busyUntil = 0;
	full = false;
	/** The other end waits for us to read. */
	awaited = false;
	paused = false;
	/** Arrived while the link was paused. */
	inbox: Uint8Array[] = [];
	end: string | undefined;
}

/** While nothing strains it there is only its row, and a laboratory has a million of those (virtual-rows.ts). */
export class VirtualEnd {
	readonly owner: EndOwner;
	readonly link: Link;
	readonly remote: Address;
	readonly #page: Page;
	#strain: Strain | undefined;

	/** Its row has begun. */
	constructor(owner: EndOwner, link: Link, remote: Address, page: Page) {
		this.owner = owner;
		this.link = link;
		this.remote = remote;
		this.#page = page;
	}

	get state(): State {
		return this.#page.state(this.link);
	}

	set state(state: State) {
		this.#page.setState(this.link, state);
	}

	/** The other end, until it is closed. */
	get peer(): VirtualEnd | undefined {
		return this.owner.net.links.get(this.#page.peer(this.link));
	}

	isLinkedWith(peer: VirtualEnd): void {
		this.#page.setPeer(this.link, peer.link);
	}

	/** Milliseconds, one way. */
	get latency(): number {
		return this.#page.latency(this.link);
	}

	/** Read here, or lost with what it came to. */
	get bytesIn(): number {
		return this.#page.bytesIn(this.link);
	}

	get bytesOut(): number {
		return this.#page.bytesOut(this.link);
	}

	get queued(): number {
		if (this.state === State.Opening) return lengthOf(this.#strain?.early);
		const { timeline, bandwidth, window } = this.owner.net;
		const strain = this.#strain;
		const wait = strain === undefined ? 0 : strain.busyUntil - timeline.now;
		const waiting = wait > 0 ? (wait * bandwidth) / 1000 : 0;
		// The other end is only looked at where it could matter.
		if (this.#page.unread(this.link) <= window) return waiting;
		this.#look();
		return Math.max(waiting, this.#page.unread(this.link) - window, 0);
	}

	/** At what the other end has read. */
	#look(): void {
		const peer = this.#page.peer(this.link);
		this.#page.setRead(this.link, this.owner.net.links.page(peer)?.bytesIn(peer) ?? this.bytesOut);
	}

	get #strained(): Strain {
		this.#page.beCareful(this.link);
		return (this.#strain ??= new Strain());
	}

	get subject(): string {
		return `${this.remote.host}:${this.remote.port}`;
	}

	send(bytes: Uint8Array): boolean {
		if (this.state === State.Closing || this.state === State.Closed) return true;
		const { net } = this.owner;
		if (this.queued > net.highWater) {
			this.#strained.full = true;
			this.peer?.isAwaited();
			return false;
		}
		if (bytes.length === 0) return true;
		const hide = this.#strain?.hide;
		if (this.state !== State.Open)
			this.#strained.early.push(hide === undefined ? bytes : hidden(bytes, hide));
		else if (hide === undefined) this.#transmit(bytes.length, net.frames.put(bytes));
		else this.#transmit(bytes.length, net.frames.putOwn(hidden(bytes, hide)));
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
		if (this.state === State.Closing || this.state === State.Closed) return;
		this.state = State.Closing;
		const { timeline } = this.owner.net;
		const flushed = Math.max(timeline.now, this.#strain?.busyUntil ?? 0);
		timeline.at(flushed, () => this.finish(why));
		if (this.#page.peer(this.link) > 0) timeline.at(flushed + this.latency, () => this.peer?.ended());
	}

	/** The answer to a dial has come: `opened`, and what was sent early leaves. */
	open(): void {
		if (this.state !== State.Opening) return;
		this.state = State.Open;
		const strain = this.#strain;
		const { frames } = this.owner.net;
		for (const bytes of strain?.early.splice(0) ?? []) this.#transmit(bytes.length, frames.put(bytes));
		if (strain?.full === true) this.peer?.isAwaited();
		this.#happen((network) => network.opened(this.link, this.remote, true));
		this.owner.net.links.rest(this.link);
	}

	/** The one `closed`: at once, whatever is on its way. */
	finish(why: string): void {
		if (this.state === State.Closed) return;
		this.state = State.Closed;
		this.owner.forget(this);
		this.owner.happen(undefined, this.subject, (network) => network.closed(this.link, why));
	}

	/** Bytes arrive that the net has not given to the network itself. */
	arrive(bytes: Uint8Array): void {
		if (this.#strain !== undefined && this.state === State.Open && this.#isHeld(this.#strain))
			this.#strain.inbox.push(bytes);
		else this.#receive(bytes);
	}

	#transmit(bytes: number, frame: number): void {
		const { timeline, bandwidth } = this.owner.net;
		const link = this.#page.peer(this.link);
		this.#page.went(this.link, bytes);
		if (bandwidth === Infinity) return timeline.frameAt(timeline.now + this.latency, link, frame);
		const strain = this.#strained;
		strain.busyUntil = Math.max(timeline.now, strain.busyUntil) + (bytes * 1000) / bandwidth;
		timeline.frameAt(strain.busyUntil + this.latency, link, frame);
	}

	#isHeld({ paused, inbox }: Strain): boolean {
		return paused || inbox.length > 0;
	}

	#receive(bytes: Uint8Array): void {
		this.#page.came(this.link, bytes.length);
		if (this.#strain?.awaited === true) {
			this.#strain.awaited = false;
			this.peer?.acknowledged();
		}
		if (this.state === State.Open) this.owner.received(this.link, bytes);
	}

	/** The other end has read something while we were full. */
	acknowledged(): void {
		const strain = this.#strained;
		if (!strain.full) return;
		this.#look();
		const { timeline, highWater } = this.owner.net;
		if (this.queued > highWater / 2) {
			this.peer?.isAwaited();
			return;
		}
		strain.full = false;
		timeline.at(timeline.now + this.latency, () => {
			if (this.state === State.Open) this.#happen((network) => network.drained(this.link));
		});
	}

	/** The other end waits for us to read. */
	isAwaited(): void {
		this.#strained.awaited = true;
	}

	#readInbox(): void {
		const strain = this.#strained;
		while (!strain.paused && this.state === State.Open && strain.inbox.length > 0)
			this.#receive(strain.inbox.shift()!);
		if (strain.end !== undefined && !strain.paused) this.finish(strain.end);
	}

	/** The other end has hung up and its last byte is here. */
	ended(): void {
		if (this.state !== State.Open) return;
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
