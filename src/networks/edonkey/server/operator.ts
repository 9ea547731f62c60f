/**
 * What whoever runs a server sees of it, and may do: figures, clients, what was refused and how often, and who stays
 * out. The operator's word goes before the server's own: who he bans has no session any more and is not answered by
 * UDP, and his bans are not pushed out by those that the server makes (defence/bans.ts).
 */
import type { Parts } from './parts.ts';
import type { Register } from './register.ts';
import { isHigh } from './register.ts';
import type { Session } from './sessions.ts';

export interface ServerFigures {
	readonly users: number;
	readonly lowIds: number;
	readonly checking: number;
	readonly files: number;
	readonly sources: number;
	readonly words: number;
	readonly indexBytes: number;
	/** Since the start. */
	readonly logins: number;
	readonly offered: number;
	readonly searches: number;
	readonly datagrams: number;
	readonly datagramsHeld: number;
	readonly datagramsSealed: number;
	/** Sessions whose link was obfuscated. */
	readonly sealed: number;
	readonly datagramBytesIn: number;
	readonly datagramBytesOut: number;
	readonly datagramBytesUnproven: number;
	readonly bans: number;
}

/** What the other parts of a server have counted. */
export type Counts = Pick<
	ServerFigures,
	| 'logins'
	| 'offered'
	| 'searches'
	| 'datagrams'
	| 'datagramsHeld'
	| 'datagramsSealed'
	| 'sealed'
	| 'datagramBytesIn'
	| 'datagramBytesOut'
	| 'datagramBytesUnproven'
>;

/** A client, as the operator sees it: no name, no hash of the user. */
export interface ClientView {
	readonly host: string;
	readonly port: number;
	readonly id: 'high' | 'low' | 'none';
	readonly files: number;
	/** Milliseconds. */
	readonly since: number;
}

export class Operator {
	readonly #parts: Parts;
	readonly #register: Register;
	readonly #counts: () => Counts;
	readonly #refused: ReadonlyMap<string, number>;

	constructor(parts: Parts, register: Register, refused: ReadonlyMap<string, number>, counts: () => Counts) {
		this.#parts = parts;
		this.#register = register;
		this.#refused = refused;
		this.#counts = counts;
	}

	figures(): ServerFigures {
		const { sessions, index, quotas } = this.#parts;
		return {
			users: sessions.size,
			lowIds: sessions.lowIds,
			checking: this.#register.check.size,
			files: index.files,
			sources: index.sources.count,
			words: index.postings.words,
			indexBytes: index.bytesHeld,
			...this.#counts(),
			bans: quotas.bans.all.length,
		};
	}

	/** How often what was refused since the start, by code. */
	refused(): [code: string, count: number][] {
		return [...this.#refused];
	}

	/** Those that offer most. */
	clients(most: number): ClientView[] {
		const sessions = [...this.#parts.sessions.all()].sort((one, other) => other.files - one.files);
		return sessions.slice(0, most).map(viewOf);
	}

	bans(): [host: string, until: number][] {
		return this.#parts.quotas.bans.all;
	}

	/** `until`: milliseconds; undefined: for good. */
	ban(host: string, until: number | undefined): void {
		this.#parts.quotas.bans.ban(host, until ?? Number.MAX_SAFE_INTEGER);
		for (const session of [...this.#parts.sessions.all()])
			if (session.remote.host === host) this.#parts.end(session, 'banned by the operator');
	}

	/** False: it was not banned. */
	unban(host: string): boolean {
		return this.#parts.quotas.bans.unban(host);
	}
}

function viewOf(session: Session): ClientView {
	const { remote, port, id, files, since } = session;
	return {
		host: remote.host,
		port: port === 0 ? remote.port : port,
		id: id === 0 ? 'none' : isHigh(session) ? 'high' : 'low',
		files,
		since,
	};
}
