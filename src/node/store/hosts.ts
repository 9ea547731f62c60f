import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { NetworkName } from '../../networks/network.ts';
import type { Address } from '../../world/world.ts';

export interface KnownHost extends Address {
	readonly what: 'ultrapeer' | 'leaf' | 'uhc' | 'server';
	/** Milliseconds since the epoch. */
	readonly seen: number;
	/** Failures since it was last seen. */
	readonly failed: number;
}

/** More is no better: a node dials some dozens. Bounded, so that nobody fills it. */
const mostHosts = 5000;
/** A host that failed this often since it was last seen is forgotten. */
const mostFailures = 3;

/** The persistent host cache: where to dial after a restart. */
export class HostTable {
	readonly #remember: StatementSync;
	readonly #failed: StatementSync;
	readonly #forget: StatementSync;
	readonly #best: StatementSync;
	readonly #trim: StatementSync;
	#sinceTrim = 0;

	constructor(database: DatabaseSync) {
		this.#remember = database.prepare(
			`INSERT INTO hosts VALUES (?, ?, ?, ?, ?, 0)
			ON CONFLICT DO UPDATE SET what = excluded.what, seen = excluded.seen, failed = 0`,
		);
		const one = 'network = ? AND host = ? AND port = ?';
		this.#failed = database.prepare(`UPDATE hosts SET failed = failed + 1 WHERE ${one}`);
		this.#forget = database.prepare(`DELETE FROM hosts WHERE ${one} AND failed >= ?`);
		this.#best = database.prepare(
			'SELECT host, port, what, seen, failed FROM hosts WHERE network = ? ORDER BY failed, seen DESC LIMIT ?',
		);
		this.#trim = database.prepare(
			`DELETE FROM hosts WHERE (network, host, port) IN
			(SELECT network, host, port FROM hosts ORDER BY seen DESC LIMIT -1 OFFSET ?)`,
		);
	}

	/** The Host.remember of networks/network.ts. */
	remember(
		network: NetworkName,
		{ host, port }: Address,
		what: KnownHost['what'] | 'failed',
		now: number,
	): void {
		if (what === 'failed') {
			this.#failed.run(network, host, port);
			this.#forget.run(network, host, port, mostFailures);
			return;
		}
		this.#remember.run(network, host, port, what, now);
		if (++this.#sinceTrim >= 100) {
			this.#sinceTrim = 0;
			this.#trim.run(mostHosts);
		}
	}

	/** The most promising first: few failures, lately seen. */
	best(network: NetworkName, limit: number): KnownHost[] {
		return this.#best.all(network, limit) as unknown as KnownHost[];
	}
}
