/**
 * Links that others have opened: we say "1", they say what they want. So many at once, and each says it in time and in
 * few bytes.
 */
import { ConnectionFlood } from '../../defence/connection-flood.ts';
import { isRefusal } from '../../evidence/refusal.ts';
import type { Address, Link } from '../../world/world.ts';
import { formatAddress } from '../common/address.ts';
import type { Requests } from './requests.ts';
import type { Retrieve } from './retrieve.ts';
import type { Serve } from './serve.ts';
import type { Servent } from './servent.ts';
import { decodeGreeting, hello } from './wire/peer.ts';

interface Stranger {
	readonly remote: Address;
	readonly since: number;
	said: Uint8Array;
}

export interface GreetParts {
	readonly requests: Requests;
	readonly retrieve: Retrieve;
	readonly serve: Serve;
}

export class Greet {
	readonly #servent: Servent;
	readonly #parts: GreetParts;
	readonly #flood: ConnectionFlood;
	readonly #strangers = new Map<Link, Stranger>();

	constructor(servent: Servent, parts: GreetParts) {
		this.#servent = servent;
		this.#parts = parts;
		this.#flood = new ConnectionFlood(!(servent.options.defencesOff ?? []).includes('connection-flood'));
	}

	accepted(link: Link, remote: Address): void {
		const { world, limits } = this.#servent;
		const now = world.now();
		const isCrowd = this.#strangers.size >= limits.askers;
		const why = isCrowd ? 'opennap.peers.crowd' : this.#flood.connects(now, remote.host);
		if (why !== undefined) return this.#refuse(link, remote, why);
		this.#strangers.set(link, { remote, since: now, said: new Uint8Array(0) });
		world.send(link, hello);
	}

	received(link: Link, bytes: Uint8Array): void {
		const stranger = this.#strangers.get(link);
		if (stranger === undefined) return;
		const { remote } = stranger;
		stranger.said = Buffer.concat([stranger.said, bytes]);
		const greeting = decodeGreeting(stranger.said);
		if (greeting === undefined) return;
		this.#strangers.delete(link);
		if (isRefusal(greeting)) return this.#refuse(link, remote, 'opennap.peers.greeting', greeting.detail);
		if (greeting.word === 'GET') return this.#parts.serve.asked(link, remote, greeting);
		const pending = this.#parts.requests.brought(greeting.nick, greeting.path);
		if (pending === undefined) return this.#refuse(link, remote, 'opennap.peers.unasked', greeting.word);
		this.#parts.retrieve.brought(link, remote, pending, greeting.number);
	}

	closed(link: Link): void {
		this.#strangers.delete(link);
	}

	tick(now: number): void {
		for (const [link, { since, remote }] of this.#strangers) {
			if (now - since < this.#servent.limits.greetingSeconds * 1000) break;
			this.#strangers.delete(link);
			this.#refuse(link, remote, 'opennap.peers.greeting', 'nothing in time');
		}
	}

	#refuse(link: Link, remote: Address, why: string, detail?: string): void {
		this.#servent.refuse(why, formatAddress(remote), detail);
		this.#servent.world.hangup(link, 'not now');
	}
}
