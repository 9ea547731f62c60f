/**
 * One shared folder in memory: its files by path, and what was left out. It compares what a scan found
 * with what was known, and says which files are new or changed and which are gone.
 */
import { basename } from 'node:path/posix';
import { base32, hex } from '../networks/common/hash.ts';
import { equalStamps } from './open.ts';
import type { FileRecord, FolderRecord, LibraryRecords, Stamp } from './records.ts';
import type { FoundFile, LeftOut, ScanResult } from './scan.ts';
import type { FileView, FolderView } from './views.ts';

/** A file as the library holds it: the view that users see, and the rest of its stamp. */
export type Entry = { -readonly [Key in keyof FileView]: FileView[Key] } & {
	ino: number;
	/** 20 bytes; null until hashed. */
	hash: Uint8Array | null;
	/** 24 bytes; null until hashed. */
	tree: Uint8Array | null;
	/** 16 bytes; null until hashed while this node took part in eDonkey. */
	md4: Uint8Array | null;
	/** 20 bytes; null until hashed while this node took part in FastTrack. */
	ft: Uint8Array | null;
	/** 16 bytes, root of the tree of kzhash; null as that. */
	kz: Uint8Array | null;
	/** Its time changed: the hashes that it had, until its samples are compared. Meanwhile it has none. */
	former: FormerHashes | null;
	/** Still part of the folder. */
	present: boolean;
};

export interface FormerHashes {
	readonly hash: Uint8Array;
	readonly tree: Uint8Array;
	readonly md4: Uint8Array | null;
	readonly ft: Uint8Array | null;
	readonly kz: Uint8Array | null;
}

interface Difference {
	/** New, or perhaps of another content than before: to be hashed, or compared. */
	readonly fresh: Entry[];
	/** Not to be shared any more under its old content. */
	readonly gone: Entry[];
	/** The same file under another path, with its number and its hash. */
	readonly renamed: Entry[];
}

/** Rows written in one transaction; between two of them the network gets its turn. */
const rowsAtOnce = 500;

export class SharedFolder {
	readonly id: number;
	readonly path: string;
	readonly entries = new Map<string, Entry>();
	removed = false;
	#leftOut: LeftOut[] = [];
	#leftOutCount = 0;
	readonly #late = new Map<string, string>();
	#scannedAt: number | null;

	constructor(record: FolderRecord, files: readonly FileRecord[]) {
		this.id = record.id;
		this.path = record.path;
		this.#scannedAt = record.scannedAt;
		for (const file of files) this.entries.set(file.path, entryOf(file));
	}

	/** Takes over what a scan found, in memory and in the records. */
	async apply(
		found: ScanResult,
		records: LibraryRecords,
		now: number,
		breath: () => Promise<void>,
	): Promise<Difference> {
		const fresh: Entry[] = [];
		const gone: Entry[] = [];
		const { renamed, moved } =
			found.whole && !this.removed ? this.#rename(found.files, records) : nothingRenamed;
		for (const entry of moved) gone.push(leave(entry));
		const changed = found.files.filter((file) => this.#differs(file));
		for (let from = 0; from < changed.length && !this.removed; from += rowsAtOnce) {
			records.together(() => {
				for (const file of changed.slice(from, from + rowsAtOnce)) {
					const before = this.entries.get(file.path);
					if (before !== undefined) gone.push(leave(before));
					const entry = touched(before, file) ?? entryOf(records.putFile(this.id, file.path, file));
					this.entries.set(file.path, entry);
					fresh.push(entry);
				}
			});
			await breath();
		}
		if (found.whole && !this.removed) gone.push(...this.#forgetAbsent(found.files, records));
		this.#leftOut = found.leftOut;
		this.#leftOutCount = found.leftOutCount;
		for (const { path } of fresh) this.#late.delete(path);
		for (const [path, reason] of this.#late) {
			if (this.entries.has(path)) this.#leaveOut(path, reason);
			else this.#late.delete(path);
		}
		if (found.whole && !this.removed) {
			this.#scannedAt = now;
			records.scanned(this.id, now);
		}
		return { fresh, gone, renamed };
	}

	/** What is gone from one path and there at another, unchanged, is not hashed again. */
	#rename(files: readonly FoundFile[], records: LibraryRecords): Renamed {
		const here = new Set(files.map(({ path }) => path));
		const absent = new Map<string, Entry>();
		for (const entry of this.entries.values()) {
			if (!here.has(entry.path) && entry.hash !== null) absent.set(keyOf(stampOf(entry)), entry);
		}
		if (absent.size === 0) return nothingRenamed;
		const renamed: Entry[] = [];
		const moved: Entry[] = [];
		records.together(() => {
			for (const file of files) {
				const before = this.entries.has(file.path) ? undefined : absent.get(keyOf(file));
				if (before === undefined) continue;
				absent.delete(keyOf(file));
				records.renameFile(before.id, file.path);
				const entry = { ...before, path: file.path, name: basename(file.path) };
				this.entries.delete(before.path);
				this.entries.set(file.path, entry);
				moved.push(before);
				renamed.push(entry);
			}
		});
		return { renamed, moved };
	}

	/** Why this file, or a folder above it, was left out. */
	leftOutReason(path: string): string | undefined {
		return this.#leftOut.find((one) => path === one.path || path.startsWith(`${one.path}/`))?.reason;
	}

	/** Found when it was read, not when it was seen: holds until the file changes. */
	leaveOut(path: string, reason: string): void {
		this.#late.set(path, reason);
		this.#leaveOut(path, reason);
	}

	#leaveOut(path: string, reason: string): void {
		if (this.#leftOut.some((known) => known.path === path)) return;
		this.#leftOut.push({ path, reason });
		this.#leftOutCount++;
	}

	view(hashing: number): FolderView {
		let bytes = 0;
		for (const entry of this.entries.values()) bytes += entry.size;
		return {
			id: this.id,
			path: this.path,
			files: this.entries.size,
			bytes,
			hashing,
			leftOut: this.#leftOut,
			leftOutCount: this.#leftOutCount,
			scannedAt: this.#scannedAt,
		};
	}

	#differs(file: FoundFile): boolean {
		const known = this.entries.get(file.path);
		return known === undefined || !equalStamps(stampOf(known), file);
	}

	#forgetAbsent(files: readonly FoundFile[], records: LibraryRecords): Entry[] {
		const here = new Set(files.map((file) => file.path));
		const absent = [...this.entries.values()].filter((entry) => !here.has(entry.path));
		records.together(() => {
			for (const entry of absent) records.removeFile(entry.id);
		});
		for (const entry of absent) this.entries.delete(entry.path);
		return absent.map(leave);
	}
}

interface Renamed {
	readonly renamed: Entry[];
	/** As they were before. */
	readonly moved: readonly Entry[];
}

const nothingRenamed: Renamed = { renamed: [], moved: [] };

function keyOf({ size, mtime, ino }: Stamp): string {
	return `${ino} ${size} ${mtime}`;
}

export function stampOf(entry: Entry): Stamp {
	return { size: entry.size, mtime: entry.modified, ino: entry.ino };
}

/**
 * The same file with another time. The records keep the old time until the samples are compared: where we are
 * interrupted, the next scan finds the same difference.
 */
function touched(before: Entry | undefined, { size, mtime, ino }: Stamp): Entry | undefined {
	if (before === undefined || before.size !== size || before.ino !== ino) return undefined;
	const { hash, tree, md4, ft, kz } = before;
	const former = hash === null || tree === null ? before.former : { hash, tree, md4, ft, kz };
	if (former === null) return undefined;
	const { sha1: _, tth: __, ed2k: ___, fthash: ____, kzhash: _____, ...rest } = before;
	const none = { hash: null, tree: null, md4: null, ft: null, kz: null };
	return { ...rest, ...none, modified: mtime, former, present: true };
}

function leave(entry: Entry): Entry {
	entry.present = false;
	return entry;
}

function entryOf(record: FileRecord): Entry {
	const { id, folder, path, size, mtime, ino, sha1, tth, ed2k, fthash, kztree } = record;
	const { requests, served } = record;
	return {
		id,
		name: basename(path),
		path,
		folder,
		size,
		modified: mtime,
		requests,
		served,
		ino,
		hash: sha1,
		tree: tth,
		md4: ed2k,
		ft: fthash,
		kz: kztree,
		former: null,
		present: true,
		...(sha1 === null ? {} : { sha1: base32(sha1) }),
		...(tth === null ? {} : { tth: base32(tth) }),
		...(ed2k === null ? {} : { ed2k: hex(ed2k) }),
		...(fthash === null ? {} : { fthash: hex(fthash) }),
		...(fthash === null || kztree === null ? {} : { kzhash: hex(fthash) + hex(kztree) }),
	};
}
