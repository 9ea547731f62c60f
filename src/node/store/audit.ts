/**
 * What was shared when, and served to whom: the answer to the question of liability, kept on this machine only, and no
 * longer than the user wants. It is not evidence of attacks, so no flood of those pushes it out.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';

export interface AuditRecord {
	readonly at: number;
	/** A folder was shared, or no longer; bytes of a file went out. */
	readonly what: 'shared' | 'unshared' | 'served';
	/** The folder's path, or the file's name. */
	readonly name: string;
	/** host:port of who got it. */
	readonly peer?: string;
	readonly agent?: string;
	/** Base32. */
	readonly sha1?: string;
	/** Bytes [from, to) were asked for, so many went out. */
	readonly from?: number;
	readonly to?: number;
	readonly bytes?: number;
	/** How it ended, where not every byte went out. */
	readonly why?: string;
}

/** Parts that follow each other within this time are one line. */
const foldMilliseconds = 10 * 60_000;
const mostFolded = 1000;
/** A stranger who asks for little again and again must not fill the disk. */
const mostRows = 500_000;

const fields = ['at', 'what', 'name', 'peer', 'agent', 'sha1', 'start', 'stop', 'bytes', 'why'] as const;

export class AuditTable {
	readonly #add: StatementSync;
	readonly #list: StatementSync;
	readonly #count: StatementSync;
	readonly #prune: StatementSync;
	readonly #more: StatementSync;
	readonly #trim: StatementSync;
	/** Lines that may still grow. */
	readonly #last = new Map<string, { readonly id: number; at: number }>();

	constructor(database: DatabaseSync) {
		const places = fields.map(() => '?').join(', ');
		this.#add = database.prepare(`INSERT INTO audit (${fields.join(', ')}) VALUES (${places})`);
		this.#list = database.prepare('SELECT * FROM audit ORDER BY id DESC LIMIT ? OFFSET ?');
		this.#count = database.prepare('SELECT count(*) AS count FROM audit');
		this.#more = database.prepare(
			'UPDATE audit SET stop = max(stop, ?), bytes = bytes + ?, why = ? WHERE id = ?',
		);
		this.#trim = database.prepare('DELETE FROM audit WHERE id <= (SELECT max(id) FROM audit) - ?');
		this.#prune = database.prepare('DELETE FROM audit WHERE at < ?');
	}

	/** Parts of one file that follow each other to one host are one line: where it begins, and what went out in all. */
	add(record: AuditRecord): void {
		const { at, what, name, peer, agent, sha1, from, to, bytes, why } = record;
		const key = `${peer?.replace(/:\d+$/, '')} ${sha1 ?? name}`;
		const last = what === 'served' ? this.#last.get(key) : undefined;
		if (last !== undefined && at - last.at < foldMilliseconds) {
			last.at = at;
			this.#more.run(to ?? null, bytes ?? 0, why ?? null, last.id);
			return;
		}
		const values = [at, what, name, peer, agent, sha1, from, to, bytes, why];
		const { lastInsertRowid } = this.#add.run(...values.map((value) => value ?? null));
		if (what !== 'served') return;
		this.#last.delete(key);
		this.#last.set(key, { id: Number(lastInsertRowid), at });
		if (this.#last.size > mostFolded) this.#last.delete(this.#last.keys().next().value!);
		if (Number(lastInsertRowid) % 1000 === 0) this.#trim.run(mostRows);
	}

	/** Newest first. */
	list(from: number, count: number): (AuditRecord & { readonly id: number })[] {
		return this.#list.all(count, from).map((row) => {
			const { start, stop, ...plain } = row;
			const record = { ...plain, from: start, to: stop };
			const known = Object.entries(record).filter(([, value]) => value !== null);
			return Object.fromEntries(known) as unknown as AuditRecord & { id: number };
		});
	}

	get count(): number {
		return (this.#count.get() as { count: number }).count;
	}

	/** Forgets what is older. */
	prune(before: number): void {
		this.#prune.run(before);
	}
}
