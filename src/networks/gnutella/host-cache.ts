/**
 * The hosts that this servent knows, and which of them it believes. The rules (defence/seed-poisoning.ts
 * holds the numbers and decides):
 *
 * - An address that somebody told is a candidate. It is dialled, and told to others, only when it is
 *   believed: independent tellers said it, or we have been linked with it. While nothing at all is known,
 *   candidates of seeds may be dialled one at a time: a servent has to begin somewhere.
 * - Membership is pulled, not pushed: nobody gets an address into the cache by sending it alone.
 * - The cache is bounded; the oldest go first. What fails is set aside, longer each time.
 * - Hosts to dial are drawn at random, at most one of a /16 in one draw, none that was tried lately.
 * - Others are told only hosts that we have spoken with, and lately.
 */
import type { TellerKind } from '../../defence/seed-poisoning.ts';
import type { Address } from '../../world/world.ts';
import { formatAddress } from '../common/address.ts';
import type { Guards } from './guards.ts';
import type { Limits } from './limits.ts';
import type { Servent } from './servent.ts';

interface Known {
	readonly address: Address;
	/** When we last spoke with it; 0: never. */
	spokenAt: number;
	ultrapeer: boolean;
	triedAt: number;
	failures: number;
	/** Told by a seed, or stored by us: may be dialled while nothing better is known. */
	seeded: boolean;
}

export class HostCache {
	readonly #servent: Servent;
	readonly #guards: Pick<Guards, 'poisoning'>;
	readonly #limits: Limits;
	readonly #known = new Map<string, Known>();

	constructor(servent: Servent, guards: Pick<Guards, 'poisoning'>, limits: Limits) {
		this.#servent = servent;
		this.#guards = guards;
		this.#limits = limits;
	}

	get size(): number {
		return this.#known.size;
	}

	/** Somebody says that there is a servent at this address. */
	told(address: Address, kind: TellerKind, teller: string): void {
		if (!this.#servent.options.usable(address.host) || address.port === 0) return;
		const refused = this.#guards.poisoning.told(this.#servent.world.now(), address, teller, kind);
		if (refused !== undefined) return this.#servent.refuse(refused, teller, formatAddress(address));
		const known = this.#keep(address);
		if (kind === 'seed') known.seeded = true;
	}

	/** Addresses that this node stored in an earlier life. */
	load(addresses: Iterable<Address>): void {
		for (const address of addresses) {
			if (!this.#servent.options.usable(address.host)) continue;
			this.#guards.poisoning.confirmed(this.#servent.world.now(), address);
			this.#keep(address).seeded = true;
		}
	}

	/** We have been linked with it. */
	connected(address: Address, ultrapeer: boolean): void {
		const now = this.#servent.world.now();
		this.#guards.poisoning.confirmed(now, address);
		const known = this.#keep(address);
		known.spokenAt = now;
		known.ultrapeer = ultrapeer;
		known.failures = 0;
		this.#servent.host.remember(address, ultrapeer ? 'ultrapeer' : 'leaf');
	}

	failed(address: Address): void {
		const name = formatAddress(address);
		const known = this.#known.get(name);
		if (known === undefined) return;
		known.failures++;
		if (known.failures < this.#limits.hostFailures) return;
		this.#known.delete(name);
		this.#guards.poisoning.forget(address);
		this.#servent.host.remember(address, 'failed');
	}

	/** Hosts to dial now; they count as tried. */
	next(now: number, count: number): Address[] {
		const due = [...this.#known.values()].filter((one) => this.#due(one, now));
		const believed = due.filter((one) => this.#guards.poisoning.believed(one.address));
		const chosen = spread(this.#shuffled(believed), count);
		if (chosen.length === 0) chosen.push(...this.#shuffled(due.filter((one) => one.seeded)).slice(0, 1));
		for (const one of chosen) one.triedAt = now;
		return chosen.map((one) => one.address);
	}

	/** Hosts that others may be told: spoken with lately. */
	sample(count: number, kind: 'ultrapeer' | 'any'): Address[] {
		const since = this.#servent.world.now() - this.#limits.hostFreshMinutes * 60_000;
		const fresh = [...this.#known.values()].filter(
			(one) => one.spokenAt > since && one.failures === 0 && (kind === 'any' || one.ultrapeer),
		);
		return this.#shuffled(fresh)
			.slice(0, Math.max(0, count))
			.map((one) => one.address);
	}

	tick(): void {
		while (this.#known.size > this.#limits.hosts) {
			const oldest = this.#known.keys().next().value;
			if (oldest === undefined) return;
			this.#known.delete(oldest);
		}
	}

	#keep(address: Address): Known {
		const name = formatAddress(address);
		const before = this.#known.get(name);
		const known = before ?? {
			address,
			spokenAt: 0,
			ultrapeer: true,
			triedAt: 0,
			failures: 0,
			seeded: false,
		};
		// The latest named goes to the end: the front is the oldest.
		this.#known.delete(name);
		this.#known.set(name, known);
		if (before === undefined) this.tick();
		return known;
	}

	#due(one: Known, now: number): boolean {
		if (!one.ultrapeer) return false;
		return now - one.triedAt >= this.#limits.hostAgainSeconds * 1000 * 2 ** one.failures;
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
function spread(items: Known[], count: number): Known[] {
	const seen = new Set<string>();
	const chosen: Known[] = [];
	for (const one of items) {
		if (chosen.length >= count) break;
		const { host } = one.address;
		const network = host.startsWith('127.') ? formatAddress(one.address) : host.split(/[.:]/, 2).join('.');
		if (seen.has(network)) continue;
		seen.add(network);
		chosen.push(one);
	}
	return chosen;
}
