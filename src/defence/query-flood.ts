/**
 * Threat: query floods and repetition. A query costs its sender 50 bytes and the network thousands of
 * messages; a program that repeats its search each second is a flood without meaning harm.
 *
 * Defence: a rate for each link (a leaf's is a person's, an ultrapeer's is what we can work through); the
 * same query of a leaf is dropped when it comes more than a few times in half an hour, and so is what one
 * neighbour relays more than a few times within seconds (a few: people press the button again, and two may
 * ask the same at the same time); a text that is too short to mean anything, without a hash, is dropped.
 */
import type { Link } from '../world/world.ts';
import { Defence } from './defence.ts';
import { Rate } from './rate.ts';

/** Entries of a table of queries at first; queriesRemembered is a power of two above it. */
const FIRST_REMEMBERED = 8;

export class QueryFlood extends Defence {
	#leaves: Rate<Link> | undefined;
	#relays: Rate<Link> | undefined;
	/**
	 * Open table: hash, seconds, count. Collisions overwrite: it is a memory, not a proof. It begins small and grows
	 * as it fills, up to queriesRemembered: a leaf that relays nothing, and a laboratory of many, need no more.
	 */
	#seen: number[] = NOTHING;
	#remembered = 0;

	/** Why the query is not taken; undefined: it is. `urns` are part of what is asked. */
	refuses(
		now: number,
		link: Link,
		leaf: boolean,
		hops: number,
		ttl: number,
		text: string,
		urns: readonly string[],
	): string | undefined {
		if (!this.on) return undefined;
		if (urns.length === 0 && text.length < 3) return this.refuse('defence.query.short');
		if (!(leaf ? this.#ofLeaves : this.#ofRelays).take(now, link)) return this.refuse('defence.query.rate');
		let hash = leaf ? link : Math.imul(link, 0x9e3779b1) ^ ((hops << 8) | ttl);
		for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
		for (const urn of urns)
			for (let i = 0; i < urn.length; i++) hash = Math.imul(hash ^ urn.charCodeAt(i), 0x01000193);
		return this.#again(now, hash, leaf)
			? this.refuse(leaf ? 'defence.query.again' : 'defence.query.twin')
			: undefined;
	}

	get #ofLeaves(): Rate<Link> {
		const { leafQueriesBurst: burst, leafQueriesPerSecond, hostsRemembered } = this.limits;
		return (this.#leaves ??= new Rate(burst, burstMs(burst, leafQueriesPerSecond), hostsRemembered));
	}

	get #ofRelays(): Rate<Link> {
		const { relayedQueriesBurst: burst, relayedQueriesPerSecond, hostsRemembered } = this.limits;
		return (this.#relays ??= new Rate(burst, burstMs(burst, relayedQueriesPerSecond), hostsRemembered));
	}

	/** Whether this was asked before, lately and often enough. */
	#again(now: number, hash: number, leaf: boolean): boolean {
		const seconds = Math.floor(now / 1000) | 0;
		if (this.#remembered * 6 >= this.#seen.length) this.#grow();
		const at = this.#place(hash);
		const age = seconds - this.#seen[at + 1]!;
		const window = leaf ? this.limits.requerySeconds : this.limits.twinSeconds;
		if (this.#seen[at] !== hash || age < 0 || age >= window) {
			if (this.#seen[at + 2] === 0) this.#remembered++;
			this.#seen[at] = hash;
			this.#seen[at + 1] = seconds;
			this.#seen[at + 2] = 1;
			return false;
		}
		const count = ++this.#seen[at + 2]!;
		return count > (leaf ? this.limits.requeries : this.limits.twins);
	}

	#place(hash: number): number {
		return 3 * ((hash >>> 0) % (this.#seen.length / 3));
	}

	#grow(): void {
		if (this.#seen.length >= 3 * this.limits.queriesRemembered) return;
		const before = this.#seen;
		// Not a typed array: of this size one would cost three times as much.
		this.#seen = new Array(Math.max(3 * FIRST_REMEMBERED, before.length * 2)).fill(0);
		this.#remembered = 0;
		for (let from = 0; from < before.length; from += 3) {
			if (before[from + 2] === 0) continue;
			const at = this.#place(before[from]!);
			if (this.#seen[at + 2] === 0) this.#remembered++;
			for (let part = 0; part < 3; part++) this.#seen[at + part] = before[from + part]!;
		}
	}

	left(link: Link): void {
		this.#leaves?.forget(link);
		this.#relays?.forget(link);
	}
}

const NOTHING: number[] = [];

/** Milliseconds in which a burst refills at this rate. */
function burstMs(burst: number, perSecond: number): number {
	return (burst / perSecond) * 1000;
}
