/**
 * Threat: poisoned membership. Whoever can put addresses into host caches and seeds sends every newcomer
 * to a victim (a denial of service that the attacker does not pay), or to servents of their own.
 *
 * Defence (Sun, Torres, Rao 2009): pull rather than push (host-cache.ts dials before it tells others);
 * several independent sources before an address is believed; references bounded: for one address, for
 * one network, and for what one teller may add. Tellers are independent if they live in different /16.
 * At a seed a host registers only itself, rarely, and is listed only after the seed has dialled it.
 */
import type { Address } from '../world/world.ts';
import { Defence } from './defence.ts';
import { isLoopback, networkOf, Rate } from './rate.ts';

/** Who told: a neighbour's pong, its X-Try-Ultrapeers, somebody's cache, a seed that we asked. */
export type TellerKind = 'pong' | 'try' | 'cache' | 'seed';

interface Rumour {
	/** Few: no more than have to agree. */
	tellers: readonly string[];
	confirmed: boolean;
}

export class SeedPoisoning extends Defence {
	readonly #rumours = new Map<string, Rumour>();
	#tellers: Rate<string> | undefined;
	#registers: Rate<string> | undefined;
	/** Ports known at an address, hosts known in a /24. */
	readonly #ofHost = new Map<string, number>();
	readonly #ofNetwork = new Map<string, number>();

	/** Takes a rumour down, or says why not. */
	told(now: number, address: Address, teller: string, _kind: TellerKind): string | undefined {
		if (!this.on) return undefined;
		const name = nameOf(address);
		const rumour = this.#rumours.get(name);
		if (rumour !== undefined) {
			const one = origin(teller);
			if (rumour.tellers.length < this.limits.tellersNeeded && !rumour.tellers.includes(one))
				rumour.tellers = [...rumour.tellers, one];
			return undefined;
		}
		const { toldPerMinute, hostsRemembered } = this.limits;
		this.#tellers ??= new Rate(toldPerMinute, 60_000, hostsRemembered);
		if (!this.#tellers.take(now, teller)) return this.refuse('defence.seed.teller');
		if (!isLoopback(address.host)) {
			if ((this.#ofHost.get(address.host) ?? 0) >= this.limits.hostsPerAddress)
				return this.refuse('defence.seed.host');
			const network = networkOf(address.host);
			if ((this.#ofNetwork.get(network) ?? 0) >= this.limits.hostsPerNetwork)
				return this.refuse('defence.seed.network');
		}
		this.#add(address, { tellers: [origin(teller)], confirmed: false });
		return undefined;
	}

	/** Whether the address may be dialled without further ado, and told to others. */
	believed(address: Address): boolean {
		if (!this.on) return true;
		const rumour = this.#rumours.get(nameOf(address));
		return rumour !== undefined && (rumour.confirmed || rumour.tellers.length >= this.limits.tellersNeeded);
	}

	/** We have spoken with it ourselves. */
	confirmed(_now: number, address: Address): void {
		const rumour = this.#rumours.get(nameOf(address));
		if (rumour === undefined) this.#add(address, { tellers: NOBODY, confirmed: true });
		else rumour.confirmed = true;
	}

	forget(address: Address): void {
		if (!this.#rumours.delete(nameOf(address))) return;
		decrement(this.#ofHost, address.host);
		decrement(this.#ofNetwork, networkOf(address.host));
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

	#add(address: Address, rumour: Rumour): void {
		if (this.#rumours.size >= this.limits.tellersRemembered) this.#dropOldest();
		this.#rumours.set(nameOf(address), rumour);
		this.#ofHost.set(address.host, (this.#ofHost.get(address.host) ?? 0) + 1);
		const network = networkOf(address.host);
		this.#ofNetwork.set(network, (this.#ofNetwork.get(network) ?? 0) + 1);
	}

	#dropOldest(): void {
		const oldest = this.#rumours.keys().next().value;
		if (oldest === undefined) return;
		const at = oldest.lastIndexOf(' ');
		this.forget({ host: oldest.slice(0, at), port: Number(oldest.slice(at + 1)) });
	}
}

function nameOf(address: Address): string {
	return `${address.host} ${address.port}`;
}

const NOBODY: readonly string[] = [];

/** Tellers of one /16 count as one; on loopback each address is its own. */
function origin(teller: string): string {
	return isLoopback(teller) ? teller : networkOf(teller, 16);
}

function decrement(counts: Map<string, number>, key: string): void {
	const count = (counts.get(key) ?? 0) - 1;
	if (count > 0) counts.set(key, count);
	else counts.delete(key);
}
