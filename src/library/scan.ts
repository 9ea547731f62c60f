/**
 * Walks a shared folder: what is in it, and what must not be shared, with the reason. The walk is
 * asynchronous (the network goes on meanwhile) and bounded in depth, in entries and in the reasons it
 * keeps. It never follows a link. Between two looks at the same name the folder may change; that is
 * harmless, as nothing is served that open.ts has not opened beneath the folder.
 */
import type { Dirent, Stats } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Oversharing } from '../defence/oversharing.ts';
import type { Stamp } from './records.ts';

const deepest = 32;
const mostEntries = 250_000;
/** Reasons kept for the user; the rest is only counted. */
const mostLeftOut = 500;
/** Looks at the disk that are under way at the same time. */
const atOnce = 16;

export interface FoundFile extends Stamp {
	/** Relative to the folder, with `/`. */
	readonly path: string;
}

export interface LeftOut {
	readonly path: string;
	/** A code of refusals.ts. */
	readonly reason: string;
}

export interface ScanResult {
	readonly files: FoundFile[];
	readonly leftOut: LeftOut[];
	readonly leftOutCount: number;
	/** The folder was read to its end: what was not found is not there. */
	readonly whole: boolean;
}

/** What is known of an entry when it is decided on. */
export interface EntryFacts {
	readonly name: string;
	/** Relative to the folder. */
	readonly path: string;
	readonly kind: 'file' | 'folder' | 'link' | 'special';
	/** Files only. */
	readonly size: number;
	/** Names (hard links) of the file. */
	readonly links: number;
	readonly ours: boolean;
	/** Permission bits. */
	readonly mode: number;
	/** It lies on another disk than the shared folder: something is mounted here. */
	readonly elsewhere: boolean;
}

/** The code of a reason to leave the entry out. */
export type SharingRule = (facts: EntryFacts) => string | undefined;

interface ScanOptions {
	readonly rule: SharingRule;
	/** Absolute folders that are not entered. */
	readonly never: readonly string[];
	/** Asked between folders: true ends the walk. */
	readonly stopped?: () => boolean;
}

export async function scan(root: string, options: ScanOptions): Promise<ScanResult> {
	const walk = new Walk(root, options);
	const whole = await walk.run();
	return { files: walk.files, leftOut: walk.leftOut, leftOutCount: walk.leftOutCount, whole };
}

/** All rules: those of this folder, and what is private by its nature. */
export function sharingRule(defence: Oversharing): SharingRule {
	return (facts) => {
		const { kind } = facts;
		return (
			plainRule(facts) ??
			(kind === 'file' || kind === 'folder' ? defence.entry({ ...facts, kind }) : undefined)
		);
	};
}

/** What can be told without knowing what programs keep where. */
export function plainRule({ name, kind, size, links, ours, elsewhere }: EntryFacts): string | undefined {
	if (name.startsWith('.')) return 'library.entry.hidden';
	// U+FFFD stands for bytes that are not UTF-8; the control characters include NUL and the line ends.
	if (/[\x00-\x1f\x7f-\x9f\u2028\u2029\ufffd]/.test(name)) return 'library.entry.name';
	if (kind === 'link') return 'library.entry.link';
	if (kind === 'special') return 'library.entry.special';
	if (elsewhere) return 'library.entry.mount';
	if (kind === 'file' && links > 1 && !ours) return 'library.entry.foreign';
	if (kind === 'file' && size === 0) return 'library.entry.empty';
	return undefined;
}

class Walk {
	readonly files: FoundFile[] = [];
	readonly leftOut: LeftOut[] = [];
	leftOutCount = 0;
	readonly #root: string;
	readonly #options: ScanOptions;
	#rootStats: Stats | undefined;
	/** Folders still to be read, relative; the root is ''. */
	readonly #folders: { path: string; depth: number }[] = [{ path: '', depth: 0 }];
	#entries = 0;

	constructor(root: string, options: ScanOptions) {
		this.#root = root;
		this.#options = options;
	}

	async run(): Promise<boolean> {
		let whole = true;
		this.#rootStats = await lstat(this.#root).catch(() => undefined);
		for (let folder = this.#folders.pop(); folder !== undefined; folder = this.#folders.pop()) {
			if (this.#options.stopped?.() === true) return false;
			if (!(await this.#readFolder(folder.path, folder.depth))) whole = false;
		}
		return whole;
	}

	/** False: the folder could not be read, so nothing is known of what is in it. */
	async #readFolder(path: string, depth: number): Promise<boolean> {
		let entries: Dirent[];
		try {
			entries = await readdir(join(this.#root, path), { withFileTypes: true });
		} catch (error) {
			this.#leaveOut(path === '' ? '.' : path, 'library.entry.unreadable');
			// A folder that vanished during the walk is known to be empty.
			return path !== '' && (error as NodeJS.ErrnoException).code === 'ENOENT';
		}
		for (let from = 0; from < entries.length; from += atOnce) {
			if (this.#entries >= mostEntries) {
				this.#leaveOut(path === '' ? '.' : path, 'library.entry.many');
				return true;
			}
			const some = entries.slice(from, from + atOnce);
			this.#entries += some.length;
			const stats = await Promise.all(some.map((entry) => this.#look(path, entry)));
			for (const [at, entry] of some.entries()) this.#take(path, depth, entry.name, stats[at]);
		}
		return true;
	}

	async #look(folder: string, entry: Dirent): Promise<Stats | undefined> {
		try {
			return await lstat(join(this.#root, folder, entry.name));
		} catch {
			// Gone, unreadable, or a name that is not UTF-8 and so cannot be found again.
			return undefined;
		}
	}

	#take(folder: string, depth: number, name: string, stats: Stats | undefined): void {
		const path = folder === '' ? name : `${folder}/${name}`;
		if (stats === undefined) {
			this.#leaveOut(path, name.includes('\ufffd') ? 'library.entry.name' : 'library.entry.unreadable');
			return;
		}
		const facts = factsOf(path, stats, this.#rootStats);
		const { kind } = facts;
		const { size, mtimeMs: mtime, ino } = stats;
		const reason = this.#options.rule(facts);
		if (reason !== undefined) this.#leaveOut(path, reason);
		else if (kind === 'file') this.files.push({ path, size, mtime, ino });
		else if (depth + 1 > deepest) this.#leaveOut(path, 'library.entry.deep');
		else if (this.#options.never.includes(join(this.#root, path)))
			this.#leaveOut(path, 'library.entry.private');
		else this.#folders.push({ path, depth: depth + 1 });
	}

	#leaveOut(path: string, reason: string): void {
		this.leftOutCount++;
		if (this.leftOut.length < mostLeftOut) this.leftOut.push({ path, reason });
	}
}

/** `root`: of the shared folder; `path` is relative to it. */
export function factsOf(path: string, stats: Stats, root: Stats | undefined): EntryFacts {
	return {
		name: path.slice(path.lastIndexOf('/') + 1),
		path,
		kind: kindOf(stats),
		size: stats.size,
		links: stats.nlink,
		ours: stats.uid === (process.getuid?.() ?? stats.uid),
		mode: stats.mode & 0o777,
		elsewhere: stats.dev !== (root?.dev ?? stats.dev),
	};
}

function kindOf(stats: Stats): EntryFacts['kind'] {
	if (stats.isSymbolicLink()) return 'link';
	if (stats.isDirectory()) return 'folder';
	return stats.isFile() ? 'file' : 'special';
}
