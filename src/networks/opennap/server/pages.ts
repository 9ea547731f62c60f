/**
 * The memory of one user: blocks of 32-bit words in pages that grow with what he has. All of it goes at once when he
 * leaves. A block that he gives back before is used again for one of the same size.
 */
const PAGE_BITS = 14;
const PAGE = 1 << PAGE_BITS;
/** Words of the first page: a user with a handful of files takes no more. */
const FIRST = 256;

export class Pages {
	readonly #pages: Uint32Array[] = [];
	readonly #bytes: Uint8Array[] = [];
	/** Blocks given back, by their size. */
	readonly #free = new Map<number, number[]>();
	/** Words used of the last page. Nothing lies at 0 of the first: no block is named 0. */
	#used = 1;
	#held = 0;

	get bytesHeld(): number {
		return this.#held;
	}

	/** Where a block begins in its array. */
	static at(block: number): number {
		return block & (PAGE - 1);
	}

	/** The array that holds a block. */
	words(block: number): Uint32Array {
		return this.#pages[block >>> PAGE_BITS];
	}

	/** The same memory in bytes; the block begins at `4 * at(block)`. */
	bytes(block: number): Uint8Array {
		return this.#bytes[block >>> PAGE_BITS];
	}

	take(size: number): number {
		const free = this.#free.get(size)?.pop();
		if (free !== undefined) return free;
		const last = this.#pages.length - 1;
		if (last < 0 || this.#used + size > this.#pages[last].length) this.#addPage(size);
		const block = (this.#pages.length - 1) * PAGE + this.#used;
		this.#used += size;
		return block;
	}

	give(block: number, size: number): void {
		const free = this.#free.get(size);
		if (free === undefined) this.#free.set(size, [block]);
		else free.push(block);
	}

	#addPage(size: number): void {
		const doubled = FIRST << Math.min(this.#pages.length, PAGE_BITS);
		const page = new Uint32Array(Math.min(PAGE, Math.max(doubled, size + 1)));
		this.#used = this.#pages.length === 0 ? 1 : 0;
		this.#pages.push(page);
		this.#bytes.push(new Uint8Array(page.buffer));
		this.#held += page.byteLength;
	}
}
