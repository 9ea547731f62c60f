/**
 * Credits: what users have given us and got from us, kept by user hash and the key that proved it (secure-identity.ts). The
 * ratio of the two is the weight of their wishes in the node's queue. The rules:
 *
 * - Only who has proven his key on this link is credited and has credit. A user hash alone is told to everybody.
 * - Received counts as it came over the link, so that a packed megabyte of zeros is worth its kilobyte; what turns out to
 *   be false is taken off again.
 * - Nothing is kept of who has neither given nor got, so inventing users costs us no memory.
 * - After 150 days without a sign they are forgotten, as everywhere in this network.
 */
import { hex } from '../common/hash.ts';
import type { Credit, CreditBook } from './accounts.ts';
import type { Client } from './client.ts';
import type { Peer } from './peers.ts';

const MEGABYTE = 1_048_576;
/** Who has given less has no advantage. */
const LEAST = 1_000_000;
const MOST = 10;
const SAVED_EVERY = 60_000;

/** The field's formula: twice what we got for what we gave, but not more than the root of the megabytes and two; 1 to 10. */
export function ratioOf({ received, sent }: Pick<Credit, 'received' | 'sent'>): number {
	if (received < LEAST) return 1;
	const balance = sent === 0 ? MOST : (2 * received) / sent;
	return Math.max(1, Math.min(MOST, balance, Math.sqrt(received / MEGABYTE + 2)));
}

type Live = { -readonly [K in keyof Credit]: Credit[K] } & { changed: boolean };

export class Credits {
	readonly #client: Client;
	readonly #book: CreditBook;
	readonly #live = new Map<Peer, Live>();
	#savedAt = 0;

	constructor(client: Client, book: CreditBook) {
		this.#client = client;
		this.#book = book;
	}

	/** What is known of a user, by hash. */
	of(user: Uint8Array): Credit | undefined {
		const name = hex(user);
		const live = [...this.#live.values()].find((one) => one.user === name);
		const known = live ?? this.#book.get(name);
		if (known === undefined) return undefined;
		const days = (this.#client.world.now() - known.seenAt) / 86_400_000;
		return days < this.#client.limits.creditDays ? known : undefined;
	}

	/** The user at the other end has proven this key. */
	proven(peer: Peer, key: Uint8Array, bound: boolean): void {
		const user = hex(peer.hello!.hash);
		const live = [...this.#live.values()].find((one) => one.user === user);
		const known = live ?? this.of(peer.hello!.hash) ?? { received: 0, sent: 0 };
		const seenAt = this.#client.world.now();
		const credit = live ?? { ...known, user, key: key.slice(), bound, seenAt, changed: false };
		credit.bound ||= bound;
		this.#live.set(peer, credit);
	}

	isProven(peer: Peer): boolean {
		return this.#live.has(peer);
	}

	/** Another link of somebody who has proven to be this user. */
	isElsewhere(user: Uint8Array, than: Peer): boolean {
		const name = hex(user);
		return [...this.#live].some(
			([peer, one]) => one.user === name && peer.remote.host !== than.remote.host && peer.state === 'talking',
		);
	}

	/** Bytes that came from it over the link. */
	received(peer: Peer, bytes: number): void {
		this.#count(peer, bytes, 0);
	}

	sent(peer: Peer, bytes: number): void {
		this.#count(peer, 0, bytes);
	}

	/** So many bytes from this user were false. */
	wereFalse(user: Uint8Array, bytes: number): void {
		const name = hex(user);
		const live = [...this.#live.values()].find((one) => one.user === name);
		if (live !== undefined) {
			live.received = Math.max(0, live.received - bytes);
			live.changed = true;
			return;
		}
		const known = this.of(user);
		if (known !== undefined) this.#book.put({ ...known, received: Math.max(0, known.received - bytes) });
	}

	/** For the node's queue. */
	weight(peer: Peer): number {
		const credit = this.#live.get(peer);
		return credit === undefined ? 1 : ratioOf(credit);
	}

	left(peer: Peer): void {
		const credit = this.#live.get(peer);
		this.#live.delete(peer);
		if (credit !== undefined) this.#save(credit);
	}

	tick(now: number): void {
		if (now - this.#savedAt < SAVED_EVERY) return;
		this.#savedAt = now;
		for (const credit of this.#live.values()) this.#save(credit);
	}

	/** The node stops. */
	close(): void {
		for (const credit of this.#live.values()) this.#save(credit);
	}

	#count(peer: Peer, received: number, sent: number): void {
		const credit = this.#live.get(peer);
		if (credit === undefined) return;
		credit.received += received;
		credit.sent += sent;
		credit.seenAt = this.#client.world.now();
		credit.changed = true;
	}

	#save(credit: Live): void {
		if (!credit.changed) return;
		credit.changed = false;
		const { user, key, bound, received, sent, seenAt } = credit;
		this.#book.put({ user, key, bound, received, sent, seenAt });
	}
}
