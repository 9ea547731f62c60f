/**
 * Files that wait for their hash. A file counts as hashed only if its size, time and inode were the
 * same before the first and after the last byte was read.
 */
import { isRefusal } from '../evidence/refusal.ts';
import type { FileHashes } from './file-hashes.ts';
import type { Hasher } from './hash.ts';
import { equalStamps, openUnchanged } from './open.ts';
import { type Entry, type SharedFolder, stampOf } from './shared-folder.ts';

interface Job {
	readonly folder: SharedFolder;
	readonly entry: Entry;
}

/** Files open at the same time: one being read, the others ready to follow. */
const atOnce = 4;
/** What a key or a mailbox is recognised by. */
const headBytes = 4096;

export class HashQueue {
	readonly #hasher: Hasher;
	readonly #hashed: (entry: Entry, hashes: FileHashes) => void;
	/** It cannot be hashed as it is; the code says why. */
	readonly #refused: (folder: SharedFolder, entry: Entry, code: string) => void;
	/** By its first bytes: the code of the reason not to share it. */
	readonly #judge: (head: Uint8Array) => string | undefined;
	readonly #waiting = new Map<Entry, Job>();
	readonly #running = new Set<Promise<void>>();
	readonly #perFolder = new Map<number, number>();
	#idle: (() => void)[] = [];

	constructor(
		hasher: Hasher,
		hashed: (entry: Entry, hashes: FileHashes) => void,
		refused: (folder: SharedFolder, entry: Entry, code: string) => void,
		judge: (head: Uint8Array) => string | undefined,
	) {
		this.#judge = judge;
		this.#hasher = hasher;
		this.#hashed = hashed;
		this.#refused = refused;
	}

	add(folder: SharedFolder, entries: readonly Entry[]): void {
		for (const entry of entries) {
			if (this.#waiting.has(entry)) continue;
			this.#waiting.set(entry, { folder, entry });
			this.#count(folder.id, 1);
		}
		this.#go();
	}

	/** Files that wait or are being hashed: all, or those of one folder. */
	size(folder?: number): number {
		if (folder !== undefined) return this.#perFolder.get(folder) ?? 0;
		let all = 0;
		for (const count of this.#perFolder.values()) all += count;
		return all;
	}

	async idle(): Promise<void> {
		if (this.size() === 0) return;
		await new Promise<void>((resolve) => this.#idle.push(resolve));
	}

	pause(paused: boolean): void {
		this.#hasher.pause(paused);
		this.#go();
	}

	/** Bytes a second; undefined: no limit. */
	limit(bytesPerSecond: number | undefined): void {
		this.#hasher.limit(bytesPerSecond);
	}

	async close(): Promise<void> {
		for (const job of this.#waiting.values()) this.#count(job.folder.id, -1);
		this.#waiting.clear();
		await this.#hasher.close();
		await Promise.all(this.#running);
		this.#tellIdle();
	}

	#go(): void {
		while (this.#running.size < atOnce && this.#waiting.size > 0 && !this.#hasher.paused) {
			const [entry, job] = this.#waiting.entries().next().value!;
			this.#waiting.delete(entry);
			const running = this.#hash(job).finally(() => {
				this.#running.delete(running);
				this.#count(job.folder.id, -1);
				this.#go();
				this.#tellIdle();
			});
			this.#running.add(running);
		}
	}

	async #hash({ folder, entry }: Job): Promise<void> {
		if (!entry.present) return;
		const before = stampOf(entry);
		const opened = await openUnchanged(folder.path, entry.path, before);
		if (isRefusal(opened)) {
			if (entry.present) this.#refused(folder, entry, opened.refused);
			return;
		}
		try {
			const { buffer, bytesRead } = await opened.handle.read(Buffer.alloc(headBytes), 0, headBytes, 0);
			const reason = this.#judge(buffer.subarray(0, bytesRead));
			if (reason !== undefined) return this.#refused(folder, entry, reason);
			const hashes = await this.#hasher.hashes(opened.handle, before.size);
			const { size, mtimeMs: mtime, ino } = await opened.handle.stat();
			if (!entry.present) return;
			if (equalStamps(before, { size, mtime, ino })) this.#hashed(entry, hashes);
			else this.#refused(folder, entry, 'library.file.changed');
		} catch {
			// A read error, or a file that became shorter; or the queue is being closed.
			if (entry.present) this.#refused(folder, entry, 'library.entry.unreadable');
		} finally {
			await opened.handle.close();
		}
	}

	#count(folder: number, by: number): void {
		const count = (this.#perFolder.get(folder) ?? 0) + by;
		if (count === 0) this.#perFolder.delete(folder);
		else this.#perFolder.set(folder, count);
	}

	#tellIdle(): void {
		if (this.size() > 0) return;
		for (const resolve of this.#idle.splice(0)) resolve();
	}
}
