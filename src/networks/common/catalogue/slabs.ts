/**
 * Many small arrays of 32-bit words in few large ones: no object for each, nothing for the collector to walk. A block
 * is named by a number that is never 0. Freed blocks are used again for the same size.
 */
const CHUNK_BITS = 20;
const CHUNK = 1 << CHUNK_BITS;
const MASK = CHUNK - 1;

/** Words of the largest block. */
export const LARGEST_BLOCK = 4096;

export class Slabs {
	readonly #words: Uint32Array[] = [];
	readonly #bytes: Uint8Array[] = [];
	/** First free block of each size; each begins with the number of the next. */
	readonly #free = new Uint32Array(LARGEST_BLOCK + 1);
	/** In the last chunk; the first one is made when it is needed. */
	#next = CHUNK;

	/** Bytes taken from the system. */
	get bytesHeld(): number {
		return this.#words.length * CHUNK * 4;
	}

	take(size: number): number {
		const free = this.#free[size];
		if (free !== 0) {
			this.#free[size] = this.words(free)[free & MASK];
			return free;
		}
		const left = CHUNK - this.#next;
		if (left < size) {
			// What is left of this chunk becomes a free block of its own size.
			if (left > 0) this.give((this.#words.length - 1) * CHUNK + this.#next, Math.min(left, LARGEST_BLOCK));
			const words = new Uint32Array(CHUNK);
			this.#words.push(words);
			this.#bytes.push(new Uint8Array(words.buffer));
			// Nothing lies at 0.
			this.#next = this.#words.length === 1 ? 1 : 0;
		}
		const block = (this.#words.length - 1) * CHUNK + this.#next;
		this.#next += size;
		return block;
	}

	give(block: number, size: number): void {
		this.words(block)[block & MASK] = this.#free[size];
		this.#free[size] = block;
	}

	/** The array that holds a block; it begins at `at(block)`. */
	words(block: number): Uint32Array {
		return this.#words[block >>> CHUNK_BITS];
	}

	/** The same memory in bytes; the block begins at `4 * at(block)`. */
	bytes(block: number): Uint8Array {
		return this.#bytes[block >>> CHUNK_BITS];
	}
}

export function at(block: number): number {
	return block & MASK;
}
