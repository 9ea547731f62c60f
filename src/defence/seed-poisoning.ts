/**
 * Threat: poisoned membership. Whoever can put addresses into host caches and seeds sends every newcomer
 * to a victim (a denial of service that the attacker does not pay), or to servents of their own.
 *
 * Defence (Sun, Torres, Rao 2009): pull rather than push (host-cache.ts dials before it tells others);
 * several independent sources before an address is believed; references bounded: for one address, for
 * one network, and for what one teller may add. Tellers are independent if they live in different /16.
 * At a seed a host registers only itself, rarely, and is listed only after the seed has dialled it.
 * Sources that an eDonkey server names, and super-nodes that a FastTrack one lists, are third parties too: few at one host.
 */
import { ipv4Number, type PackedAddress, packAddress } from '../networks/common/address.ts';
import { SmallMap } from '../networks/common/small-map.ts';
import type { Address } from '../world/world.ts';
import { Defence } from './defence.ts';
import { isLoopback, networkOf, Rate } from './rate.ts';

/** Who told: a neighbour's pong, its X-Try-Ultrapeers, somebody's cache, a seed that we asked. */
export type TellerKind = 'pong' | 'try' | 'cache' | 'seed';

export class SeedPoisoning extends Defence {
	/** By address: who told it, the one teller or a text with a word for each; or CONFIRMED. */
	readonly #rumours = new SmallMap<PackedAddress, number | string>();
	#tellers: Rate<string> | undefined;
	#registers: Rate<string> | undefined;

	/** Takes a rumour down, or says why not. */
	told(now: number, address: Address, teller: string, _kind: TellerKind): string | undefined {
		if (!this.on) return undefined;
		const packed = packAddress(address);
		const by = origin(teller);
		const tellers = this.#rumours.get(packed);
		if (tellers !== undefined) {
			if (tellers !== CONFIRMED && !this.#enough(tellers) && !wordsOf(tellers).includes(`${by}`))
				this.#rumours.set(packed, `${tellers} ${by}`);
			return undefined;
		}
		const { toldPerMinute, hostsRemembered } = this.limits;
		this.#tellers ??= new Rate(toldPerMinute, 60_000, hostsRemembered);
		if (!this.#tellers.take(now, teller)) return this.refuse('defence.seed.teller');
		if (!isLoopback(address.host)) {
			if (this.#known(packed, hostOf) >= this.limits.hostsPerAddress) return this.refuse('defence.seed.host');
			if (this.#known(packed, networkOfHost) >= this.limits.hostsPerNetwork)
				return this.refuse('defence.seed.network');
		}
		this.#add(packed, by);
		return undefined;
	}

	/** Whether the address may be dialled without further ado, and told to others. */
	believed(address: Address): boolean {
		if (!this.on) return true;
		const tellers = this.#rumours.get(packAddress(address));
		return tellers !== undefined && (tellers === CONFIRMED || this.#enough(tellers));
	}

	/** We have spoken with it ourselves. */
	confirmed(_now: number, address: Address): void {
		this.#add(packAddress(address), CONFIRMED);
	}

	forget(address: Address): void {
		this.#rumours.delete(packAddress(address));
	}

	/** A host wants to be listed by this seed. `listed`: entries of its /24 that are there already. */
	registers(now: number, address: Address, from: string, listed: number): string | undefined {
		if (!this.on) return undefined;
		if (address.host !== from) return this.refuse('defence.seed.other');
		const { registersPerHour, hostsRemembered } = this.limits;
		this.#registers ??= new Rate(registersPerHour, 3_600_000, hostsRemembered);
		if (!this.#registers.take(now, from)) return this.refuse('defence.seed.often');
		const crowded = listed >= this.limits.seedEntriesPerNetwork && !isLoopback(from);
		return crowded ? this.refuse('defence.seed.network') : undefined;
	}

	/** One more address is named in one matter (a file, a link). `named`: ports by host of those taken in it. */
	names(address: Address, named: Map<string, Set<number>>): string | undefined {
		if (!this.on || isLoopback(address.host)) return undefined;
		const ports = named.get(address.host);
		if (ports?.has(address.port)) return undefined;
		if ((ports?.size ?? 0) >= this.limits.hostsPerAddress) return this.refuse('defence.seed.host');
		if (ports !== undefined) ports.add(address.port);
		else if (named.size >= this.limits.tellersRemembered) return this.refuse('defence.seed.teller');
		else named.set(address.host, new Set([address.port]));
		return undefined;
	}

	#add(packed: PackedAddress, tellers: number | string): void {
		if (this.#rumours.get(packed) === undefined && this.#rumours.size >= this.limits.tellersRemembered)
			for (const oldest of this.#rumours.keys()) {
				this.#rumours.delete(oldest);
				break;
			}
		this.#rumours.set(packed, tellers);
	}

	#enough(tellers: number | string): boolean {
		return wordsOf(tellers).length >= this.limits.tellersNeeded;
	}

	/** Addresses known of the same host, or network. Looked through for what is new only: a count for each would be larger. */
	#known(packed: PackedAddress, part: (packed: PackedAddress) => number | string): number {
		const wanted = part(packed);
		let count = 0;
		for (const one of this.#rumours.keys()) if (part(one) === wanted) count++;
		return count;
	}
}

const CONFIRMED = '*';

function wordsOf(tellers: number | string): string[] {
	return `${tellers}`.split(' ');
}

function hostOf(packed: PackedAddress): number | string {
	return typeof packed === 'number'
		? Math.floor(packed / 0x1_0000)
		: packed.slice(0, packed.lastIndexOf(':'));
}

/** /24 of IPv4, /48 of IPv6. */
function networkOfHost(packed: PackedAddress): number | string {
	const host = hostOf(packed);
	return typeof host === 'number' ? host >>> 8 : networkOf(host);
}

/** Tellers of one /16 count as one; on loopback each address is its own. */
function origin(teller: string): number | string {
	if (isLoopback(teller)) return teller;
	const ip = ipv4Number(teller);
	return ip < 0 ? networkOf(teller, 16) : ip >>> 16;
}
