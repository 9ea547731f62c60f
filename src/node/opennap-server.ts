/**
 * An OpenNap server on real sockets. What it must not forget (passwords, bans) lies in its home; files it does not keep:
 * users tell theirs again.
 */
import { join } from 'node:path';
import type { Evidence } from '../evidence/evidence.ts';
import type { ServerFigures } from '../networks/opennap/server/operator.ts';
import { OpenNapServer } from '../networks/opennap/server.ts';
import type { SocketLimits } from '../world/socket-limits.ts';
import { SocketWorld } from '../world/sockets.ts';
import type { Address } from '../world/world.ts';
import type { Operating } from './api/operating.ts';
import { GivenBack } from './given-back.ts';
import { Home } from './home.ts';
import { KeptBans } from './kept-bans.ts';
import { OpenNapAccounts } from './opennap-accounts.ts';
import { ServerDesk } from './server-desk.ts';

export interface OpenNapServerOptions {
	readonly listen: Address;
	readonly usable: (host: string) => boolean;
	/** The directory of this server alone. */
	readonly home: string;
	readonly version: string;
	readonly notice: (record: Evidence) => void;
	/** Of the network, by name: for benches. */
	readonly limits?: Readonly<Record<string, number>>;
}

const socketLimits: Partial<SocketLimits> = {
	/** Sessions, and those that are ending. */
	links: 18_000,
	halfOpen: 4096,
	/** A list of 10,000 files is a megabyte; ten thousand users who read nothing must not become memory. */
	highWater: 1 << 20,
};

const MINUTE = 60_000;

export class RunningOpenNapServer {
	readonly #home: Home;
	readonly #world: SocketWorld;
	readonly #server: OpenNapServer;
	readonly #bans: KeptBans;
	readonly #memory = new GivenBack();
	#address: Address;
	#saving: NodeJS.Timeout | undefined;

	/** Throws HomeRefused where another one runs on the home. */
	constructor(options: OpenNapServerOptions) {
		this.#home = new Home(options.home, Date.now());
		this.#bans = new KeptBans(this.#home.path);
		this.#address = options.listen;
		this.#world = new SocketWorld({
			listen: options.listen,
			usable: options.usable,
			notice: options.notice,
			localAddress: options.listen.host,
			limits: socketLimits,
		});
		this.#server = new OpenNapServer(this.#world, {
			motd: `an OpenNap server of Sallyport ${options.version}`,
			accounts: new OpenNapAccounts(join(this.#home.path, 'users.json')),
			bans: this.#bans.read(),
			...(options.limits && { limits: options.limits }),
		});
		this.#world.attach(this.#server);
	}

	/** Where it listens. */
	async start(): Promise<Address> {
		this.#address = await this.#world.listen();
		this.#server.tick();
		this.#saving = setInterval(() => this.#everyMinute(), MINUTE);
		return this.#address;
	}

	figures(): ServerFigures {
		return this.#server.operator.figures();
	}

	/** For its operator's page. */
	desk(): Operating {
		const { operator } = this.#server;
		const about = { network: 'opennap', address: this.#address } as const;
		return new ServerDesk({ ...about, operator, now: Date.now, changed: () => this.#save() });
	}

	async stop(): Promise<void> {
		clearInterval(this.#saving);
		this.#save();
		await this.#world.close();
		this.#home.close();
	}

	#everyMinute(): void {
		this.#save();
		this.#memory.now(this.figures().files);
	}

	#save(): void {
		this.#bans.write(this.#server.operator.bans());
	}
}
