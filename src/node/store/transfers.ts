import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Source } from '../../networks/network.ts';
import type { DownloadRecord, DownloadRecords, NewDownload, SourceRecord } from '../../transfer/records.ts';

/** A finished transfer, kept after it was removed from the list. */
export interface HistoryRow {
	readonly id: number;
	readonly name: string;
	readonly sha1: string | null;
	readonly size: number;
	readonly path: string;
	readonly endedAt: number;
}

interface Row {
	id: number;
	name: string;
	sha1: string | null;
	size: number | null;
	out: string;
	state: DownloadRecord['state'];
	why: string;
	done: number;
	verdict: DownloadRecord['verdict'];
	path: string | null;
	created: number;
	ended: number | null;
}

/** Downloads, their sources and their history (transfer/records.ts says what each method promises). */
export class TransferTables implements DownloadRecords {
	readonly #database: DatabaseSync;
	readonly #all: StatementSync;
	readonly #add: StatementSync;
	readonly #change: StatementSync;
	readonly #remember: StatementSync;
	readonly #remove: StatementSync;
	readonly #sources: StatementSync;
	readonly #putSource: StatementSync;
	readonly #history: StatementSync;

	constructor(database: DatabaseSync) {
		this.#database = database;
		this.#all = database.prepare('SELECT * FROM transfers ORDER BY id');
		this.#add = database.prepare(
			`INSERT INTO transfers (name, sha1, size, out, state, why, created) VALUES (?, ?, ?, ?, 'wanted', ?, ?)
			RETURNING *`,
		);
		this.#change = database.prepare(
			`UPDATE transfers SET name = ?, sha1 = ?, size = ?, out = ?, state = ?, why = ?, done = ?, verdict = ?,
			path = ?, ended = ?
			WHERE id = ?`,
		);
		this.#remember = database.prepare(
			`INSERT OR REPLACE INTO history SELECT id, name, sha1, coalesce(size, 0), path, ended
			FROM transfers WHERE id = ? AND state = 'complete' AND path IS NOT NULL AND ended IS NOT NULL`,
		);
		this.#remove = database.prepare('DELETE FROM transfers WHERE id = ?');
		this.#sources = database.prepare('SELECT * FROM sources WHERE transfer = ?');
		this.#putSource = database.prepare(
			`INSERT INTO sources VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
			number = excluded.number, firewalled = excluded.firewalled, agent = excluded.agent,
			trust = excluded.trust, gave = excluded.gave`,
		);
		this.#history = database.prepare(
			`SELECT id, name, sha1, size, path, ended AS endedAt FROM history
			WHERE instr(lower(name), lower(?)) > 0 ORDER BY ended DESC LIMIT ?`,
		);
	}

	downloads(): DownloadRecord[] {
		return (this.#all.all() as unknown as Row[]).map(fromRow);
	}

	addDownload(wanted: NewDownload, sources: readonly Source[]): DownloadRecord {
		this.#database.exec('BEGIN');
		try {
			const { name, sha1, size, out, why, createdAt } = wanted;
			const row = this.#add.get(name, sha1 ?? null, size, out, why, createdAt) as unknown as Row;
			for (const source of sources) this.putSource(row.id, { ...source, trust: 'good', gave: 0 });
			this.#database.exec('COMMIT');
			return fromRow(row);
		} catch (error) {
			this.#database.exec('ROLLBACK');
			throw error;
		}
	}

	saveDownload(record: DownloadRecord): void {
		const { id, name, sha1, size, out, state, why, done, verdict, path, endedAt } = record;
		this.#change.run(name, sha1 ?? null, size, out, state, why, done, verdict, path ?? null, endedAt, id);
		if (state === 'complete') this.#remember.run(id);
	}

	removeDownload(id: number): void {
		this.#remove.run(id);
	}

	sources(download: number): SourceRecord[] {
		return this.#sources.all(download).map((row) => ({
			host: row['host'] as string,
			port: row['port'] as number,
			id: row['guid'] as string,
			index: row['number'] as number,
			firewalled: row['firewalled'] === 1,
			agent: row['agent'] as string,
			trust: row['trust'] as SourceRecord['trust'],
			gave: row['gave'] as number,
		}));
	}

	putSource(download: number, source: SourceRecord): void {
		const { host, port, id, index, firewalled, agent, trust, gave } = source;
		this.#putSource.run(download, host, port, id, index, firewalled ? 1 : 0, agent, trust, gave);
	}

	/** Finished transfers whose name holds the text, newest first. */
	history(text: string, limit: number): HistoryRow[] {
		return this.#history.all(text, limit) as unknown as HistoryRow[];
	}
}

function fromRow(row: Row): DownloadRecord {
	const { id, name, size, out, state, why, done, verdict, created, ended } = row;
	return {
		id,
		name,
		...(row.sha1 === null ? {} : { sha1: row.sha1 }),
		size,
		out,
		state,
		why,
		done,
		verdict,
		...(row.path === null ? {} : { path: row.path }),
		createdAt: created,
		endedAt: ended,
	};
}
