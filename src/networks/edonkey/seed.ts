/**
 * Seed: the list of servers that lets clients join, as server.met. The rules keep it from becoming a weapon, as whoever
 * is published as a server is asked by every client:
 *
 * - Only servers that the operator names are looked at, at most a hundred, none at ports below 1024, none outside the
 *   scope; nothing that servers or clients tell is taken.
 * - A server is listed after it has answered a status with our challenge, and no more after two questions in vain
 *   (register.ts); every one is asked again after `statusAgainMinutes`.
 */
import { isRefusal } from '../../evidence/refusal.ts';
import type { Address } from '../../world/world.ts';
import { formatAddress } from '../common/address.ts';
import { seeding } from './limits.ts';
import { Register, type RegisterOwner } from './register.ts';
import { EDONKEY } from './wire/frames.ts';
import { ServerDatagram } from './wire/messages.ts';
import { decodeStatus } from './wire/server-datagrams.ts';
import { encodeServerMet } from './wire/server-met.ts';

export interface NamedServer {
	readonly address: Address;
	readonly name?: string;
}

export class ServerSeed {
	readonly #owner: RegisterOwner;
	readonly #register: Register;
	/** What the operator's lists call them, by address. */
	readonly #named = new Map<string, NamedServer>();

	constructor(owner: RegisterOwner, servers: readonly NamedServer[]) {
		this.#owner = owner;
		this.#register = new Register(owner, seeding.statusAgainMinutes);
		for (const { address, name } of servers) {
			const key = formatAddress(address);
			// The list has four bytes for an address.
			if (address.host.includes(':')) owner.refuse('edonkey.join.address', key);
			else if (this.#register.add(address) !== undefined)
				this.#named.set(key, { address, ...(name !== undefined && { name: name.slice(0, seeding.name) }) });
		}
	}

	/** Looked after, and of these those that are listed. */
	get counts(): { known: number; listed: number } {
		return { known: this.#register.size, listed: this.#register.answering().length };
	}

	/** Whether a datagram comes from where a server that we know answers. */
	knows(from: Address): boolean {
		return this.#register.byDatagram(from) !== undefined;
	}

	datagram(from: Address, bytes: Uint8Array): void {
		const why = this.#answered(from, bytes);
		if (why !== undefined) this.#owner.refuse(why, formatAddress(from));
	}

	tick(now: number): void {
		this.#register.tick(now);
	}

	/** server.met of the servers that answer. */
	list(): Uint8Array {
		const listed = this.#register.answering().map(({ address, obfuscatedPort }) => ({
			...this.#named.get(formatAddress(address))!,
			// As the server itself has said, never as the operator's file says.
			...(obfuscatedPort > 0 && { obfuscatedPort }),
		}));
		return encodeServerMet(listed);
	}

	/** The code of a reason why it counts for nothing. */
	#answered(from: Address, bytes: Uint8Array): string | undefined {
		const server = this.#register.byDatagram(from);
		const isStatus = bytes[0] === EDONKEY && bytes[1] === ServerDatagram.Status;
		if (server === undefined || !isStatus) return 'edonkey.datagram.unasked';
		const status = decodeStatus(bytes.subarray(2));
		if (isRefusal(status)) return status.refused;
		return this.#register.answered(server, status) ? undefined : 'edonkey.datagram.unasked';
	}
}
