/**
 * What whoever runs a super-node sees of it, and may do: figures, leaves without their names, what was refused and how often,
 * and who stays out. His word goes before the super-node's own: whom he bans has no link any more, as a leaf or as a neighbour.
 */
import type { Bans } from '../../defence/bans.ts';
import type { Supernode } from './supernode.ts';

export interface SupernodeFigures {
	/** Leaves. */
	readonly users: number;
	/** Leaves that cannot be dialled. */
	readonly lowIds: number;
	/** Links that have yet to say what they are. */
	readonly checking: number;
	readonly files: number;
	readonly words: number;
	/** Super-nodes that are linked with it. */
	readonly neighbours: number;
	/** Searches that these are being asked. */
	readonly passedOn: number;
	/** Since the start: leaves that came, files they told of, their searches, and those of neighbours. */
	readonly logins: number;
	readonly offered: number;
	readonly searches: number;
	readonly neighbourSearches: number;
	readonly bans: number;
}

export class Operator {
	readonly #supernode: Supernode;
	readonly #bans: Bans;
	readonly #refused: ReadonlyMap<string, number>;

	constructor(supernode: Supernode, bans: Bans, refused: ReadonlyMap<string, number>) {
		this.#supernode = supernode;
		this.#bans = bans;
		this.#refused = refused;
	}

	figures(): SupernodeFigures {
		return { ...this.#supernode.figures(), bans: this.#bans.all.length };
	}

	/** How often what was refused since the start, by code. */
	refused(): [code: string, count: number][] {
		return [...this.#refused];
	}

	/** Those that share most. */
	clients(most: number) {
		const all = this.#supernode.all().sort((one, other) => other.files - one.files);
		return all.slice(0, most).map(({ channel: { remote, since, isOpen }, port, files }) => ({
			host: remote.host,
			port: port === 0 ? remote.port : port,
			id: isOpen ? (port === 0 ? ('low' as const) : ('high' as const)) : ('none' as const),
			files,
			since,
		}));
	}

	bans(): [host: string, until: number][] {
		return this.#bans.all;
	}

	/** `until`: milliseconds; undefined: for good. */
	ban(host: string, until: number | undefined): void {
		this.#bans.ban(host, until ?? Number.MAX_SAFE_INTEGER);
		for (const channel of this.#supernode.channels())
			if (channel.remote.host === host) channel.end('banned by the operator');
	}

	/** False: it was not banned. */
	unban(host: string): boolean {
		return this.#bans.unban(host);
	}
}
