import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Credit, CreditBook } from '../../networks/edonkey/accounts.ts';

/** Each has given or got bytes: more users than a node meets in 150 days. */
const mostCredits = 100_000;
const keptMilliseconds = 150 * 24 * 60 * 60_000;
const trimEvery = 100;

interface Row {
	readonly key: Uint8Array;
	readonly bound: number;
	readonly received: number;
	readonly sent: number;
	readonly seen: number;
}

/** What eDonkey users have given and got (networks/edonkey/credits.ts). */
export class CreditTable implements CreditBook {
	readonly #get: StatementSync;
	readonly #put: StatementSync;
	readonly #old: StatementSync;
	readonly #trim: StatementSync;
	#sinceTrim = 0;

	constructor(database: DatabaseSync) {
		this.#get = database.prepare('SELECT * FROM edonkey_credits WHERE user = ?');
		this.#put = database.prepare(
			`INSERT INTO edonkey_credits VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET key = excluded.key,
			bound = excluded.bound, received = excluded.received, sent = excluded.sent, seen = excluded.seen`,
		);
		this.#old = database.prepare('DELETE FROM edonkey_credits WHERE seen < ?');
		this.#trim = database.prepare(
			'DELETE FROM edonkey_credits WHERE user IN (SELECT user FROM edonkey_credits ORDER BY seen DESC LIMIT -1 OFFSET ?)',
		);
	}

	get(user: string): Credit | undefined {
		const row = this.#get.get(user) as unknown as Row | undefined;
		if (row === undefined) return undefined;
		const { key, bound, received, sent, seen } = row;
		return { user, key, bound: bound === 1, received, sent, seenAt: seen };
	}

	put({ user, key, bound, received, sent, seenAt }: Credit): void {
		this.#put.run(user, key, bound ? 1 : 0, received, sent, Math.trunc(seenAt));
		if (++this.#sinceTrim < trimEvery) return;
		this.#sinceTrim = 0;
		this.#old.run(Math.trunc(seenAt) - keptMilliseconds);
		this.#trim.run(mostCredits);
	}
}
