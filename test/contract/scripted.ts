import type { Network } from '../../src/networks/network.ts';
import type { Address, Link, World } from '../../src/world/world.ts';

export interface Happening {
	readonly what: 'opened' | 'received' | 'drained' | 'closed' | 'datagram' | 'tick';
	readonly link?: Link;
	readonly remote?: Address;
	readonly dialled?: boolean;
	readonly bytes?: Uint8Array;
	readonly why?: string;
	/** The world's time at the event. */
	readonly at: number;
}

/** A network that writes down what happens to it, and does what a test tells it to do on each event. */
export class Scripted implements Network {
	readonly name = 'gnutella';
	readonly events: Happening[] = [];
	/** What to do in an event, after it was written down. */
	on: Partial<Omit<Network, 'name'>> = {};
	readonly #world: World;

	constructor(world: World) {
		this.#world = world;
	}

	opened(link: Link, remote: Address, dialled: boolean): void {
		this.#note({ what: 'opened', link, remote, dialled });
		this.on.opened?.(link, remote, dialled);
	}

	received(link: Link, bytes: Uint8Array): void {
		this.#note({ what: 'received', link, bytes });
		this.on.received?.(link, bytes);
	}

	drained(link: Link): void {
		this.#note({ what: 'drained', link });
		this.on.drained?.(link);
	}

	closed(link: Link, why: string): void {
		this.#note({ what: 'closed', link, why });
		this.on.closed?.(link, why);
	}

	datagram(remote: Address, bytes: Uint8Array): void {
		this.#note({ what: 'datagram', remote, bytes });
		this.on.datagram?.(remote, bytes);
	}

	tick(): void {
		this.#note({ what: 'tick' });
		this.on.tick?.();
	}

	of(what: Happening['what'], link?: Link): Happening[] {
		return this.events.filter((event) => event.what === what && (link === undefined || event.link === link));
	}

	/** All bytes that arrived on a link, in one piece. */
	heard(link: Link): Uint8Array {
		return new Uint8Array(Buffer.concat(this.of('received', link).map(({ bytes }) => bytes!)));
	}

	/** The links that were accepted, in order. */
	accepted(): Link[] {
		return this.of('opened').flatMap(({ dialled, link }) => (dialled ? [] : [link!]));
	}

	#note(event: Omit<Happening, 'at'>): void {
		this.events.push({ ...event, at: this.#world.now() });
	}
}

export function text(bytes: Uint8Array): string {
	return Buffer.from(bytes).toString('latin1');
}

export function bytesOf(words: string): Uint8Array {
	return new Uint8Array(Buffer.from(words, 'latin1'));
}
