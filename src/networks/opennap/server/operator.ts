/**
 * What whoever runs a server sees of it, and may do: figures, users without their nicks, what was refused and how often,
 * and who stays out. His word goes before the server's own: whom he bans has no session any more.
 */
import type { Parts } from './parts.ts';

export interface ServerFigures {
	readonly users: number;
	/** Sessions without a nick yet. */
	readonly checking: number;
	/** Users who cannot be dialled. */
	readonly lowIds: number;
	readonly files: number;
	readonly gigabytes: number;
	readonly words: number;
	readonly indexBytes: number;
	/** Since the start. */
	readonly logins: number;
	readonly offered: number;
	readonly searches: number;
	readonly accounts: number;
	readonly bans: number;
}

export class Operator {
	readonly #parts: Parts;
	readonly #refused: ReadonlyMap<string, number>;
	readonly #counts: () => Pick<ServerFigures, 'logins' | 'offered' | 'searches'>;

	constructor(
		parts: Parts,
		refused: ReadonlyMap<string, number>,
		counts: () => Pick<ServerFigures, 'logins' | 'offered' | 'searches'>,
	) {
		this.#parts = parts;
		this.#refused = refused;
		this.#counts = counts;
	}

	figures(): ServerFigures {
		const { sessions, catalogue, bans, options } = this.#parts;
		let lowIds = 0;
		for (const { port, state } of sessions.all()) if (state === 'served' && port === 0) lowIds++;
		return {
			users: sessions.users,
			checking: sessions.size - sessions.users,
			lowIds,
			files: catalogue.files,
			gigabytes: Math.round(catalogue.bytes / 1e9),
			words: catalogue.postings.words,
			indexBytes: catalogue.bytesHeld,
			...this.#counts(),
			accounts: options.accounts.size,
			bans: bans.all.length,
		};
	}

	/** How often what was refused since the start, by code. */
	refused(): [code: string, count: number][] {
		return [...this.#refused];
	}

	/** Those that share most. */
	clients(most: number) {
		const all = [...this.#parts.sessions.all()].sort((one, other) => other.files - one.files);
		return all.slice(0, most).map(({ remote, port, state, files, since }) => ({
			host: remote.host,
			port: port === 0 ? remote.port : port,
			id: state !== 'served' ? ('none' as const) : port === 0 ? ('low' as const) : ('high' as const),
			files,
			since,
		}));
	}

	bans(): [host: string, until: number][] {
		return this.#parts.bans.all;
	}

	/** `until`: milliseconds; undefined: for good. */
	ban(host: string, until: number | undefined): void {
		this.#parts.bans.ban(host, until ?? Number.MAX_SAFE_INTEGER);
		for (const session of [...this.#parts.sessions.all()])
			if (session.remote.host === host) this.#parts.end(session, 'banned by the operator');
	}

	/** False: it was not banned. */
	unban(host: string): boolean {
		return this.#parts.bans.unban(host);
	}
}
