/**
 * The hosts that this servent knows, and which of them it believes. The rules (defence/seed-poisoning.ts
 * holds the numbers and decides):
 *
 * - An address that somebody told is a candidate. It is dialled, and told to others, only when it is
 *   believed: independent tellers said it, or we have been linked with it. While no such host is due, candidates
 *   of seeds may be dialled one at a time: a servent has to begin somewhere. Who has been alone for a while tries any
 *   candidate so: when most of a network has failed, one teller's word is better than none.
 * - Membership is pulled, not pushed: nobody gets an address into the cache by sending it alone.
 * - The cache is bounded; the oldest go first. What fails is set aside, longer each time.
 * - Hosts to dial are drawn at random, at most one of a /16 in one draw, none that was tried lately.
 * - Others are told only hosts that we have spoken with, and lately.
 */
import type { TellerKind } from '../../defence/seed-poisoning.ts';
import type { Address } from '../../world/world.ts';
import { formatAddress, type PackedAddress, packAddress, unpackAddress } from '../common/address.ts';
import { SmallMap } from '../common/small-map.ts';
import type { Guards } from './guards.ts';
import type { Limits } from './limits.ts';
import type { Servent } from './servent.ts';

/** What we have seen of a host ourselves. Replaced, not changed: of most hosts we have only heard, and they share one. */
interface Seen {
	/** When we last spoke with it, in whole seconds (numbers this small need no place of their own); 0: never. */
	readonly spokenAt: number;
	readonly ultrapeer: boolean;
	/** In whole seconds. */
	readonly triedAt: number;
	readonly failures: number;
	/** Told by a seed, or stored by us: may be dialled while nothing better is known. */
	readonly seeded: boolean;
}

const onlyHeardOf: Seen = { spokenAt: 0, ultrapeer: true, triedAt: 0, failures: 0, seeded: false };

export interface HostParts {
	readonly guards: Pick<Guards, 'poisoning'>;
	readonly limits: Limits;
}

export class HostCache {
	readonly #servent: Servent;
	readonly #parts: HostParts;
	readonly #known = new SmallMap<PackedAddress, Seen>();

	constructor(servent: Servent, parts: HostParts) {
		this.#servent = servent;
		this.#parts = parts;
	}

	get size(): number {
		return this.#known.size;
	}

	/** Somebody says that there is a servent at this address. */
	told(address: Address, kind: TellerKind, teller: string): void {
		if (!this.#servent.options.usable(address.host) || address.port === 0) return;
		const refused = this.#parts.guards.poisoning.told(this.#servent.world.now(), address, teller, kind);
		if (refused !== undefined) return this.#servent.refuse(refused, teller, formatAddress(address));
		this.#keep(address, kind === 'seed' ? { seeded: true } : undefined);
	}

	/** Addresses that this node stored in an earlier life. */
	load(addresses: Iterable<Address>): void {
		for (const address of addresses) {
			if (!this.#servent.options.usable(address.host)) continue;
			this.#parts.guards.poisoning.confirmed(this.#servent.world.now(), address);
			this.#keep(address, { seeded: true });
		}
	}

	/** We have been linked with it. */
	connected(address: Address, ultrapeer: boolean): void {
		const now = this.#servent.world.now();
		this.#parts.guards.poisoning.confirmed(now, address);
		this.#keep(address, { spokenAt: Math.floor(now / 1000), ultrapeer, failures: 0 });
		this.#servent.host.remember(address, ultrapeer ? 'ultrapeer' : 'leaf');
	}

	failed(address: Address): void {
		const packed = packAddress(address);
		const seen = this.#known.get(packed);
		if (seen === undefined) return;
		const failures = seen.failures + 1;
		if (failures < this.#parts.limits.hostFailures) return this.#known.set(packed, { ...seen, failures });
		this.#known.delete(packed);
		this.#parts.guards.poisoning.forget(address);
		this.#servent.host.remember(address, 'failed');
	}

	/** Hosts to dial now; they count as tried. `alone`: linked with nobody for a while. */
	next(now: number, count: number, alone: boolean): Address[] {
		const due = this.#which((seen) => this.#due(seen, now));
		const believed = due.filter((one) => this.#parts.guards.poisoning.believed(unpackAddress(one)));
		const chosen = spread(this.#shuffled(believed), count);
		if (chosen.length === 0) {
			const candidates = alone ? due : due.filter((one) => this.#known.get(one)?.seeded);
			chosen.push(...this.#shuffled(candidates).slice(0, 1));
		}
		const triedAt = Math.floor(now / 1000);
		for (const one of chosen) this.#known.set(one, { ...this.#known.get(one)!, triedAt });
		return chosen.map(unpackAddress);
	}

	/** Hosts that others may be told: spoken with lately. */
	sample(count: number, kind: 'ultrapeer' | 'any'): Address[] {
		const since = this.#servent.world.now() / 1000 - this.#parts.limits.hostFreshMinutes * 60;
		const fresh = this.#which(
			(seen) => seen.spokenAt > since && seen.failures === 0 && (kind === 'any' || seen.ultrapeer),
		);
		return this.#shuffled(fresh).slice(0, Math.max(0, count)).map(unpackAddress);
	}

	tick(): void {
		for (const oldest of this.#known.keys()) {
			if (this.#known.size <= this.#parts.limits.hosts) return;
			this.#known.delete(oldest);
		}
	}

	/** `news`: what we have seen of it now. */
	#keep(address: Address, news: Partial<Seen> | undefined): void {
		const packed = packAddress(address);
		const seen = this.#known.get(packed) ?? onlyHeardOf;
		// The latest named goes to the end: the front is the oldest.
		this.#known.delete(packed);
		this.#known.set(packed, news === undefined ? seen : { ...seen, ...news });
		this.tick();
	}

	#which(is: (seen: Seen) => boolean): PackedAddress[] {
		return [...this.#known.entries()].filter(([, seen]) => is(seen)).map(([packed]) => packed);
	}

	#due(seen: Seen, now: number): boolean {
		if (!seen.ultrapeer) return false;
		return now / 1000 - seen.triedAt >= this.#parts.limits.hostAgainSeconds * 2 ** seen.failures;
	}

	#shuffled<T>(items: T[]): T[] {
		const random = this.#servent.world.random(4 * Math.max(1, items.length));
		const keys = new DataView(random.buffer, random.byteOffset, random.byteLength);
		return items
			.map((item, i) => ({ item, key: keys.getUint32(4 * i) }))
			.sort((a, b) => a.key - b.key)
			.map(({ item }) => item);
	}
}

/** At most one of a /16 (loopback: of an address), so that one network cannot surround us. */
function spread(items: PackedAddress[], count: number): PackedAddress[] {
	const seen = new Set<string>();
	const chosen: PackedAddress[] = [];
	for (const one of items) {
		if (chosen.length >= count) break;
		const { host, port } = unpackAddress(one);
		const network = host.startsWith('127.') ? `${host}:${port}` : host.split(/[.:]/, 2).join('.');
		if (seen.has(network)) continue;
		seen.add(network);
		chosen.push(one);
	}
	return chosen;
}
