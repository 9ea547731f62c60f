import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { formatAddress, parseAddresses } from '../../networks/common/address.ts';
import type { Source } from '../../networks/network.ts';
import type {
	DownloadRecord,
	DownloadRecords,
	NewDownload,
	Progress,
	SourceRecord,
} from '../../transfer/records.ts';
import type { Tree } from '../../transfer/tree.ts';

/** Push proxies of one source. */
const mostProxies = 4;

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
	tth: string | null;
	ed2k: string | null;
	aich: string | null;
	fthash: string | null;
	kzhash: string | null;
	size: number | null;
	out: string;
	state: DownloadRecord['state'];
	why: string;
	done: number;
	priority: number;
	verdict: DownloadRecord['verdict'];
	findings: string;
	scanners: string;
	path: string | null;
	released: number | null;
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
	readonly #progress: StatementSync;
	readonly #saveProgress: StatementSync;
	readonly #saveDone: StatementSync;
	readonly #tree: StatementSync;
	readonly #saveTree: StatementSync;
	readonly #removeTree: StatementSync;

	constructor(database: DatabaseSync) {
		this.#database = database;
		this.#all = database.prepare('SELECT * FROM transfers ORDER BY id');
		this.#add = database.prepare(
			`INSERT INTO transfers (name, sha1, tth, ed2k, aich, fthash, kzhash, size, out, state, why, priority, created)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'wanted', ?, ?, ?) RETURNING *`,
		);
		this.#change = database.prepare(
			`UPDATE transfers SET name = ?, sha1 = ?, size = ?, out = ?, state = ?, why = ?, done = ?, verdict = ?,
			path = ?, ended = ?, tth = ?, ed2k = ?, priority = ?, findings = ?, scanners = ?, released = ?
			WHERE id = ?`,
		);
		this.#remember = database.prepare(
			`INSERT OR REPLACE INTO history SELECT id, name, sha1, coalesce(size, 0), path, ended
			FROM transfers WHERE id = ? AND state = 'complete' AND path IS NOT NULL AND ended IS NOT NULL`,
		);
		this.#remove = database.prepare('DELETE FROM transfers WHERE id = ?');
		this.#sources = database.prepare('SELECT * FROM sources WHERE transfer = ?');
		this.#putSource = database.prepare(
			`INSERT INTO sources
			(transfer, network, host, port, guid, number, firewalled, agent, trust, gave, ordinal, proxies)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
			number = excluded.number, firewalled = excluded.firewalled, agent = excluded.agent,
			trust = excluded.trust, gave = excluded.gave, ordinal = excluded.ordinal, proxies = excluded.proxies`,
		);
		this.#history = database.prepare(
			`SELECT id, name, sha1, size, path, ended AS endedAt FROM history
			WHERE instr(lower(name), lower(?)) > 0 ORDER BY ended DESC LIMIT ?`,
		);
		this.#progress = database.prepare('SELECT here, verified, origins FROM progress WHERE transfer = ?');
		this.#saveProgress = database.prepare('INSERT OR REPLACE INTO progress VALUES (?, ?, ?, ?)');
		this.#saveDone = database.prepare('UPDATE transfers SET done = ? WHERE id = ?');
		this.#tree = database.prepare('SELECT * FROM trees WHERE transfer = ?');
		this.#saveTree = database.prepare('INSERT OR REPLACE INTO trees VALUES (?, ?, ?, ?, ?, ?, ?)');
		this.#removeTree = database.prepare('DELETE FROM trees WHERE transfer = ?');
	}

	downloads(): DownloadRecord[] {
		return (this.#all.all() as unknown as Row[]).map(fromRow);
	}

	addDownload(wanted: NewDownload, sources: readonly Source[]): DownloadRecord {
		this.#database.exec('BEGIN');
		try {
			const { name, sha1, tth, ed2k, aich, fthash, kzhash } = wanted;
			const { size, out, why, priority, createdAt } = wanted;
			const row = this.#add.get(
				...[name, sha1 ?? null, tth ?? null, ed2k ?? null, aich ?? null, fthash ?? null, kzhash ?? null],
				...[size, out, why, priority, createdAt],
			) as unknown as Row;
			for (const [at, source] of sources.entries())
				this.putSource(row.id, { ...source, number: at + 1, trust: 'good', gave: 0 });
			this.#database.exec('COMMIT');
			return fromRow(row);
		} catch (error) {
			this.#database.exec('ROLLBACK');
			throw error;
		}
	}

	saveDownload(record: DownloadRecord): void {
		const { id, name, sha1, size, out, state, why, done, verdict, path, endedAt } = record;
		const { tth, ed2k, priority, findings, scanners, releasedAt } = record;
		this.#change.run(
			...[
				name,
				sha1 ?? null,
				size,
				out,
				state,
				why,
				done,
				verdict,
				path ?? null,
				endedAt,
				tth ?? null,
				ed2k ?? null,
				priority,
			],
			...[JSON.stringify(findings), JSON.stringify(scanners), releasedAt, id],
		);
		if (state === 'complete') this.#remember.run(id);
	}

	removeDownload(id: number): void {
		this.#remove.run(id);
	}

	sources(download: number): SourceRecord[] {
		return this.#sources.all(download).map((row) => ({
			network: row['network'] as SourceRecord['network'],
			number: row['ordinal'] as number,
			host: row['host'] as string,
			port: row['port'] as number,
			id: row['guid'] as string,
			index: row['number'] as number,
			firewalled: row['firewalled'] === 1,
			agent: row['agent'] as string,
			trust: row['trust'] as SourceRecord['trust'],
			gave: row['gave'] as number,
			...(row['proxies'] === null ? {} : { proxies: parseAddresses(row['proxies'] as string, mostProxies) }),
		}));
	}

	putSource(download: number, source: SourceRecord): void {
		const { network, host, port, id, index, firewalled, agent, trust, gave, number } = source;
		const proxies = source.proxies?.slice(0, mostProxies).map(formatAddress).join(', ') ?? null;
		this.#putSource.run(
			...[download, network, host, port, id, index, firewalled ? 1 : 0, agent, trust, gave, number, proxies],
		);
	}

	progress(download: number): Progress {
		const row = this.#progress.get(download);
		if (row === undefined) return { here: [], verified: [], origins: [] };
		const flat = (name: string): number[] => JSON.parse(row[name] as string) as number[];
		const origins = flat('origins');
		return {
			here: pairs(flat('here')),
			verified: pairs(flat('verified')),
			origins: Array.from({ length: origins.length / 3 }, (_, i) => ({
				from: origins[i * 3]!,
				to: origins[i * 3 + 1]!,
				source: origins[i * 3 + 2]!,
			})),
		};
	}

	saveProgress(download: number, { here, verified, origins }: Progress, done: number): void {
		const flat = (spans: Progress['here']) => JSON.stringify(spans.flatMap(({ from, to }) => [from, to]));
		const givers = JSON.stringify(origins.flatMap(({ from, to, source }) => [from, to, source]));
		this.#database.exec('BEGIN');
		try {
			this.#saveProgress.run(download, flat(here), flat(verified), givers);
			this.#saveDone.run(done, download);
			this.#database.exec('COMMIT');
		} catch (error) {
			this.#database.exec('ROLLBACK');
			throw error;
		}
	}

	tree(download: number): Tree | undefined {
		const row = this.#tree.get(download);
		if (row === undefined) return undefined;
		return {
			kind: row['kind'] as Tree['kind'],
			root: row['root'] as string,
			slice: row['slice'] as number,
			slices: row['slices'] as Uint8Array,
			source: row['source'] as number,
			proven: row['proven'] === 1,
		};
	}

	saveTree(download: number, tree: Tree | undefined): void {
		if (tree === undefined) this.#removeTree.run(download);
		else {
			const { kind, root, slice, slices, source, proven } = tree;
			this.#saveTree.run(download, root, slice, slices, source, proven ? 1 : 0, kind);
		}
	}

	/** Finished transfers whose name holds the text, newest first. */
	history(text: string, limit: number): HistoryRow[] {
		return this.#history.all(text, limit) as unknown as HistoryRow[];
	}
}

function fromRow(row: Row): DownloadRecord {
	const { id, name, size, out, state, why, done, priority, verdict, released, created, ended } = row;
	return {
		id,
		name,
		...(row.sha1 === null ? {} : { sha1: row.sha1 }),
		...(row.tth === null ? {} : { tth: row.tth }),
		...(row.ed2k === null ? {} : { ed2k: row.ed2k }),
		...(row.aich === null ? {} : { aich: row.aich }),
		...(row.fthash === null ? {} : { fthash: row.fthash }),
		...(row.kzhash === null ? {} : { kzhash: row.kzhash }),
		size,
		out,
		state,
		why,
		done,
		priority,
		verdict,
		findings: JSON.parse(row.findings) as DownloadRecord['findings'],
		scanners: JSON.parse(row.scanners) as string[],
		releasedAt: released,
		...(row.path === null ? {} : { path: row.path }),
		createdAt: created,
		endedAt: ended,
	};
}

function pairs(flat: readonly number[]): { from: number; to: number }[] {
	return Array.from({ length: flat.length / 2 }, (_, i) => ({ from: flat[i * 2]!, to: flat[i * 2 + 1]! }));
}
