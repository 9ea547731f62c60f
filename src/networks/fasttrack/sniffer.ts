/**
 * An accepted link before anyone knows what it is: one port takes three kinds of first bytes. "GET " asks for a
 * file, "GIVE" is a call-back that we wanted, anything else is a leaf, where we are a super-node.
 */
import type { Address, Link } from '../../world/world.ts';
import { formatAddress } from '../common/address.ts';
import { text } from '../common/lines.ts';
import { ours } from './limits.ts';
import type { LinkOwner, Servent } from './servent.ts';

const enough = 4;

export interface Destinations {
	asker(link: Link, remote: Address): void;
	giver(link: Link, remote: Address): void;
	/** undefined: we are no super-node. */
	readonly leaf: ((link: Link, remote: Address) => void) | undefined;
	/** Passes bytes to whoever owns the link now. */
	received(link: Link, bytes: Uint8Array): void;
}

export class Sniffer implements LinkOwner {
	readonly #servent: Servent;
	readonly #to: Destinations;
	readonly #waiting = new Map<Link, { bytes: Uint8Array; readonly remote: Address; readonly at: number }>();

	constructor(servent: Servent, to: Destinations) {
		this.#servent = servent;
		this.#to = to;
	}

	opened(link: Link, remote: Address): void {
		const { world } = this.#servent;
		if (this.#waiting.size >= ours.askers) return world.hangup(link, 'too many links say nothing');
		this.#waiting.set(link, { bytes: new Uint8Array(0), remote, at: world.now() });
	}

	received(link: Link, bytes: Uint8Array): void {
		const one = this.#waiting.get(link);
		if (one === undefined) return;
		const all = new Uint8Array(one.bytes.length + bytes.length);
		all.set(one.bytes);
		all.set(bytes, one.bytes.length);
		one.bytes = all;
		if (all.length < enough) return;
		this.#waiting.delete(link);
		const word = text(all, 0, enough);
		if (word === 'GET ') this.#to.asker(link, one.remote);
		else if (word === 'GIVE') this.#to.giver(link, one.remote);
		else if (this.#to.leaf !== undefined) this.#to.leaf(link, one.remote);
		else {
			this.#servent.refuse('fasttrack.handshake.foreign', formatAddress(one.remote));
			return this.#servent.world.hangup(link, 'this is no super-node');
		}
		this.#to.received(link, all);
	}

	drained(): void {}

	closed(link: Link): void {
		this.#waiting.delete(link);
	}

	tick(now: number): void {
		for (const [link, { at, remote }] of this.#waiting) {
			if (now - at < ours.requestSeconds * 1000) continue;
			this.#waiting.delete(link);
			this.#servent.refuse('fasttrack.http.slow', formatAddress(remote), 'no first word');
			this.#servent.world.hangup(link, 'nothing was said in time');
		}
	}
}
