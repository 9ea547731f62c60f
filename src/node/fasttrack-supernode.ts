/**
 * A FastTrack super-node on real sockets, links and datagrams at one port. It shares and fetches nothing itself. What it must
 * not forget (bans) lies in its home, if it has one; leaves publish theirs again as soon as they are back.
 */
import type { Evidence } from '../evidence/evidence.ts';
import { PostingIndex } from '../library/posting-index.ts';
import { FastTrack } from '../networks/fasttrack/index.ts';
import type { SupernodeFigures } from '../networks/fasttrack/operator.ts';
import type { Host } from '../networks/network.ts';
import { scopeOf } from '../world/scope.ts';
import { SocketWorld } from '../world/sockets.ts';
import type { Address } from '../world/world.ts';
import type { Operating } from './api/operating.ts';
import { GivenBack } from './given-back.ts';
import { Home } from './home.ts';
import { KeptBans } from './kept-bans.ts';
import { ServerDesk } from './server-desk.ts';

export interface SupernodeOptions {
	readonly listen: Address;
	/** What leaves are told. Default: where it listens. */
	readonly announce?: Address;
	/** Others to be linked with. */
	readonly neighbours?: readonly Address[];
	readonly usable: (host: string) => boolean;
	/** The directory of this super-node alone; absent: nothing is kept. */
	readonly home?: string;
	/** How it calls itself. */
	readonly agent: string;
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

const MINUTE = 60_000;

/** Hosts of its own network, or of the Internet: nobody there names hosts of ours. */
function mayName(from: string, host: string): boolean {
	const scope = scopeOf(host);
	return scope === 'internet' || scope === scopeOf(from);
}

export class RunningSupernode {
	readonly #home: Home | undefined;
	readonly #bans: KeptBans | undefined;
	readonly #memory = new GivenBack();
	readonly #world: SocketWorld;
	readonly #network: FastTrack;
	readonly #announce: { host: string; port: number };
	readonly #isAnnounced: boolean;
	#saving: NodeJS.Timeout | undefined;

	/** Throws HomeRefused where another one runs on the home. */
	constructor({ listen, announce, neighbours = [], usable, home, agent, notice }: SupernodeOptions) {
		this.#home = home === undefined ? undefined : new Home(home, Date.now());
		this.#bans = this.#home && new KeptBans(this.#home.path);
		this.#announce = { ...(announce ?? listen) };
		this.#isAnnounced = announce !== undefined;
		this.#world = new SocketWorld({ listen, usable, notice, localAddress: listen.host });
		this.#network = new FastTrack(this.#world, nobody, {
			...{ role: 'supernode', user: 'Sallyport', network: 'KaZaA', agent },
			announce: this.#announce,
			bans: this.#bans?.read() ?? [],
			...{ usable, mayName, neighbours, seeds: [] },
		});
		this.#world.attach(this.#network);
	}

	/** Where it listens. */
	async start(): Promise<Address> {
		const address = await this.#world.listen();
		if (!this.#isAnnounced) Object.assign(this.#announce, address);
		this.#network.start();
		this.#saving = setInterval(() => this.#everyMinute(), MINUTE);
		return address;
	}

	figures(): SupernodeFigures {
		return this.#network.operator!.figures();
	}

	/** For its operator's page. */
	desk(): Operating {
		const about = { network: 'fasttrack', address: this.#announce } as const;
		const operator = this.#network.operator!;
		return new ServerDesk({ ...about, operator, now: Date.now, changed: () => this.#save() });
	}

	async stop(): Promise<void> {
		clearInterval(this.#saving);
		this.#save();
		this.#network.stop();
		await this.#world.close();
		this.#home?.close();
	}

	#everyMinute(): void {
		this.#save();
		this.#memory.now(this.figures().files);
	}

	#save(): void {
		this.#bans?.write(this.#network.operator!.bans());
	}
}
