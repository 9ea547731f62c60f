/**
 * The servers that we know, and which of them to believe. Servers can be used against others: whoever is published as
 * one is asked by every client. So:
 *
 * - a server is known because the user named it (an address, a link, a server.met); what servers and clients tell of
 *   other servers is not taken;
 * - never a port below 1024, never an address outside the scope, at most a hundred;
 * - a server joins the searches by UDP only after it has answered a status with our challenge, and leaves them after two
 *   questions without an answer; one question goes out every five seconds, to the same server after two hours.
 */
import type { Address } from '../../world/world.ts';
import { formatAddress } from '../common/address.ts';
import { joining, protocol } from './limits.ts';
import type { Servent } from './servent.ts';
import { ServerDatagram } from './wire/messages.ts';
import {
	DatagramFlag,
	type DatagramStatus,
	encodeChallenge,
	encodeDatagram,
	statusChallenge,
} from './wire/server-datagrams.ts';

/** A server as a list of servers names it. */
export interface ServerAddress extends Address {
	readonly obfuscatedPort?: number;
}

export interface KnownServer {
	readonly address: Address;
	/** Where it takes obfuscated links, as it or a list has said; 0: nowhere, as far as is known. */
	obfuscatedPort: number;
	/** Dials that failed since the last that did not, and when it may be dialled again. */
	failures: number;
	again: number;
	/** What its last status said; undefined: it has not answered, or no more. */
	status: DatagramStatus | undefined;
	/** The challenge that it has not answered yet; 0: none. */
	challenge: number;
	/** When it was asked, and how many times in vain. */
	asked: number;
	silent: number;
}

export class Register {
	readonly #servent: Servent;
	readonly #servers = new Map<string, KnownServer>();
	#asked = 0;

	constructor(servent: Servent) {
		this.#servent = servent;
	}

	get size(): number {
		return this.#servers.size;
	}

	/** A server that the user names. */
	add({ obfuscatedPort = 0, ...address }: ServerAddress): KnownServer | undefined {
		const key = formatAddress(address);
		const known = this.#servers.get(key);
		if (known !== undefined) return known;
		if (address.port < joining.lowestPort || !this.#servent.options.usable(address.host)) {
			this.#servent.refuse('edonkey.join.address', key);
			return undefined;
		}
		if (this.#servers.size >= joining.servers) return undefined;
		const fresh = { failures: 0, again: 0, status: undefined, challenge: 0, asked: 0, silent: 0 };
		const server = { address, obfuscatedPort: 0, ...fresh };
		this.obfuscated(server, obfuscatedPort);
		this.#servers.set(key, server);
		return server;
	}

	remove(address: Address): void {
		this.#servers.delete(formatAddress(address));
	}

	/**
	 * Whom to dial now: of those that may be, the one that failed least; undefined: nobody. Where obfuscation is
	 * required, a server may be dialled when it has said, by UDP if nowhere else, that it has it.
	 */
	candidate(now: number): KnownServer | undefined {
		let best: KnownServer | undefined;
		for (const server of this.#servers.values()) {
			if (server.again > now || (this.#requires && server.obfuscatedPort === 0)) continue;
			if (best === undefined || server.failures < best.failures) best = server;
		}
		return best;
	}

	/** Obfuscation is required, and no server is known to have it. */
	get lacksObfuscation(): boolean {
		return this.#requires && ![...this.#servers.values()].some(({ obfuscatedPort }) => obfuscatedPort > 0);
	}

	/** It says where it takes obfuscated links; 0, or the port of a service: nowhere. */
	obfuscated(server: KnownServer, port: number): void {
		server.obfuscatedPort = port >= joining.lowestPort ? port : 0;
	}

	get #requires(): boolean {
		return this.#servent.options.obfuscation === 'required';
	}

	/** When somebody may be dialled next. */
	get nextDial(): number {
		return Math.min(...[...this.#servers.values()].map(({ again }) => again));
	}

	welcomed(server: KnownServer): void {
		server.failures = 0;
	}

	failed(now: number, server: KnownServer): void {
		const pause = Math.min(joining.serverAgainSeconds * 2 ** server.failures, joining.serverAgainMost);
		server.failures++;
		server.again = now + pause * 1000;
	}

	/** Servers that searches by UDP go to. */
	answering(): KnownServer[] {
		return [...this.#servers.values()].filter(({ status }) => status !== undefined);
	}

	/** The server that a datagram came from. */
	byDatagram({ host, port }: Address): KnownServer | undefined {
		return this.#servers.get(formatAddress({ host, port: port - protocol.datagramPort }));
	}

	/** A status has come. False: nobody asked for it. */
	answered(server: KnownServer, status: DatagramStatus): boolean {
		if (server.challenge === 0 || status.challenge !== server.challenge) return false;
		server.challenge = 0;
		server.silent = 0;
		server.status = status;
		const { flags = 0, obfuscatedTcp = 0 } = status;
		if ((flags & DatagramFlag.ObfuscatedTcp) !== 0) this.obfuscated(server, obfuscatedTcp);
		return true;
	}

	/** Asks at most one server for its status. */
	tick(now: number): void {
		for (const server of this.#servers.values()) {
			if (server.challenge === 0 || now - server.asked < joining.answerSeconds * 1000) continue;
			server.challenge = 0;
			if (++server.silent < joining.failures) continue;
			if (server.status !== undefined || server.silent === joining.failures)
				this.#servent.refuse('edonkey.status.silent', formatAddress(server.address));
			server.status = undefined;
		}
		if (now - this.#asked < joining.statusSeconds * 1000) return;
		const due = this.#due(now);
		if (due === undefined) return;
		this.#asked = now;
		this.#ask(now, due);
	}

	#due(now: number): KnownServer | undefined {
		for (const server of this.#servers.values()) {
			if (server.challenge !== 0) continue;
			// The second question follows soon; who is silent is asked again as seldom as anybody.
			const soon = server.silent > 0 && server.silent < joining.failures;
			const pause = soon ? joining.answerSeconds * 1000 : joining.statusAgainMinutes * 60_000;
			if (server.asked === 0 || now - server.asked >= pause) return server;
		}
		return undefined;
	}

	#ask(now: number, server: KnownServer): void {
		const { world } = this.#servent;
		const [low, high] = world.random(2) as unknown as [number, number];
		server.challenge = statusChallenge(low | (high << 8));
		server.asked = now;
		const question = encodeDatagram(ServerDatagram.StatusRequest, encodeChallenge(server.challenge));
		world.datagram(datagramsOf(server), question);
	}
}

/** Where a server's datagrams go. */
export function datagramsOf({ address }: KnownServer): Address {
	return { host: address.host, port: address.port + protocol.datagramPort };
}
