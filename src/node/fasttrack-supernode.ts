/**
 * A FastTrack super-node on real sockets, links and datagrams at one port. It shares and fetches nothing itself, and has
 * nothing to remember: leaves publish theirs again as soon as they are back.
 */
import type { Evidence } from '../evidence/evidence.ts';
import { PostingIndex } from '../library/posting-index.ts';
import { FastTrack, type SupernodeFigures } from '../networks/fasttrack/index.ts';
import type { Host } from '../networks/network.ts';
import { SocketWorld } from '../world/sockets.ts';
import type { Address } from '../world/world.ts';

export interface SupernodeOptions {
	readonly listen: Address;
	/** What leaves are told. Default: where it listens. */
	readonly announce?: Address;
	readonly usable: (host: string) => boolean;
	readonly version: string;
	readonly notice: (record: Evidence) => void;
}

/** Nobody here shares, searches or fetches. */
const nobody: Host = {
	shares: new PostingIndex(),
	hit: () => {},
	searchEnded: () => {},
	admit: () => ({ retryAfter: 3600 }),
	tree: () => undefined,
	aich: () => undefined,
	alternates: () => [],
	heard: () => {},
	serve: () => {},
	fetchHead: () => {},
	fetchBody: () => {},
	fetchTree: () => {},
	fetchEnd: () => {},
	remember: () => {},
};

export class RunningSupernode {
	readonly #world: SocketWorld;
	readonly #network: FastTrack;
	readonly #announce: { host: string; port: number };
	readonly #isAnnounced: boolean;

	constructor({ listen, announce, usable, version, notice }: SupernodeOptions) {
		this.#announce = { ...(announce ?? listen) };
		this.#isAnnounced = announce !== undefined;
		this.#world = new SocketWorld({ listen, usable, notice, localAddress: listen.host });
		this.#network = new FastTrack(this.#world, nobody, {
			...{ role: 'supernode', user: 'Sallyport', network: 'KaZaA', agent: `Sallyport/${version}` },
			announce: this.#announce,
			usable,
			seeds: [],
		});
		this.#world.attach(this.#network);
	}

	/** Where it listens. */
	async start(): Promise<Address> {
		const address = await this.#world.listen();
		if (!this.#isAnnounced) Object.assign(this.#announce, address);
		this.#network.start();
		return address;
	}

	figures(): SupernodeFigures {
		return this.#network.figures();
	}

	async stop(): Promise<void> {
		this.#network.stop();
		await this.#world.close();
	}
}
