/**
 * What this node shares: folders, their files, and the index that answers the network.
 *
 * Rules:
 * 1. Nothing is shared but what lies in a folder that the user named (roots.ts, scan.ts).
 * 2. The network sees hashed files only, by number and name, never a path.
 * 3. A file is hashed once. After a restart its hash holds while size, time and inode are the same.
 * 4. What changed since it was hashed is not served (open.ts), but scanned and hashed again. Where only the time
 *    changed, samples decide whether the content did (sample.ts).
 *
 * Longer than 300 lines: here folders, scans, hashes and the index meet, and each has its own file already.
 */
import { Oversharing } from '../defence/oversharing.ts';
import type { Evidence } from '../evidence/evidence.ts';
import { isRefusal } from '../evidence/refusal.ts';
import { base32, hex } from '../networks/common/hash.ts';
import { sliceSize } from '../networks/common/tiger.ts';
import type { AichHash, ClaimedTree, Shares } from '../networks/network.ts';
import { recoveryOf } from './aich.ts';
import type { Clock } from './clock.ts';
import { partSize } from './ed2k-hash.ts';
import { type Explanation, explain } from './explain.ts';
import type { FileHashes } from './file-hashes.ts';
import { Hasher } from './hash.ts';
import { HashQueue } from './hash-queue.ts';
import { OneAtATime } from './one-at-a-time.ts';
import { openUnchanged } from './open.ts';
import { PostingIndex } from './posting-index.ts';
import { type Preview, preview } from './preview.ts';
import type { LibraryRecords } from './records.ts';
import { LibraryRefused } from './refused.ts';
import { realOrSame, realRoot } from './roots.ts';
import { scan, sharingRule } from './scan.ts';
import { type Entry, type FormerHashes, SharedFolder, stampOf } from './shared-folder.ts';
import { Timers } from './timers.ts';
import type { FileView, FolderView, OpenFile } from './views.ts';
import { FolderWatch } from './watch.ts';

export interface LibraryOptions {
	readonly clock: Clock;
	/** Sallyport's own directories (the home): neither they nor what is beneath is shared, save downloads/. */
	readonly never: readonly string[];
	readonly notice: (record: Evidence) => void;
	/** Minutes between rescans; 0 never. Default 30. */
	readonly rescanMinutes?: number;
	/** Names of defences that are switched off (tests of attacks only). */
	readonly defencesOff?: readonly string[];
	/** Hash files as eDonkey does, too. Those that were hashed without are hashed again. Default false. */
	readonly ed2k?: boolean;
	/** The same for FastTrack. */
	readonly fthash?: boolean;
	/** Follow changes of the folders as they happen. Default true. */
	readonly watch?: boolean;
}

interface Known {
	readonly folder: SharedFolder;
	readonly watch: FolderWatch | undefined;
	readonly scan: OneAtATime;
}

/** A file that was being written while we read it is looked at again after this time. */
const writtenMilliseconds = 10_000;
/** Changes within this time are told as one. */
const foldMilliseconds = 200;
/** Files indexed before the network gets its turn. */
const batch = 2000;

export class Library {
	readonly #records: LibraryRecords;
	readonly #options: LibraryOptions;
	readonly #index = new PostingIndex();
	readonly #queue: HashQueue;
	readonly #folders = new Map<number, Known>();
	readonly #entries = new Map<number, Entry>();
	readonly #listeners = new Set<() => void>();
	readonly #timers: Timers;
	readonly #oversharing: Oversharing;
	#told = false;
	#closed = false;

	constructor(records: LibraryRecords, options: LibraryOptions) {
		this.#records = records;
		this.#options = options;
		this.#timers = new Timers(options.clock);
		this.#oversharing = new Oversharing(!(options.defencesOff ?? []).includes('oversharing'));
		this.#queue = new HashQueue(
			new Hasher(options.clock, undefined, { ed2k: options.ed2k, fthash: options.fthash }),
			{
				hashed: (entry, hashes) => this.#hashed(entry, hashes),
				same: (folder, entry) => this.#same(folder, entry),
				other: (entry) => this.#other(entry),
				refused: (folder, entry, code) => this.#unhashable(folder, entry, code),
				judge: (head) => this.#oversharing.content(head),
				sample: ({ id }) => records.sample(id),
			},
		);
	}

	/** What the network sees: hashed files only. */
	get shares(): Shares {
		return this.#index;
	}

	/** Bytes of all files that the network sees. */
	get bytes(): number {
		return this.#index.bytes;
	}

	/** Files that wait for their hash. */
	get hashing(): number {
		return this.#queue.size();
	}

	/** Takes up the known folders and scans them; resolves when that scan (not the hashing) is through. */
	async start(): Promise<void> {
		for (const record of this.#records.folders()) {
			const folder = new SharedFolder(record, this.#records.files(record.id));
			await this.#takeUp(folder);
			this.#know(folder);
		}
		this.#periodically();
		await this.rescan();
	}

	/** Stores the folder and begins to scan it. Rejects with LibraryRefused where it must not be shared. */
	async addFolder(path: string): Promise<FolderView> {
		const shared = () => [...this.#folders.values()];
		const real = await realRoot(path, this.#options.never, () => shared().map(({ folder }) => folder.path));
		const known = shared().find(({ folder }) => folder.path === real);
		const { folder, scan } = known ?? this.#know(new SharedFolder(this.#records.addFolder(real), []));
		void scan.ask();
		return folder.view(this.#queue.size(folder.id));
	}

	/** False: there is no such folder. Its files are no longer visible when this returns. */
	removeFolder(id: number): boolean {
		const known = this.#folders.get(id);
		if (known === undefined) return false;
		known.watch?.close();
		known.folder.removed = true;
		this.#folders.delete(id);
		this.#records.removeFolder(id);
		for (const entry of known.folder.entries.values()) {
			entry.present = false;
			this.#drop(entry);
		}
		this.#tell();
		return true;
	}

	/** All folders, or one; resolves when what was there at the call has been seen. */
	async rescan(id?: number): Promise<void> {
		const some = id === undefined ? [...this.#folders.values()] : [this.#folders.get(id)];
		await Promise.all(some.map((known) => known?.scan.ask()));
	}

	/** Resolves when no file waits for its hash. */
	async idle(): Promise<void> {
		await this.#queue.idle();
	}

	folders(): FolderView[] {
		return [...this.#folders.values()].map(({ folder }) => folder.view(this.#queue.size(folder.id)));
	}

	/** Whether a path is shared, and why not. */
	explain(path: string): Promise<Explanation> {
		const folders = [...this.#folders.values()].map(({ folder }) => folder);
		return explain(path, folders, this.#options.never, this.#oversharing);
	}

	/** What sharing a folder would share. Rejects with LibraryRefused where it must not be shared. */
	async preview(path: string, signal?: AbortSignal): Promise<Preview> {
		const root = await realRoot(path, this.#options.never, () => []);
		return preview(root, this.#options.never, this.#options.clock.now(), signal);
	}

	/** Every file known, hashed or not. */
	files(): FileView[] {
		return [...this.#entries.values()];
	}

	file(id: number): FileView | undefined {
		return this.#entries.get(id);
	}

	/** Opens a shared file for an upload; rejects with LibraryRefused. The caller closes the handle. */
	async open(id: number): Promise<OpenFile> {
		const entry = this.#entries.get(id);
		const known = entry && this.#folders.get(entry.folder);
		if (entry === undefined || known === undefined || this.#index.byId(id) === undefined) {
			throw new LibraryRefused('library.file.unknown', `file ${id}`);
		}
		const opened = await openUnchanged(known.folder.path, entry.path, stampOf(entry));
		if (!isRefusal(opened)) return { handle: opened.handle, size: entry.size, name: entry.name };
		this.#options.notice({ at: this.#options.clock.now(), code: opened.refused, subject: entry.name });
		void this.rescan(entry.folder);
		throw new LibraryRefused(opened.refused, entry.name);
	}

	/** A hash tree of a shared file as far down as it is kept, or the hashes of its parts in eDonkey. */
	tree(id: number, kind: ClaimedTree['kind'] = 'tiger'): ClaimedTree | undefined {
		const entry = this.#entries.get(id);
		// Those of a file whose time changed are not said before its samples are compared.
		if (entry === undefined || entry.former !== null) return undefined;
		if (kind === 'ed2k') {
			const parts = this.#records.ed2kParts(id) ?? entry.md4;
			return parts === null ? undefined : { kind, slices: parts, slice: partSize };
		}
		const slices = kind === 'kazaa' ? this.#records.kzSlices(id) : this.#records.slices(id);
		return slices && { kind, slices, slice: sliceSize(entry.size) };
	}

	/** Root of the AICH tree of a shared file. */
	aich(id: number): Uint8Array | undefined {
		return this.#entries.get(id)?.md4 == null ? undefined : this.#records.aich(id);
	}

	/** Hashes of the blocks of one part, and of what is beside the way to the root. */
	aichOf(id: number, part: number): readonly AichHash[] | undefined {
		const entry = this.#entries.get(id);
		if (entry?.md4 == null || entry.former !== null) return undefined;
		const blocks = this.#records.aichBlocks(id);
		return blocks && recoveryOf(blocks, entry.size, part);
	}

	/** Counts uploads begun and bytes sent. */
	served(id: number, requests: number, bytes: number): void {
		const entry = this.#entries.get(id);
		if (entry === undefined || this.#closed) return;
		entry.requests += requests;
		entry.served += bytes;
		this.#records.served(id, requests, bytes);
		this.#tell();
	}

	/** Stops and continues hashing, also in the middle of a file. */
	pauseHashing(paused: boolean): void {
		this.#queue.pause(paused);
	}

	/** Bytes a second that hashing may read; undefined: no limit. */
	limitHashing(bytesPerSecond: number | undefined): void {
		this.#queue.limit(bytesPerSecond);
	}

	/** Called after changes of folders, files or hashes; many changes are told as one. */
	onChange(call: () => void): () => void {
		this.#listeners.add(call);
		return () => this.#listeners.delete(call);
	}

	async close(): Promise<void> {
		this.#closed = true;
		this.#timers.close();
		for (const { watch } of this.#folders.values()) watch?.close();
		await this.#queue.close();
		await Promise.all([...this.#folders.values()].map(({ scan }) => scan.settled()));
	}

	#know(folder: SharedFolder): Known {
		const watch =
			this.#options.watch === false
				? undefined
				: new FolderWatch(folder.path, this.#options.clock, () => void this.rescan(folder.id));
		const known: Known = { folder, watch, scan: new OneAtATime(() => this.#scan(folder)) };
		this.#folders.set(folder.id, known);
		return known;
	}

	/** Files of an earlier run: those with a hash are visible at once. */
	async #takeUp(folder: SharedFolder): Promise<void> {
		let count = 0;
		const unhashed: Entry[] = [];
		for (const entry of folder.entries.values()) {
			this.#entries.set(entry.id, entry);
			// Files of a version that knew no trees, or of a time before a network was joined, are shared meanwhile.
			if (entry.hash === null || entry.tree === null || this.#lacks(entry)) unhashed.push(entry);
			if (entry.hash !== null) this.#show(entry, entry.hash);
			if (++count % batch === 0) await this.#breath();
		}
		this.#queue.add(folder, unhashed);
	}

	async #scan(folder: SharedFolder): Promise<void> {
		const stopped = () => this.#closed || folder.removed;
		const never = await Promise.all(this.#options.never.map(realOrSame));
		const found = await scan(folder.path, { rule: sharingRule(this.#oversharing), never, stopped });
		if (stopped()) return;
		const { clock } = this.#options;
		const { fresh, gone, renamed } = await folder.apply(found, this.#records, clock.now(), () =>
			this.#breath(),
		);
		for (const entry of gone) this.#drop(entry);
		if (stopped()) return;
		for (const entry of renamed) {
			this.#entries.set(entry.id, entry);
			if (entry.hash !== null) this.#show(entry, entry.hash);
		}
		for (const entry of fresh) this.#entries.set(entry.id, entry);
		this.#queue.add(folder, fresh);
		this.#tell();
	}

	/** A hash that a network asks by. */
	#lacks({ md4, ft, kz }: Entry): boolean {
		const { ed2k, fthash } = this.#options;
		return (ed2k === true && md4 === null) || (fthash === true && (ft === null || kz === null));
	}

	#hashed(entry: Entry, hashes: FileHashes): void {
		this.#records.hashed(entry.id, hashes);
		const { sha1, tth, ed2k, fthash, kztree } = hashes;
		const [md4, ft, kz] = [ed2k?.ed2k ?? entry.md4, fthash ?? entry.ft, kztree?.root ?? entry.kz];
		this.#has(entry, { hash: sha1, tree: tth, md4, ft, kz });
	}

	#same(folder: SharedFolder, entry: Entry): void {
		const former = entry.former!;
		this.#records.touched(entry.id, entry.modified);
		entry.former = null;
		this.#has(entry, former);
		if (this.#lacks(entry)) this.#queue.add(folder, [entry]);
	}

	#other(entry: Entry): void {
		this.#records.putFile(entry.folder, entry.path, stampOf(entry));
		entry.former = null;
	}

	#has(entry: Entry, hashes: FormerHashes): void {
		const { hash, tree, md4, ft, kz } = hashes;
		Object.assign(entry, hashes);
		entry.sha1 = base32(hash);
		entry.tth = base32(tree);
		if (md4 !== null) entry.ed2k = hex(md4);
		if (ft !== null) entry.fthash = hex(ft);
		if (ft !== null && kz !== null) entry.kzhash = hex(ft) + hex(kz);
		this.#show(entry, hash);
		this.#tell();
	}

	#unhashable(folder: SharedFolder, entry: Entry, code: string): void {
		if (this.#closed) return;
		if (code === 'library.file.changed' || code === 'library.file.gone') {
			this.#timers.after(writtenMilliseconds, () => void this.rescan(folder.id));
		} else {
			folder.leaveOut(entry.path, code);
		}
		this.#tell();
	}

	#show(entry: Entry, sha1: Uint8Array): void {
		const { id, name, size, tree: tth, md4: ed2k, ft: fthash, kz: kztree } = entry;
		this.#index.add({
			...{ id, name, size, sha1 },
			...(tth === null ? {} : { tth }),
			...(ed2k === null ? {} : { ed2k }),
			...(fthash === null ? {} : { fthash }),
			...(kztree === null ? {} : { kztree }),
		});
	}

	/** A changed file keeps its number: its new entry may be in the map already. */
	#drop(entry: Entry): void {
		this.#index.remove(entry.id);
		if (this.#entries.get(entry.id) === entry) this.#entries.delete(entry.id);
	}

	#periodically(): void {
		const minutes = this.#options.rescanMinutes ?? 30;
		if (minutes === 0) return;
		this.#timers.after(minutes * 60_000, () => {
			void this.rescan();
			this.#periodically();
		});
	}

	#tell(): void {
		if (this.#told) return;
		this.#told = true;
		this.#timers.after(foldMilliseconds, () => {
			this.#told = false;
			for (const call of this.#listeners) call();
		});
	}

	#breath(): Promise<void> {
		return new Promise((resolve) => void this.#options.clock.after(0, resolve));
	}
}
