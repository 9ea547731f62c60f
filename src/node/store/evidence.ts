/**
 * Evidence on disk: a ring of the newest records. Under attack thousands arrive a second, so they are
 * gathered in memory, equal ones in a row are folded to one with a count, and flush() writes them as
 * one transaction. Evidence is not acknowledged to anyone: what a kill takes is under a second of it.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Evidence } from '../../evidence/evidence.ts';

export interface StoredEvidence extends Evidence {
	readonly id: number;
	readonly count: number;
}

/** Records kept; the oldest leave first. */
export const mostEvidence = 20_000;
/** Records gathered before they are written without being asked. */
const mostPending = 256;

type Pending = Evidence & { count: number };

export class EvidenceTable {
	readonly #database: DatabaseSync;
	readonly #insert: StatementSync;
	readonly #trim: StatementSync;
	readonly #list: StatementSync;
	readonly #count: StatementSync;
	readonly #pending: Pending[] = [];

	constructor(database: DatabaseSync) {
		this.#database = database;
		this.#insert = database.prepare(
			'INSERT INTO evidence (at, code, subject, detail, count) VALUES (?, ?, ?, ?, ?)',
		);
		this.#trim = database.prepare('DELETE FROM evidence WHERE id <= (SELECT max(id) FROM evidence) - ?');
		this.#list = database.prepare('SELECT * FROM evidence WHERE id < ? ORDER BY id DESC LIMIT ?');
		this.#count = database.prepare('SELECT count(*) AS count FROM evidence');
	}

	add(record: Evidence): void {
		const last = this.#pending.at(-1);
		if (last?.code === record.code && last.subject === record.subject && last.detail === record.detail) {
			last.count += record.count ?? 1;
			return;
		}
		this.#pending.push({ ...record, count: record.count ?? 1 });
		if (this.#pending.length >= mostPending) this.flush();
	}

	/** Writes what was gathered. The node calls it once a second. */
	flush(): void {
		if (this.#pending.length === 0) return;
		this.#database.exec('BEGIN');
		try {
			for (const { at, code, subject, detail, count } of this.#pending) {
				this.#insert.run(Math.trunc(at), code, subject, detail ?? null, count);
			}
			this.#trim.run(mostEvidence);
			this.#database.exec('COMMIT');
			this.#pending.length = 0;
		} catch (error) {
			this.#database.exec('ROLLBACK');
			if ((error as NodeJS.ErrnoException).code !== 'ERR_SQLITE_ERROR') throw error;
			// The disk is full or the like. Evidence must not stop the node, nor fill its memory.
			this.#pending.splice(0, this.#pending.length - mostPending / 2);
		}
	}

	/** Newest first; `before` an id, for the next page. */
	list(limit: number, before = Number.MAX_SAFE_INTEGER): StoredEvidence[] {
		this.flush();
		return this.#list.all(before, limit).map((row) => ({
			id: row['id'] as number,
			at: row['at'] as number,
			code: row['code'] as string,
			subject: row['subject'] as string,
			...(row['detail'] === null ? {} : { detail: row['detail'] as string }),
			count: row['count'] as number,
		}));
	}

	count(): number {
		this.flush();
		return (this.#count.get() as { count: number }).count;
	}
}
