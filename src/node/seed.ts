/**
 * A seed on real sockets, for Gnutella and eDonkey on one port: web cache, host cache, and server.met. A datagram is
 * eDonkey's where it comes from a server that is being asked, else Gnutella's.
 */
import type { Evidence } from '../evidence/evidence.ts';
import { type NamedServer, ServerSeed } from '../networks/edonkey/seed.ts';
import { Seed } from '../networks/gnutella/seed.ts';
import type { Network } from '../networks/network.ts';
import { SocketWorld } from '../world/sockets.ts';
import type { Address, Link } from '../world/world.ts';

export interface RunningSeedOptions {
	readonly agent: string;
	readonly listen: Address;
	readonly usable: (host: string) => boolean;
	/** Servers of eDonkey that the operator names. */
	readonly servers: readonly NamedServer[];
	readonly notice: (record: Evidence) => void;
}

const TICK = 1000;

export class RunningSeed implements Network {
	readonly name = 'gnutella';
	readonly #world: SocketWorld;
	readonly #hosts: Seed;
	readonly #servers: ServerSeed;
	readonly #announce: { host: string; port: number };

	constructor({ agent, listen, usable, servers, notice }: RunningSeedOptions) {
		this.#announce = { ...listen };
		const world = new SocketWorld({ listen, usable, notice, localAddress: listen.host });
		this.#world = world;
		const refuse = (code: string, subject: string) => notice({ at: world.now(), code, subject });
		this.#servers = new ServerSeed({ world, options: { usable, obfuscation: 'supported' }, refuse }, servers);
		const pages = new Map([['/server.met', () => this.#servers.list()]]);
		this.#hosts = new Seed(world, {
			...{ agent, announce: this.#announce, usable, urls: [] },
			...(servers.length > 0 && { pages }),
		});
		world.attach(this);
	}

	/** Where it listens. */
	async start(): Promise<Address> {
		Object.assign(this.#announce, await this.#world.listen());
		this.tick();
		return this.#announce;
	}

	stop(): Promise<void> {
		return this.#world.close();
	}

	opened(link: Link, remote: Address, dialled: boolean): void {
		this.#hosts.opened(link, remote, dialled);
	}

	received(link: Link, bytes: Uint8Array): void {
		this.#hosts.received(link, bytes);
	}

	drained(): void {}

	closed(link: Link): void {
		this.#hosts.closed(link);
	}

	datagram(from: Address, bytes: Uint8Array): void {
		if (this.#servers.knows(from)) this.#servers.datagram(from, bytes);
		else this.#hosts.datagram(from, bytes);
	}

	tick(): void {
		const now = this.#world.now();
		this.#hosts.tick();
		this.#servers.tick(now);
		this.#world.wake(now + TICK);
	}
}
