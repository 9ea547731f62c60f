import type { DatabaseSync, StatementSync } from 'node:sqlite';

export interface SearchRow {
	readonly id: number;
	readonly words: string;
	readonly startedAt: number;
	readonly endedAt: number | null;
	readonly hits: number;
}

/** As many searches as anyone scrolls through. */
const mostSearches = 1000;

/** What was searched for: numbers of searches are never used twice, also over restarts. */
export class SearchTable {
	readonly #add: StatementSync;
	readonly #trim: StatementSync;
	readonly #ended: StatementSync;
	readonly #list: StatementSync;
	readonly #remove: StatementSync;

	constructor(database: DatabaseSync) {
		this.#add = database.prepare('INSERT INTO searches (words, started) VALUES (?, ?) RETURNING id');
		this.#trim = database.prepare('DELETE FROM searches WHERE id <= ?');
		this.#ended = database.prepare('UPDATE searches SET ended = ?, hits = ? WHERE id = ?');
		this.#list = database.prepare(
			`SELECT id, words, started AS startedAt, ended AS endedAt, hits FROM searches ORDER BY id DESC LIMIT ?`,
		);
		this.#remove = database.prepare('DELETE FROM searches WHERE id = ?');
	}

	/** The number of the new search. */
	add(words: string, now: number): number {
		const { id } = this.#add.get(words, now) as { id: number };
		this.#trim.run(id - mostSearches);
		return id;
	}

	ended(id: number, hits: number, now: number): void {
		this.#ended.run(now, hits, id);
	}

	/** Newest first. */
	list(limit: number): SearchRow[] {
		return this.#list.all(limit) as unknown as SearchRow[];
	}

	remove(id: number): void {
		this.#remove.run(id);
	}
}
