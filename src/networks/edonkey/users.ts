/**
 * Whose address is whose: the user's hash is needed to dial him obfuscated. Servers tell it with sources, clients in their
 * hellos. It is hearsay: a link that was dialled by a wrong hash is closed by the other end, and then it is forgotten.
 * What a client has said of itself is not replaced by what others say of it.
 */
import type { Address } from '../../world/world.ts';
import { formatAddress } from '../common/address.ts';
import type { User } from './wire/sources.ts';

interface Known extends User {
	readonly byItself: boolean;
}

export class Users {
	readonly #most: number;
	/** The one that was told last is the last to be forgotten. */
	readonly #byAddress = new Map<string, Known>();

	constructor(most: number) {
		this.#most = most;
	}

	at(address: Address): User | undefined {
		return this.#byAddress.get(formatAddress(address));
	}

	/** `byItself`: we have dialled there, and the client has said so. */
	learn(address: Address, { hash, options }: User, byItself: boolean): void {
		const key = formatAddress(address);
		if (!byItself && this.#byAddress.get(key)?.byItself === true) return;
		this.#byAddress.delete(key);
		this.#byAddress.set(key, { hash, options, byItself });
		if (this.#byAddress.size > this.#most) this.#byAddress.delete(this.#byAddress.keys().next().value!);
	}

	forget(address: Address): void {
		this.#byAddress.delete(formatAddress(address));
	}
}
