/**
 * The two hashes that eDonkey knows a file by, from one reading of it.
 *
 * - ed2k: MD4 of each part of 9,728,000 bytes, and MD4 of those one after another. A file of less than one part has the
 *   hash of that part alone. Where the size is a multiple of a part, a last part of no bytes counts too (so aMule and
 *   eMule have it; some older programs forget it, and theirs is another hash).
 * - AICH: SHA-1 of each block of 180 KiB (blocks begin anew in each part), and a binary tree over them. A node of n
 *   blocks, or of n parts above one part, gives half to each side; where n is odd, the larger half goes to the side on
 *   which the node itself hangs, and the root counts as left.
 */
import { createHash, type Hash } from 'node:crypto';
import { createMD4 } from 'hash-wasm';

export const partSize = 9_728_000;
export const blockSize = 184_320;
const MD4 = 16;
const SHA1 = 20;

export interface Ed2kHashes {
	/** 16 bytes. */
	readonly ed2k: Uint8Array;
	/** Hashes of the parts, 16 bytes each, an empty last one included; of a file of less than one part, its hash. */
	readonly parts: Uint8Array;
	/** Root of the AICH tree, 20 bytes. */
	readonly aich: Uint8Array;
	/** Its leaves: hashes of the blocks, 20 bytes each. */
	readonly blocks: Uint8Array;
}

// One of each is enough: whole calls follow one another in a thread.
const partHash = await createMD4();
const listHash = await createMD4();

/** MD4 of these bytes, as eDonkey checks a part. */
export function md4(bytes: Uint8Array): Uint8Array {
	return listHash.init().update(bytes).digest('binary');
}

/** Takes the bytes of one file in order. One at a time in a thread, as they share the kernel of MD4. */
export class Ed2kHasher {
	readonly #size: number;
	readonly #parts: Uint8Array[] = [];
	readonly #blocks: Uint8Array;
	#blockHash: Hash | undefined;
	#at = 0;
	#count = 0;

	constructor(size: number) {
		this.#size = size;
		this.#blocks = new Uint8Array(SHA1 * blocksOf(size));
		partHash.init();
	}

	update(bytes: Uint8Array): void {
		for (let from = 0; from < bytes.length; ) {
			const inPart = this.#at % partSize;
			const blockLeft = Math.min(blockSize - (inPart % blockSize), partSize - inPart);
			const piece = bytes.subarray(from, from + blockLeft);
			this.#blockHash ??= createHash('sha1');
			this.#blockHash.update(piece);
			partHash.update(piece);
			this.#at += piece.length;
			from += piece.length;
			if (piece.length === blockLeft) this.#endBlock();
			if (this.#at % partSize === 0) this.#endPart();
		}
	}

	/** Throws where the bytes were not as many as was said. */
	finish(): Ed2kHashes {
		if (this.#at !== this.#size) throw new RangeError(`hashed ${this.#at} of ${this.#size} bytes`);
		this.#endBlock();
		this.#endPart();
		const parts = new Uint8Array(this.#parts.length * MD4);
		for (const [index, part] of this.#parts.entries()) parts.set(part, index * MD4);
		return {
			ed2k: this.#parts.length === 1 ? this.#parts[0]! : md4(parts),
			parts,
			aich: this.#size === 0 ? sha1() : node(this.#blocks, 0, this.#size, true),
			blocks: this.#blocks,
		};
	}

	#endBlock(): void {
		if (this.#blockHash === undefined) return;
		this.#blocks.set(this.#blockHash.digest(), this.#count++ * SHA1);
		this.#blockHash = undefined;
	}

	#endPart(): void {
		this.#parts.push(partHash.digest('binary'));
		partHash.init();
	}
}

/** Blocks in so many bytes that begin with a part. */
export function blocksOf(size: number): number {
	const whole = Math.floor(size / partSize);
	return whole * Math.ceil(partSize / blockSize) + Math.ceil((size - whole * partSize) / blockSize);
}

/** Bytes below the left child of a node of so many bytes that hangs on this side. */
export function splitOf(size: number, left: boolean): number {
	const unit = size > partSize ? partSize : blockSize;
	const units = Math.ceil(size / unit);
	return Math.floor((left ? units + 1 : units) / 2) * unit;
}

/** Hash of the node over [from, from + size): `from` begins a part or, below one part, a block of it. */
function node(blocks: Uint8Array, from: number, size: number, left: boolean): Uint8Array {
	if (size <= blockSize) {
		const index = blocksOf(Math.floor(from / partSize) * partSize) + (from % partSize) / blockSize;
		return blocks.subarray(index * SHA1, (index + 1) * SHA1);
	}
	const first = splitOf(size, left);
	return sha1(node(blocks, from, first, true), node(blocks, from + first, size - first, false));
}

function sha1(...pieces: readonly Uint8Array[]): Uint8Array {
	const hash = createHash('sha1');
	for (const piece of pieces) hash.update(piece);
	return new Uint8Array(hash.digest());
}
