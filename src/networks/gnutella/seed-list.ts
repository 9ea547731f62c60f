/** The hosts that a seed lists: verified, for a limited time, drawn at random. */
import { networkOf } from '../../defence/rate.ts';
import type { Address, World } from '../../world/world.ts';
import { formatAddress } from '../common/address.ts';
import type { Limits } from './limits.ts';

export interface Listed {
	readonly address: Address;
	/** When it was verified. */
	readonly since: number;
}

export class SeedList {
	readonly #world: World;
	readonly #limits: Limits;
	/** Oldest first. */
	readonly #hosts = new Map<string, Listed>();

	constructor(world: World, limits: Limits) {
		this.#world = world;
		this.#limits = limits;
	}

	get size(): number {
		return this.#hosts.size;
	}

	has(address: Address): boolean {
		return this.#hosts.has(formatAddress(address));
	}

	add(address: Address): void {
		const name = formatAddress(address);
		this.#hosts.delete(name);
		this.#hosts.set(name, { address, since: this.#world.now() });
		if (this.#hosts.size > this.#limits.seedEntries)
			this.#hosts.delete(this.#hosts.keys().next().value ?? '');
	}

	/** Entries of the address's /24. */
	inNetworkOf(address: Address): number {
		const network = networkOf(address.host);
		let count = 0;
		for (const { address: listed } of this.#hosts.values()) if (networkOf(listed.host) === network) count++;
		return count;
	}

	sample(count: number): Listed[] {
		const hosts = [...this.#hosts.values()];
		const chosen: Listed[] = [];
		while (hosts.length > 0 && chosen.length < count) {
			const [high = 0, low = 0] = this.#world.random(2);
			const [one] = hosts.splice(((high << 8) | low) % hosts.length, 1);
			if (one !== undefined) chosen.push(one);
		}
		return chosen;
	}

	expire(now: number): void {
		for (const [name, { since }] of this.#hosts) {
			if (now - since < this.#limits.seedMinutes * 60_000) return;
			this.#hosts.delete(name);
		}
	}
}
