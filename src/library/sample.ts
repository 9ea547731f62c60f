/**
 * A look at a file instead of a reading: the SHA-1 of at most 16 samples of 16 KiB, the first and the last bytes among
 * them. It decides whether a file whose time changed is still the one that was hashed (hash-queue.ts).
 *
 * 1. Where the samples lie depends on the size only: two digests of files of one size compare the same places.
 * 2. Up to 256 KiB the samples are the whole file.
 * 3. Of a larger file this is a guess. Tags of music and films lie at the ends and are seen; a few bytes changed
 *    between two samples, the size kept, are not. Then the file is served under the hash of what it was, and whoever
 *    takes it finds that out by that hash.
 * 4. A change that leaves size, time and inode as they were (a forged time) is not even looked at: the status change
 *    time (ctime) is not compared, as it also changes with the name and the permissions.
 */
import { createHash, type Hash } from 'node:crypto';

const most = 16;
const sampleSize = 16 * 1024;

export interface Span {
	readonly from: number;
	readonly to: number;
}

/** In order, and none overlaps another. */
export function samplesOf(size: number): Span[] {
	if (size <= most * sampleSize) return size === 0 ? [] : [{ from: 0, to: size }];
	return Array.from({ length: most }, (_, index) => {
		const from = Math.floor(((size - sampleSize) * index) / (most - 1));
		return { from, to: from + sampleSize };
	});
}

/** Takes the samples out of a file that passes by whole, in order. */
export class Sampler {
	readonly #hash: Hash = createHash('sha1');
	readonly #spans: readonly Span[];
	#next = 0;
	#at = 0;

	constructor(size: number) {
		this.#spans = samplesOf(size);
	}

	update(bytes: Uint8Array): void {
		const end = this.#at + bytes.length;
		for (; this.#next < this.#spans.length; this.#next++) {
			const { from, to } = this.#spans[this.#next]!;
			if (from >= end) break;
			this.#hash.update(bytes.subarray(Math.max(0, from - this.#at), Math.min(to, end) - this.#at));
			if (to > end) break;
		}
		this.#at = end;
	}

	finish(): Uint8Array {
		return new Uint8Array(this.#hash.digest());
	}
}
