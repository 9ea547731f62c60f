/**
 * Tiger (Anderson and Biham, 1996) and its tree (THEX, Chapweske and Mohr, 2003): leaves of 1,024 bytes
 * hashed with a 0 in front, pairs of hashes with a 1 in front, a hash without a partner carried up. With the
 * hashes of one level each slice of a file can be proven by itself.
 */
import { begin, INPUT, kernel, ROOM } from './tiger-kernel.ts';

const HASH = 24;
const LEAF = 1024;
const leastSlice = 64 * 1024;
const mostSlices = 2048;

/**
 * Bytes of a slice whose hash is kept for a file of this size: the smallest power of two, 64 KiB or more,
 * of which the file has at most 2,048 (what gtk-gnutella gives, too).
 */
export function sliceSize(fileSize: number): number {
	let slice = leastSlice;
	while (fileSize > slice * mostSlices) slice *= 2;
	return slice;
}

/** Tiger of the bytes (at most 1 MiB less a block): 24 bytes. */
export function tiger(bytes: Uint8Array): Uint8Array {
	const { memory, states, block } = kernel();
	const padded = (bytes.length + 9 + 63) & ~63;
	if (padded > ROOM) throw new RangeError('longer than a tree ever hashes at once');
	memory.set(bytes, INPUT);
	memory.fill(0, INPUT + bytes.length, INPUT + padded);
	memory[INPUT + bytes.length] = 1;
	new DataView(memory.buffer).setBigUint64(INPUT + padded - 8, BigInt(bytes.length) * 8n, true);
	begin(states);
	for (let at = 0; at < padded; at += 64) block(INPUT + at);
	return new Uint8Array(states.buffer, states.byteOffset, HASH).slice();
}

/** Root of the tree of these bytes: of one slice, to prove it, or of a whole small file. */
export function sliceHash(bytes: Uint8Array): Uint8Array {
	return rootOf(leafHashes(bytes));
}

/** The next level up. */
export function parents(hashes: Uint8Array): Uint8Array {
	const { memory, states, block } = kernel();
	const count = hashes.length / HASH;
	const level = new Uint8Array(Math.ceil(count / 2) * HASH);
	// A pair is one block: a 1, two hashes, the padding, and the length of 49 bytes in bits.
	memory.fill(0, INPUT, INPUT + 64);
	memory[INPUT] = 1;
	memory[INPUT + 49] = 1;
	memory[INPUT + 56] = (49 * 8) & 255;
	memory[INPUT + 57] = (49 * 8) >>> 8;
	const digest = new Uint8Array(states.buffer, states.byteOffset, HASH);
	for (let i = 0; i + 1 < count; i += 2) {
		const from = i * HASH;
		for (let at = 0; at < 2 * HASH; at++) memory[INPUT + 1 + at] = hashes[from + at]!;
		begin(states);
		block(INPUT);
		level.set(digest, (i / 2) * HASH);
	}
	if (count % 2 === 1) level.set(hashes.subarray((count - 1) * HASH), level.length - HASH);
	return level;
}

/** 24 bytes; `hashes` holds one at least. */
export function rootOf(hashes: Uint8Array): Uint8Array {
	let level = hashes;
	while (level.length > HASH) level = parents(level);
	return level.slice();
}

/** The tree of a stream of bytes. */
export class TigerTree {
	readonly #slice: number;
	readonly #slices: Uint8Array[] = [];
	/** Hashes of leaves of the slice that has begun. */
	#leaves: Uint8Array[] = [];
	#leafBytes = 0;
	/** Bytes that do not fill a pair of leaves yet. */
	readonly #rest = new Uint8Array(2 * LEAF);
	#restLength = 0;

	/** `slice`: a power of two, 2,048 or more. */
	constructor(slice: number) {
		this.#slice = slice;
	}

	update(bytes: Uint8Array): void {
		let from = 0;
		if (this.#restLength > 0) {
			from = Math.min(bytes.length, this.#rest.length - this.#restLength);
			this.#rest.set(bytes.subarray(0, from), this.#restLength);
			this.#restLength += from;
			if (this.#restLength < this.#rest.length) return;
			this.#take(this.#rest);
			this.#restLength = 0;
		}
		const whole = bytes.length - ((bytes.length - from) % this.#rest.length);
		for (let at = from; at < whole; ) {
			const some = Math.min(whole - at, this.#slice - this.#leafBytes, ROOM / 2);
			this.#take(bytes.subarray(at, at + some));
			at += some;
		}
		this.#rest.set(bytes.subarray(whole));
		this.#restLength = bytes.length - whole;
	}

	/** Ends it: the root, and the hashes of the slices (24 bytes each; one for an empty file). */
	finish(): { readonly root: Uint8Array; readonly slices: Uint8Array } {
		const empty = this.#slices.length === 0 && this.#leafBytes === 0;
		if (this.#restLength > 0 || empty) this.#take(this.#rest.subarray(0, this.#restLength));
		if (this.#leaves.length > 0) this.#endSlice();
		const slices = joined(this.#slices);
		return { root: rootOf(slices), slices };
	}

	/** Bytes of whole pairs of leaves, or the last ones. */
	#take(bytes: Uint8Array): void {
		this.#leaves.push(leafHashes(bytes));
		this.#leafBytes += bytes.length;
		if (this.#leafBytes === this.#slice) this.#endSlice();
	}

	#endSlice(): void {
		this.#slices.push(rootOf(joined(this.#leaves)));
		this.#leaves = [];
		this.#leafBytes = 0;
	}
}

/** 24 bytes a leaf; an empty file has one. */
function leafHashes(bytes: Uint8Array): Uint8Array {
	const hashes = new Uint8Array(Math.max(1, Math.ceil(bytes.length / LEAF)) * HASH);
	for (let from = 0; from < bytes.length || from === 0; from += ROOM / 2) {
		leafHashesOf(bytes.subarray(from, from + ROOM / 2), hashes.subarray((from / LEAF) * HASH));
	}
	return hashes;
}

function leafHashesOf(bytes: Uint8Array, hashes: Uint8Array): void {
	const { memory, states, leaves } = kernel();
	const both = new Uint8Array(states.buffer, states.byteOffset, 2 * HASH);
	const pairs = Math.floor(bytes.length / (2 * LEAF));
	memory.set(bytes.subarray(0, pairs * 2 * LEAF), INPUT);
	for (let pair = 0; pair < pairs; pair++) {
		const at = INPUT + pair * 2 * LEAF;
		leaves(at, at + LEAF);
		hashes.set(both, 2 * pair * HASH);
	}
	let leaf = pairs * 2;
	for (let from = leaf * LEAF; from < bytes.length || leaf === 0; from += LEAF) {
		const some = bytes.subarray(from, from + LEAF);
		const message = new Uint8Array(1 + some.length);
		message.set(some, 1);
		hashes.set(tiger(message), leaf++ * HASH);
	}
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
	const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
	let at = 0;
	for (const part of parts) {
		all.set(part, at);
		at += part.length;
	}
	return all;
}
