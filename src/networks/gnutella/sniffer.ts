/**
 * An accepted link before anyone knows what it is: its first bytes tell. GNUTELLA is a handshake, GET and
 * HEAD are retrieval, GIV answers a PUSH of ours. Anything else, and silence, is hung up on.
 */
import type { Address, Link } from '../../world/world.ts';
import { formatAddress } from '../common/address.ts';
import type { LinkOwner, Servent } from './servent.ts';

export interface Destinations {
	handshake(link: Link, remote: Address): void;
	serve(link: Link, remote: Address): void;
	given(link: Link, remote: Address): void;
}

/** Links of a servent that have not said yet what they are. */
export class Sniffers {
	readonly #servent: Servent;
	readonly #destinations: Destinations;
	readonly #sniffers = new Map<Link, Sniffer>();

	constructor(servent: Servent, destinations: Destinations) {
		this.#servent = servent;
		this.#destinations = destinations;
	}

	get size(): number {
		return this.#sniffers.size;
	}

	add(link: Link, remote: Address, deadline: number): LinkOwner {
		const { handshake, serve, given } = this.#destinations;
		const done = (): boolean => this.#sniffers.delete(link);
		const sniffer = new Sniffer(this.#servent, {
			remote,
			deadline,
			received: (to, bytes) => this.#servent.ownerOf(to)?.received(to, bytes),
			destinations: {
				handshake: (to, from) => done() && handshake(to, from),
				serve: (to, from) => done() && serve(to, from),
				given: (to, from) => done() && given(to, from),
			},
			gone: () => void done(),
		});
		this.#sniffers.set(link, sniffer);
		return sniffer;
	}

	tick(now: number): void {
		for (const [link, sniffer] of this.#sniffers) {
			if (now < sniffer.deadline) continue;
			this.#sniffers.delete(link);
			sniffer.late();
		}
	}
}

/** All greetings differ within their first four letters. */
const ENOUGH = 4;

class Sniffer implements LinkOwner {
	readonly #servent: Servent;
	readonly #remote: Address;
	readonly #destinations: Destinations;
	/** Passes bytes to whoever owns the link now. */
	readonly #received: (link: Link, bytes: Uint8Array) => void;
	readonly deadline: number;
	readonly #gone: () => void;
	#link: Link = -1;
	#offered = false;
	#bytes: Uint8Array = new Uint8Array(0);

	constructor(
		servent: Servent,
		given: {
			remote: Address;
			destinations: Destinations;
			received: (link: Link, bytes: Uint8Array) => void;
			deadline: number;
			/** The link has closed before it said what it is. */
			gone: () => void;
		},
	) {
		this.#servent = servent;
		this.#remote = given.remote;
		this.#destinations = given.destinations;
		this.#received = given.received;
		this.deadline = given.deadline;
		this.#gone = given.gone;
	}

	opened(link: Link): void {
		this.#link = link;
	}

	received(link: Link, bytes: Uint8Array): void {
		// Whoever it was offered to has refused it: it is being hung up.
		if (this.#offered) return;
		const all = new Uint8Array(this.#bytes.length + bytes.length);
		all.set(this.#bytes);
		all.set(bytes, this.#bytes.length);
		this.#bytes = all;
		if (all.length < ENOUGH) return;
		this.#offered = true;
		const greeting = String.fromCharCode(...all.subarray(0, ENOUGH));
		if (greeting === 'GNUT') this.#destinations.handshake(link, this.#remote);
		else if (greeting === 'GET ' || greeting === 'HEAD') this.#destinations.serve(link, this.#remote);
		else if (greeting === 'GIV ') this.#destinations.given(link, this.#remote);
		else {
			this.#servent.refuse('gnutella.link.unknown', formatAddress(this.#remote), printable(greeting));
			return this.#servent.world.hangup(link, 'what came is neither Gnutella nor HTTP');
		}
		this.#received(link, all);
	}

	drained(): void {}

	closed(): void {
		this.#gone();
	}

	/** Nothing was said in time. */
	late(): void {
		this.#servent.refuse('gnutella.handshake.slow', formatAddress(this.#remote), 'no first word');
		this.#servent.world.hangup(this.#link, 'nothing was said in time');
	}
}

function printable(text: string): string {
	return text.replace(/[^\x20-\x7e]/g, '.');
}
