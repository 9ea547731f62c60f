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
import type { Address } from '../world/world.ts';
import { Defence } from './defence.ts';
import { isLoopback, networkOf, Rate } from './rate.ts';

/** Who told: a neighbour's pong, its X-Try-Ultrapeers, somebody's cache, a seed that we asked. */
export type TellerKind = 'pong' | 'try' | 'cache' | 'seed';

export class SeedPoisoning extends Defence {
	/** By `host port`: who told it, as one text with a word for each teller; or CONFIRMED. */
	readonly #rumours = new Map<string, string>();
	#tellers: Rate<string> | undefined;
	#registers: Rate<string> | undefined;

	/** Takes a rumour down, or says why not. */
	told(now: number, address: Address, teller: string, _kind: TellerKind): string | undefined {
		if (!this.on) return undefined;
		const name = nameOf(address);
		const by = origin(teller);
		const tellers = this.#rumours.get(name);
		if (tellers !== undefined) {
			if (tellers !== CONFIRMED && !this.#enough(tellers) && !tellers.split(' ').includes(by))
				this.#rumours.set(name, `${tellers} ${by}`);
			return undefined;
		}
		const { toldPerMinute, hostsRemembered } = this.limits;
		this.#tellers ??= new Rate(toldPerMinute, 60_000, hostsRemembered);
		if (!this.#tellers.take(now, teller)) return this.refuse('defence.seed.teller');
		if (!isLoopback(address.host)) {
			if (this.#known(address.host) >= this.limits.hostsPerAddress) return this.refuse('defence.seed.host');
			if (this.#known(networkOf(address.host)) >= this.limits.hostsPerNetwork)
				return this.refuse('defence.seed.network');
		}
		this.#add(name, by);
		return undefined;
	}

	/** Whether the address may be dialled without further ado, and told to others. */
	believed(address: Address): boolean {
		if (!this.on) return true;
		const tellers = this.#rumours.get(nameOf(address));
		return tellers !== undefined && (tellers === CONFIRMED || this.#enough(tellers));
	}

	/** We have spoken with it ourselves. */
	confirmed(_now: number, address: Address): void {
		this.#add(nameOf(address), CONFIRMED);
	}

	forget(address: Address): void {
		this.#rumours.delete(nameOf(address));
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

	#add(name: string, tellers: string): void {
		if (!this.#rumours.has(name) && this.#rumours.size >= this.limits.tellersRemembered)
			this.#rumours.delete(this.#rumours.keys().next().value ?? '');
		this.#rumours.set(name, tellers);
	}

	#enough(tellers: string): boolean {
		return tellers.split(' ').length >= this.limits.tellersNeeded;
	}

	/** Addresses known of a host, or of a network. Looked through for what is new only: a count for each would be larger. */
	#known(prefix: string): number {
		let count = 0;
		for (const name of this.#rumours.keys())
			if (name.startsWith(prefix) && ENDS.includes(name[prefix.length])) count++;
		return count;
	}
}

const CONFIRMED = '*';
/** What follows a host or a network in a name. */
const ENDS = ' .:';

function nameOf(address: Address): string {
	return `${address.host} ${address.port}`;
}

/** Tellers of one /16 count as one; on loopback each address is its own. */
function origin(teller: string): string {
	return isLoopback(teller) ? teller : networkOf(teller, 16);
}
