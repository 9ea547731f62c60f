/**
 * The servers that we know: those that the user has named, never such as others tell of. One that failed is left alone
 * for a while that doubles.
 */
import type { Address } from '../../world/world.ts';
import { formatAddress } from '../common/address.ts';
import type { Servent } from './servent.ts';

export interface KnownServer {
	readonly address: Address;
	/** Sessions that failed since the last that did not, and when it may be dialled again. */
	failures: number;
	again: number;
}

export class Register {
	readonly #servent: Servent;
	readonly #servers = new Map<string, KnownServer>();

	constructor(servent: Servent) {
		this.#servent = servent;
	}

	get size(): number {
		return this.#servers.size;
	}

	/** A server that the user names, now or in an earlier life. */
	add(address: Address): void {
		const key = formatAddress(address);
		if (this.#servers.has(key) || this.#servers.size >= this.#servent.limits.servers) return;
		if (!this.#servent.options.usable(address.host)) return this.#servent.refuse('opennap.join.address', key);
		this.#servers.set(key, { address, failures: 0, again: 0 });
	}

	/** Whom to dial now: of those that may be, the one that failed least; undefined: nobody. */
	candidate(now: number): KnownServer | undefined {
		let best: KnownServer | undefined;
		for (const server of this.#servers.values())
			if (server.again <= now && (best === undefined || server.failures < best.failures)) best = server;
		return best;
	}

	welcomed(server: KnownServer): void {
		server.failures = 0;
	}

	failed(now: number, server: KnownServer): void {
		const { serverAgainSeconds, serverAgainMost } = this.#servent.limits;
		server.again = now + Math.min(serverAgainSeconds * 2 ** server.failures, serverAgainMost) * 1000;
		server.failures++;
	}
}
