import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Address } from '../../world/world.ts';

export interface KnownHost extends Address {
	readonly what: 'ultrapeer' | 'leaf' | 'uhc';
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
			`INSERT INTO hosts VALUES (?, ?, ?, ?, 0)
			ON CONFLICT DO UPDATE SET what = excluded.what, seen = excluded.seen, failed = 0`,
		);
		this.#failed = database.prepare('UPDATE hosts SET failed = failed + 1 WHERE host = ? AND port = ?');
		this.#forget = database.prepare('DELETE FROM hosts WHERE host = ? AND port = ? AND failed >= ?');
		this.#best = database.prepare('SELECT * FROM hosts ORDER BY failed, seen DESC LIMIT ?');
		this.#trim = database.prepare(
			'DELETE FROM hosts WHERE (host, port) IN (SELECT host, port FROM hosts ORDER BY seen DESC LIMIT -1 OFFSET ?)',
		);
	}

	/** The Host.remember of networks/network.ts. */
	remember(address: Address, what: KnownHost['what'] | 'failed', now: number): void {
		if (what === 'failed') {
			this.#failed.run(address.host, address.port);
			this.#forget.run(address.host, address.port, mostFailures);
			return;
		}
		this.#remember.run(address.host, address.port, what, now);
		if (++this.#sinceTrim >= 100) {
			this.#sinceTrim = 0;
			this.#trim.run(mostHosts);
		}
	}

	/** The most promising first: few failures, lately seen. */
	best(limit: number): KnownHost[] {
		return this.#best.all(limit) as unknown as KnownHost[];
	}
}
