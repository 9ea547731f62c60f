/**
 * An eDonkey server on real sockets: links at its port, datagrams four above. What it must not forget (its identity,
 * the secret of its keys, bans) lies in its home, written whenever it has changed, at most once a minute, and at its end.
 */
import { join } from 'node:path';
import type { Evidence } from '../evidence/evidence.ts';
import { protocol } from '../networks/edonkey/limits.ts';
import { newMemory, readMemory, writeMemory } from '../networks/edonkey/server/memory.ts';
import type { ServerFigures } from '../networks/edonkey/server/operator.ts';
import { EdonkeyServer } from '../networks/edonkey/server.ts';
import type { SocketLimits } from '../world/socket-limits.ts';
import { SocketWorld } from '../world/sockets.ts';
import type { Address } from '../world/world.ts';
import type { Operating } from './api/operating.ts';
import { GivenBack } from './given-back.ts';
import { Home } from './home.ts';
import { KeptFile } from './kept-file.ts';
import { ServerDesk } from './server-desk.ts';

export interface EdonkeyServerOptions {
	readonly listen: Address;
	/** What clients are told. Default: where it listens. */
	readonly announce?: Address;
	readonly usable: (host: string) => boolean;
	/** The directory of this server alone. */
	readonly home: string;
	readonly version: string;
	readonly notice: (record: Evidence) => void;
	/** Of the network, by name: for benches. */
	readonly limits?: Readonly<Record<string, number>>;
}

const socketLimits: Partial<SocketLimits> = {
	/** Sessions, checks, and those that are ending. */
	links: 18_000,
	halfOpen: 4096,
	/** Two pages of results: ten thousand clients that read nothing must not become memory. */
	highWater: 65_536,
};

const MINUTE = 60_000;
/** While it runs, so many LowIDs count as given: after a crash none of the last minute is given to somebody else. */
const LOW_IDS_AHEAD = 100_000;

export class RunningEdonkeyServer {
	readonly #options: EdonkeyServerOptions;
	readonly #home: Home;
	readonly #world: SocketWorld;
	readonly #server: EdonkeyServer;
	readonly #announce: { host: string; port: number };
	readonly #file: KeptFile;
	readonly #memory = new GivenBack();
	#saving: NodeJS.Timeout | undefined;

	/** Throws HomeRefused where another one runs on the home. */
	constructor(options: EdonkeyServerOptions) {
		this.#options = options;
		this.#home = new Home(options.home, Date.now());
		this.#file = new KeptFile(join(this.#home.path, 'server.json'));
		this.#announce = { ...(options.announce ?? options.listen) };
		const { host } = options.listen;
		this.#world = new SocketWorld({
			listen: { ...options.listen, datagramsAbove: protocol.datagramPort },
			usable: options.usable,
			notice: options.notice,
			localAddress: host,
			limits: socketLimits,
		});
		this.#server = new EdonkeyServer(this.#world, {
			name: 'Sallyport',
			description: 'an eDonkey server of Sallyport',
			announce: this.#announce,
			version: options.version,
			usable: options.usable,
			servers: [],
			memory: this.#read() ?? newMemory((bytes) => this.#world.random(bytes)),
			...(options.limits && { limits: options.limits }),
		});
		this.#world.attach(this.#server);
	}

	/** Where it listens. */
	async start(): Promise<Address> {
		const address = await this.#world.listen();
		if (this.#options.announce === undefined) Object.assign(this.#announce, address);
		this.#server.tick();
		this.#save();
		this.#saving = setInterval(() => this.#everyMinute(), MINUTE);
		return address;
	}

	figures(): ServerFigures {
		return this.#server.figures();
	}

	/** For its operator's page. */
	desk(): Operating {
		const { operator } = this.#server;
		const { host, port } = this.#announce;
		const link = `ed2k://|server|${host}|${port}|/`;
		const about = { network: 'edonkey', address: this.#announce, link } as const;
		return new ServerDesk({ ...about, operator, now: Date.now, changed: () => this.#save() });
	}

	async stop(): Promise<void> {
		clearInterval(this.#saving);
		this.#save(0);
		await this.#world.close();
		this.#home.close();
	}

	/** What is there and is not ours begins anew, as at the first start. */
	#read(): ReturnType<typeof readMemory> {
		const text = this.#file.read();
		return text === undefined ? undefined : readMemory(text);
	}

	#everyMinute(): void {
		this.#save();
		this.#memory.now(this.figures().files);
	}

	#save(ahead = LOW_IDS_AHEAD): void {
		const memory = this.#server.memory();
		this.#file.write(writeMemory({ ...memory, lastLowId: memory.lastLowId + ahead }));
	}
}
