/** One node of the practice neighbourhood: the same Gnutella on real sockets, over files in memory. */
import { randomBytes } from 'node:crypto';
import { formatAddress } from '../../networks/common/address.ts';
import { Gnutella } from '../../networks/gnutella/index.ts';
import type { Role } from '../../networks/gnutella/servent.ts';
import type { Host } from '../../networks/network.ts';
import { usableIn } from '../../world/scope.ts';
import { SocketWorld } from '../../world/sockets.ts';
import type { Address, Link } from '../../world/world.ts';
import type { Stock } from './catalogue.ts';

export interface NeighbourOptions {
	readonly name: string;
	readonly role: Role;
	readonly listen: Address;
	readonly stock: Stock;
	readonly version: string;
	readonly seeds: readonly string[];
	readonly hostCaches: readonly Address[];
}

export class Neighbour {
	readonly name: string;
	readonly role: Role;
	readonly #world: SocketWorld;
	readonly #gnutella: Gnutella;
	readonly #stock: Stock;
	readonly #announce: { host: string; port: number };

	constructor(options: NeighbourOptions) {
		const usable = usableIn('practice');
		const { listen, stock } = options;
		this.name = options.name;
		this.role = options.role;
		this.#stock = stock;
		this.#announce = { ...listen };
		this.#world = new SocketWorld({ listen, usable, localAddress: listen.host, notice: () => {} });
		const guid = new Uint8Array(randomBytes(16));
		guid[8] = 0xff;
		guid[15] = 0;
		this.#gnutella = new Gnutella(this.#world, this.#host(), {
			role: options.role,
			guid,
			announce: this.#announce,
			agent: `Sallyport/${options.version} (practice)`,
			usable,
			seeds: options.seeds,
			hostCaches: options.hostCaches,
			deflate: true,
		});
		this.#world.attach(this.#gnutella);
	}

	get address(): Address {
		return this.#announce;
	}

	async start(): Promise<void> {
		Object.assign(this.#announce, await this.#world.listen());
		this.#gnutella.start();
	}

	connect(to: Address): void {
		this.#gnutella.connect(to);
	}

	/** Addresses that this node has dialled and is linked with. */
	dialled(): string[] {
		return this.#gnutella
			.peers()
			.filter(({ dialled }) => dialled)
			.map(({ remote }) => formatAddress(remote));
	}

	async stop(): Promise<void> {
		this.#gnutella.stop();
		await this.#world.close();
	}

	/** It shares, and neither searches nor fetches. */
	#host(): Host {
		return {
			shares: this.#stock.shares,
			admit: () => true,
			tree: () => undefined,
			aich: () => undefined,
			alternates: () => [],
			heard: () => {},
			fetchTree: () => {},

			serve: (link, file, from, to) => this.#serve(link, file, from, to),
			hit() {},
			searchEnded() {},
			fetchHead() {},
			fetchBody() {},
			fetchEnd() {},
			remember() {},
		};
	}

	#serve(link: Link, file: number, from: number, to: number): void {
		const content = this.#stock.bytes(file) ?? new Uint8Array(0);
		let at = from;
		const read = async (buffer: Uint8Array): Promise<number> => {
			const part = content.subarray(at, Math.min(to, at + buffer.length));
			buffer.set(part);
			at += part.length;
			return part.length;
		};
		this.#world.pump(link, read, to - from, (why) => this.#gnutella.served(link, why));
	}
}
