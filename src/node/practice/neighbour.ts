/** One node of the practice neighbourhood: the same network on real sockets, over files in memory. */
import { partSize } from '../../library/ed2k-hash.ts';
import type { Host, Messages, Participant } from '../../networks/network.ts';
import { usableIn } from '../../world/scope.ts';
import { SocketWorld } from '../../world/sockets.ts';
import type { Address, Link, World } from '../../world/world.ts';
import type { Stock } from './catalogue.ts';

export interface NeighbourOptions<Network> {
	readonly name: string;
	readonly listen: Address;
	/** Datagrams come to a port so much above. */
	readonly datagramsAbove?: number;
	readonly stock: Stock;
	/** `announce` is filled in once the port is known. */
	readonly make: (world: World, host: Host, announce: Address) => Network;
}

export class Neighbour<Network extends Participant> {
	readonly name: string;
	readonly network: Network;
	readonly #world: SocketWorld;
	readonly #stock: Stock;
	readonly #announce: { host: string; port: number };

	constructor({ name, listen, datagramsAbove = 0, stock, make }: NeighbourOptions<Network>) {
		this.name = name;
		this.#stock = stock;
		this.#announce = { host: listen.host, port: listen.port };
		this.#world = new SocketWorld({
			listen: { ...listen, datagramsAbove },
			usable: usableIn('practice'),
			localAddress: listen.host,
			notice: () => {},
		});
		this.network = make(this.#world, this.#host(), this.#announce);
		this.#world.attach(this.network);
	}

	get address(): Address {
		return this.#announce;
	}

	async start(): Promise<void> {
		Object.assign(this.#announce, await this.#world.listen());
		this.network.start();
	}

	async stop(): Promise<void> {
		this.network.stop();
		await this.#world.close();
	}

	/** It shares, and neither searches nor fetches. */
	#host(): Host {
		const stock = this.#stock;
		return {
			shares: stock.shares,
			admit: () => true,
			tree(file, kind) {
				const hashes = kind === 'ed2k' ? stock.ed2k(file) : undefined;
				return hashes && { kind: 'ed2k', slices: hashes.parts, slice: partSize };
			},
			aich: (file) => stock.ed2k(file)?.aich,
			alternates: () => [],
			heard: () => {},
			fetchTree: () => {},
			serve: (link, file, from, to, messages) => this.#serve(link, file, from, to, messages),
			hit() {},
			searchEnded() {},
			fetchHead() {},
			fetchBody() {},
			fetchEnd() {},
			remember() {},
		};
	}

	#serve(link: Link, file: number, from: number, to: number, messages?: Messages): void {
		const range = (this.#stock.bytes(file) ?? new Uint8Array(0)).subarray(from, to);
		const content = messages?.of(range, false, (room) => new Uint8Array(room)) ?? range;
		let at = 0;
		const read = async (buffer: Uint8Array): Promise<number> => {
			const part = content.subarray(at, at + buffer.length);
			buffer.set(part);
			at += part.length;
			return part.length;
		};
		const bytes = messages === undefined ? to - from : content.length;
		this.#world.pump(link, read, bytes, (why) => this.network.served(link, why));
	}
}
