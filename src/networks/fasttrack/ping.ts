/**
 * Ping: where a leaf knows more super-nodes than it has room for, it asks a few by datagram whether they are there, and dials
 * those that say so first. The rules:
 *
 * - Only whom the register names is asked, those of the user first, a few a second, each once a round.
 * - A pong counts from the very address that was asked in this round, and only if it says that there is room.
 * - Where a round ends without enough answers, dialling goes on as if there were no pings: many let none through.
 */
import type { Address, World } from '../../world/world.ts';
import { formatAddress } from '../common/address.ts';
import { ours } from './limits.ts';
import { encodeUdpPing } from './wire/datagram.ts';

export class Ping {
	readonly #world: World;
	readonly #network: string;
	/** Asked in this round; undefined: has answered. */
	readonly #asked = new Map<string, Address | undefined>();
	#began = 0;
	#lastAt = Number.NEGATIVE_INFINITY;

	constructor(world: World, network: string) {
		this.#world = world;
		this.#network = network;
	}

	/** Asks a few more of them, the best first. False: the round is over, and who has not answered may be dialled. */
	ask(now: number, candidates: readonly Address[]): boolean {
		if (this.#asked.size === 0) this.#began = now;
		const isOpen = now - this.#began < ours.pongSeconds * 1000;
		if (!isOpen) {
			this.#asked.clear();
			return false;
		}
		if (now - this.#lastAt < 1000) return true;
		this.#lastAt = now;
		const fresh = candidates.filter((address) => !this.#asked.has(formatAddress(address)));
		for (const address of fresh.slice(0, ours.pingsPerSecond)) {
			this.#asked.set(formatAddress(address), address);
			this.#world.datagram(address, encodeUdpPing(this.#network));
		}
		return true;
	}

	/** Whom to dial; undefined: nobody, for it was not asked, or has answered. */
	answered(from: Address): Address | undefined {
		const address = this.#asked.get(formatAddress(from));
		if (address !== undefined) this.#asked.set(formatAddress(from), undefined);
		return address;
	}
}
