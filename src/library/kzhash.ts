/**
 * kzhash, 36 bytes: the FTHash (fthash.ts), and 16 bytes of a tree over the whole file, which the FTHash lacks. MD5 of
 * each 32 KiB; then pairs together under one MD5 until one is left, at least once; who has no partner is hashed alone.
 * A file of no bytes has MD5 of nothing.
 *
 * What is kept, and given to others, is one level of the tree: a hash for each slice of sliceSize(size) bytes, 64 KiB or
 * more, so that no file has more than 2,048 of them.
 *
 * What it proves: nobody knows how to make another file with the hash of a file that is there already. But whoever
 * makes both can make two files with one kzhash, as pairs of blocks with one MD5 are made in seconds.
 */
import { createHash, type Hash, hash } from 'node:crypto';
import { sliceSize } from '../networks/common/tiger.ts';

const kzBlock = 32_768;
export const kzBytes = 16;

export interface KzTree {
	/** 16 bytes. */
	readonly root: Uint8Array;
	/** Hashes of the slices, 16 bytes each; one for an empty file. */
	readonly slices: Uint8Array;
}

/** Takes the bytes of one file in order. */
export class KzHasher {
	/** Levels between a block and a slice. */
	readonly #levels: number;
	readonly #size: number;
	readonly #blocks: Uint8Array;
	/** Of the block that has begun. */
	#begun: Hash | undefined;
	#at = 0;

	constructor(size: number) {
		this.#size = size;
		this.#levels = Math.log2(sliceSize(size) / kzBlock);
		this.#blocks = new Uint8Array(Math.ceil(size / kzBlock) * kzBytes);
	}

	update(bytes: Uint8Array): void {
		if (this.#at + bytes.length > this.#size) throw new RangeError(`more than ${this.#size} bytes`);
		for (let from = 0; from < bytes.length; ) {
			const left = kzBlock - (this.#at % kzBlock);
			const piece = bytes.subarray(from, from + left);
			const place = Math.floor(this.#at / kzBlock) * kzBytes;
			this.#at += piece.length;
			from += piece.length;
			if (piece.length === kzBlock) this.#blocks.set(md5(piece), place);
			else {
				this.#begun ??= createHash('md5');
				this.#begun.update(piece);
				if (this.#at % kzBlock === 0 || this.#at === this.#size) {
					this.#blocks.set(this.#begun.digest(), place);
					this.#begun = undefined;
				}
			}
		}
	}

	/** Throws where the bytes were not as many as was said. */
	finish(): KzTree {
		if (this.#at !== this.#size) throw new RangeError(`hashed ${this.#at} of ${this.#size} bytes`);
		const slices = this.#size === 0 ? md5(this.#blocks) : climbed(this.#blocks, this.#levels);
		return { root: kzRoot(slices), slices };
	}
}

/** Of the bytes of one slice, as long as they are said to be, or the shorter ones at the end of a file. */
export function kzSlice(bytes: Uint8Array, slice: number): Uint8Array {
	if (bytes.length === 0) return md5(bytes);
	const blocks = new Uint8Array(Math.ceil(bytes.length / kzBlock) * kzBytes);
	for (let block = 0; block * kzBlock < bytes.length; block++)
		blocks.set(md5(bytes.subarray(block * kzBlock, (block + 1) * kzBlock)), block * kzBytes);
	return climbed(blocks, Math.log2(slice / kzBlock));
}

/** 16 bytes; `slices` holds one at least. */
export function kzRoot(slices: Uint8Array): Uint8Array {
	let level = slices;
	while (level.length > kzBytes) level = climbed(level, 1);
	return level.slice();
}

function climbed(hashes: Uint8Array, levels: number): Uint8Array {
	let level = hashes;
	for (let i = 0; i < levels; i++) {
		const next = new Uint8Array(Math.ceil(level.length / (2 * kzBytes)) * kzBytes);
		for (let at = 0; at < level.length; at += 2 * kzBytes)
			next.set(md5(level.subarray(at, at + 2 * kzBytes)), at / 2);
		level = next;
	}
	return level;
}

function md5(bytes: Uint8Array): Uint8Array {
	return hash('md5', bytes, 'buffer');
}
