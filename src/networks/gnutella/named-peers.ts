/**
 * Peers that the user named: dialled again for ever, with a pause that doubles; one that hangs up on 0.6 without a
 * word is tried with 0.4 in between. Whoever is linked or being dialled is looked at again only when that changes.
 */
import type { Address } from '../../world/world.ts';
import type { Version } from './handshake.ts';

interface Named {
	readonly address: Address;
	/** Milliseconds after the beginning: numbers this small need no place of their own. */
	nextAt: number;
	version: Version;
	failures: number;
}

/** Pause before such a peer is dialled again: 2 s doubled with each failure, at most a minute. */
const AGAIN_FIRST = 2000;
const AGAIN_LONGEST = 60_000;
const NOBODY: readonly Named[] = [];

export class NamedPeers {
	/** Whole seconds of the world's clock. */
	readonly #begun: number;
	#all = NOBODY;
	/** None is due before, unless something changes; undefined: none at all. As `nextAt`. */
	#dueAt: number | undefined;

	constructor(now: number) {
		this.#begun = Math.floor(now / 1000);
	}

	add(address: Address): void {
		this.remove(address);
		this.#all = this.#all.concat({ address, nextAt: 0, version: '0.6', failures: 0 });
		this.changed();
	}

	remove(address: Address): void {
		this.#all = this.#all.filter((one) => !same(one.address, address));
	}

	/** A link has come or gone, or a dial has failed. */
	changed(): void {
		this.#dueAt = 0;
	}

	linked(address: Address): void {
		const named = this.#of(address);
		if (named !== undefined) named.failures = 0;
	}

	/** `old`: as servents of before 0.6 fail. False: nobody has named it. */
	failed(now: number, address: Address, old: boolean): boolean {
		const named = this.#of(address);
		if (named === undefined) return false;
		named.version = old && named.failures % 2 === 0 ? '0.4' : '0.6';
		named.nextAt =
			this.#after(now) + Math.min(AGAIN_LONGEST, AGAIN_FIRST * 2 ** Math.min(named.failures++, 5));
		return true;
	}

	/** Those to dial now. `busy`: linked, or being dialled. */
	due(now: number, busy: (address: Address) => boolean): readonly Named[] {
		const at = this.#after(now);
		if (this.#dueAt === undefined || at < this.#dueAt) return NOBODY;
		this.#dueAt = undefined;
		const due: Named[] = [];
		for (const named of this.#all) {
			if (named.nextAt <= at) {
				if (busy(named.address)) continue;
				named.nextAt = at + AGAIN_FIRST;
				due.push(named);
			}
			this.#dueAt = Math.min(this.#dueAt ?? named.nextAt, named.nextAt);
		}
		return due;
	}

	#after(now: number): number {
		return Math.ceil(now - this.#begun * 1000);
	}

	#of(address: Address): Named | undefined {
		return this.#all.find((one) => same(one.address, address));
	}
}

export function same(one: Address, other: Address): boolean {
	return one.host === other.host && one.port === other.port;
}
