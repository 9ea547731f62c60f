/**
 * An OpenNap server on real sockets. What it must not forget (passwords, bans) lies in its home; files it does not keep:
 * users tell theirs again.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Evidence } from '../evidence/evidence.ts';
import { OpenNapServer, type ServerFigures } from '../networks/opennap/server.ts';
import type { SocketLimits } from '../world/socket-limits.ts';
import { SocketWorld } from '../world/sockets.ts';
import type { Address } from '../world/world.ts';
import { Home } from './home.ts';
import { OpenNapAccounts } from './opennap-accounts.ts';

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

const SAVE_EVERY = 60_000;

export class RunningOpenNapServer {
	readonly #home: Home;
	readonly #world: SocketWorld;
	readonly #server: OpenNapServer;
	#saved = '';
	#saving: NodeJS.Timeout | undefined;

	/** Throws HomeRefused where another one runs on the home. */
	constructor(options: OpenNapServerOptions) {
		this.#home = new Home(options.home, Date.now());
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
			bans: this.#read(),
			...(options.limits && { limits: options.limits }),
		});
		this.#world.attach(this.#server);
	}

	/** Where it listens. */
	async start(): Promise<Address> {
		const address = await this.#world.listen();
		this.#server.tick();
		this.#saving = setInterval(() => this.#save(), SAVE_EVERY);
		return address;
	}

	figures(): ServerFigures {
		return this.#server.figures();
	}

	async stop(): Promise<void> {
		clearInterval(this.#saving);
		this.#save();
		await this.#world.close();
		this.#home.close();
	}

	get #path(): string {
		return join(this.#home.path, 'bans.json');
	}

	#read(): [string, number][] {
		try {
			return JSON.parse(readFileSync(this.#path, 'utf8')) as [string, number][];
		} catch {
			// The first start.
			return [];
		}
	}

	#save(): void {
		const text = JSON.stringify(this.#server.bans());
		if (text === this.#saved) return;
		writeFileSync(`${this.#path}.new`, text, { mode: 0o600 });
		renameSync(`${this.#path}.new`, this.#path);
		this.#saved = text;
	}
}
