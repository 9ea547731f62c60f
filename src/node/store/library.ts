import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { FileHashes } from '../../library/file-hashes.ts';
import type { FileRecord, FolderRecord, LibraryRecords, Stamp } from '../../library/records.ts';

/** Without the slices, which are long, and the sample: both are seldom needed. */
const columns = 'id, folder, path, size, mtime, ino, sha1, tth, ed2k, fthash, kztree, requests, served';

/** Shared folders and files, with their hashes (library/records.ts says what each method promises). */
export class LibraryTables implements LibraryRecords {
	readonly #database: DatabaseSync;
	readonly #folders: StatementSync;
	readonly #addFolder: StatementSync;
	readonly #removeFolder: StatementSync;
	readonly #scanned: StatementSync;
	readonly #files: StatementSync;
	readonly #putFile: StatementSync;
	readonly #hashed: StatementSync;
	readonly #touched: StatementSync;
	readonly #slices: StatementSync;
	readonly #sample: StatementSync;
	readonly #ed2kParts: StatementSync;
	readonly #kzSlices: StatementSync;
	readonly #aich: StatementSync;
	readonly #aichBlocks: StatementSync;
	readonly #renameFile: StatementSync;
	readonly #removeFile: StatementSync;
	readonly #served: StatementSync;

	constructor(database: DatabaseSync) {
		this.#database = database;
		this.#folders = database.prepare('SELECT id, path, scanned AS scannedAt FROM folders ORDER BY id');
		this.#addFolder = database.prepare(
			`INSERT INTO folders (path) VALUES (?) ON CONFLICT DO UPDATE SET path = excluded.path
			RETURNING id, path, scanned AS scannedAt`,
		);
		this.#removeFolder = database.prepare('DELETE FROM folders WHERE id = ?');
		this.#scanned = database.prepare('UPDATE folders SET scanned = ? WHERE id = ?');
		this.#files = database.prepare(`SELECT ${columns} FROM files WHERE folder = ? ORDER BY id`);
		this.#putFile = database.prepare(
			`INSERT INTO files (folder, path, size, mtime, ino) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT DO UPDATE SET size = excluded.size, mtime = excluded.mtime, ino = excluded.ino, sha1 = NULL,
			tth = NULL, slices = NULL, sample = NULL, ed2k = NULL, ed2k_parts = NULL, aich = NULL,
			aich_blocks = NULL, fthash = NULL, kztree = NULL, kz_slices = NULL RETURNING ${columns}`,
		);
		this.#hashed = database.prepare(
			`UPDATE files SET sha1 = ?, tth = ?, slices = ?, sample = ?, ed2k = coalesce(?, ed2k),
			ed2k_parts = coalesce(?, ed2k_parts), aich = coalesce(?, aich), aich_blocks = coalesce(?, aich_blocks),
			fthash = coalesce(?, fthash), kztree = coalesce(?, kztree), kz_slices = coalesce(?, kz_slices)
			WHERE id = ?`,
		);
		this.#touched = database.prepare('UPDATE files SET mtime = ? WHERE id = ?');
		this.#slices = database.prepare('SELECT slices FROM files WHERE id = ?');
		this.#sample = database.prepare('SELECT sample FROM files WHERE id = ?');
		this.#ed2kParts = database.prepare('SELECT ed2k_parts FROM files WHERE id = ?');
		this.#kzSlices = database.prepare('SELECT kz_slices FROM files WHERE id = ?');
		this.#aich = database.prepare('SELECT aich FROM files WHERE id = ?');
		this.#aichBlocks = database.prepare('SELECT aich_blocks FROM files WHERE id = ?');
		this.#renameFile = database.prepare('UPDATE files SET path = ? WHERE id = ?');
		this.#removeFile = database.prepare('DELETE FROM files WHERE id = ?');
		this.#served = database.prepare(
			'UPDATE files SET requests = requests + ?, served = served + ? WHERE id = ?',
		);
	}

	folders(): FolderRecord[] {
		return this.#folders.all() as unknown as FolderRecord[];
	}

	addFolder(path: string): FolderRecord {
		return this.#addFolder.get(path) as unknown as FolderRecord;
	}

	removeFolder(id: number): void {
		this.#removeFolder.run(id);
	}

	scanned(folder: number, at: number): void {
		this.#scanned.run(at, folder);
	}

	files(folder: number): FileRecord[] {
		return this.#files.all(folder) as unknown as FileRecord[];
	}

	putFile(folder: number, path: string, stamp: Stamp): FileRecord {
		return this.#putFile.get(folder, path, stamp.size, stamp.mtime, stamp.ino) as unknown as FileRecord;
	}

	hashed(id: number, { sha1, tth, slices, sample, ed2k, fthash, kztree }: FileHashes): void {
		// The hash of the only part is that of the file.
		const parts = ed2k === undefined || ed2k.parts.length <= ed2k.ed2k.length ? null : ed2k.parts;
		// The hash of the only block is the root.
		const blocks = ed2k === undefined || ed2k.blocks.length <= ed2k.aich.length ? null : ed2k.blocks;
		this.#hashed.run(
			...[sha1, tth, slices, sample, ed2k?.ed2k ?? null, parts, ed2k?.aich ?? null, blocks],
			...[fthash ?? null, kztree?.root ?? null, kztree?.slices ?? null, id],
		);
	}

	touched(id: number, mtime: number): void {
		this.#touched.run(mtime, id);
	}

	slices(id: number): Uint8Array | undefined {
		return (this.#slices.get(id)?.['slices'] as Uint8Array | null | undefined) ?? undefined;
	}

	sample(id: number): Uint8Array | undefined {
		return (this.#sample.get(id)?.['sample'] as Uint8Array | null | undefined) ?? undefined;
	}

	ed2kParts(id: number): Uint8Array | undefined {
		return (this.#ed2kParts.get(id)?.['ed2k_parts'] as Uint8Array | null | undefined) ?? undefined;
	}

	kzSlices(id: number): Uint8Array | undefined {
		return (this.#kzSlices.get(id)?.['kz_slices'] as Uint8Array | null | undefined) ?? undefined;
	}

	aich(id: number): Uint8Array | undefined {
		return (this.#aich.get(id)?.['aich'] as Uint8Array | null | undefined) ?? undefined;
	}

	aichBlocks(id: number): Uint8Array | undefined {
		const row = this.#aichBlocks.get(id);
		return (row?.['aich_blocks'] as Uint8Array | null | undefined) ?? undefined;
	}

	renameFile(id: number, path: string): void {
		this.#renameFile.run(path, id);
	}

	removeFile(id: number): void {
		this.#removeFile.run(id);
	}

	served(id: number, requests: number, bytes: number): void {
		this.#served.run(requests, bytes, id);
	}

	together<T>(changes: () => T): T {
		this.#database.exec('BEGIN');
		try {
			const result = changes();
			this.#database.exec('COMMIT');
			return result;
		} catch (error) {
			this.#database.exec('ROLLBACK');
			throw error;
		}
	}
}
