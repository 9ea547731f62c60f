/**
 * Files that wait for their hash. A file counts as hashed only if its size, time and inode were the
 * same before the first and after the last byte was read.
 *
 * A file that was hashed before, and of which only the time changed, is looked at first: where its samples are what
 * they were (sample.ts says what that misses), its hashes hold, under the same condition.
 */
import type { FileHandle } from 'node:fs/promises';
import { isRefusal } from '../evidence/refusal.ts';
import type { FileHashes } from './file-hashes.ts';
import type { Hasher } from './hash.ts';
import { equalStamps, openUnchanged } from './open.ts';
import { type Entry, type SharedFolder, stampOf } from './shared-folder.ts';

interface Job {
	readonly folder: SharedFolder;
	readonly entry: Entry;
}

/** What becomes of the files. */
interface Outcome {
	hashed(entry: Entry, hashes: FileHashes): void;
	/** Its content is what it was: its former hashes hold. */
	same(folder: SharedFolder, entry: Entry): void;
	/** Its content is another: its former hashes are to be forgotten. */
	other(entry: Entry): void;
	/** It cannot be hashed as it is; the code says why. */
	refused(folder: SharedFolder, entry: Entry, code: string): void;
	/** By its first bytes: the code of the reason not to share it. */
	judge(head: Uint8Array): string | undefined;
	/** Digest of the samples of a file that was hashed; undefined: none was taken. */
	sample(entry: Entry): Uint8Array | undefined;
}

/** Files open at the same time: one being read, the others ready to follow. */
const atOnce = 4;
/** What a key or a mailbox is recognised by. */
const headBytes = 4096;

export class HashQueue {
	readonly #hasher: Hasher;
	readonly #outcome: Outcome;
	readonly #waiting = new Map<Entry, Job>();
	readonly #running = new Set<Promise<void>>();
	readonly #perFolder = new Map<number, number>();
	#idle: (() => void)[] = [];

	constructor(hasher: Hasher, outcome: Outcome) {
		this.#hasher = hasher;
		this.#outcome = outcome;
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
		const outcome = this.#outcome;
		const opened = await openUnchanged(folder.path, entry.path, stampOf(entry));
		if (isRefusal(opened)) {
			if (entry.present) outcome.refused(folder, entry, opened.refused);
			return;
		}
		try {
			const { buffer, bytesRead } = await opened.handle.read(Buffer.alloc(headBytes), 0, headBytes, 0);
			const reason = outcome.judge(buffer.subarray(0, bytesRead));
			const same =
				entry.former !== null && reason === undefined && (await this.#isSame(entry, opened.handle));
			if (!entry.present) return;
			if (entry.former !== null && !same) outcome.other(entry);
			if (reason !== undefined) return outcome.refused(folder, entry, reason);
			const hashes = same ? undefined : await this.#hasher.hashes(opened.handle, entry.size);
			const { size, mtimeMs: mtime, ino } = await opened.handle.stat();
			if (!entry.present) return;
			if (!equalStamps(opened.stamp, { size, mtime, ino }))
				outcome.refused(folder, entry, 'library.file.changed');
			else if (hashes === undefined) outcome.same(folder, entry);
			else outcome.hashed(entry, hashes);
		} catch {
			// A read error, or a file that became shorter; or the queue is being closed.
			if (entry.present) outcome.refused(folder, entry, 'library.entry.unreadable');
		} finally {
			await opened.handle.close();
		}
	}

	async #isSame(entry: Entry, handle: FileHandle): Promise<boolean> {
		const known = this.#outcome.sample(entry);
		return known !== undefined && Buffer.compare(known, await this.#hasher.sample(handle, entry.size)) === 0;
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
