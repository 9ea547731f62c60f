/**
 * Frames on their way: real bytes, header and payload, in one array. A frame that goes to ten neighbours is
 * there once and counted ten times; the last delivery gives its place back.
 *
 * A place is a run of 64-byte blocks and known by the number of the first. It begins with two words of ours,
 * the deliveries that are left and how many blocks it has, so that a delivery and the header of its frame
 * share a cache line; then the frame.
 */
const BLOCK = 64;
const WORDS = BLOCK / 4;
/** Where the frame begins in its place. */
const OURS = 8;
const NONE = -1;

export class Slab {
	/** Replaced when the slab grows: do not keep it. */
	bytes = new Uint8Array(BLOCK * 64);
	#words = new Int32Array(this.bytes.buffer);
	#used = 0;
	/** By number of blocks: the first free place; the next one is in its first word. */
	readonly #free: number[] = [];

	/** Where in `bytes` the frame of a place begins. */
	at(place: number): number {
		return place * BLOCK + OURS;
	}

	/** One of the four words of a frame's message id, as this machine reads them: for comparison only. */
	idWord(place: number, word: number): number {
		return this.#words[place * WORDS + 2 + word];
	}

	/** A place for a frame of so many bytes, with nothing in it, for so many deliveries. */
	place(length: number, deliveries: number): number {
		const blocks = (length + OURS + BLOCK - 1) >>> 6;
		let place = this.#free[blocks] ?? NONE;
		if (place !== NONE) this.#free[blocks] = this.#words[place * WORDS];
		else {
			place = this.#used;
			this.#used += blocks;
			if (this.#used * BLOCK > this.bytes.length) this.#grow();
		}
		this.#words[place * WORDS] = deliveries;
		this.#words[place * WORDS + 1] = blocks;
		return place;
	}

	put(frame: Uint8Array, deliveries: number): number {
		const place = this.place(frame.length, deliveries);
		this.bytes.set(frame, this.at(place));
		return place;
	}

	/** A copy of a frame in the slab. */
	copy(from: number, length: number): number {
		const place = this.place(length, 0);
		const words = this.#words;
		const target = place * WORDS + 2;
		const source = from * WORDS + 2;
		// Word by word: for frames this short faster than copyWithin.
		for (let word = (length + 3) >> 2; word-- > 0; ) words[target + word] = words[source + word];
		return place;
	}

	/** How many deliveries a frame that `copy` made is left with. */
	count(place: number, deliveries: number): void {
		this.#words[place * WORDS] = deliveries;
		if (deliveries === 0) this.#release(place);
	}

	/** One delivery is done. */
	done(place: number): void {
		if (--this.#words[place * WORDS] === 0) this.#release(place);
	}

	#release(place: number): void {
		const blocks = this.#words[place * WORDS + 1];
		this.#words[place * WORDS] = this.#free[blocks] ?? NONE;
		this.#free[blocks] = place;
	}

	#grow(): void {
		const grown = new Uint8Array(
			Math.ceil(Math.max(this.bytes.length * 1.5, this.#used * BLOCK) / BLOCK) * BLOCK,
		);
		grown.set(this.bytes);
		this.bytes = grown;
		this.#words = new Int32Array(grown.buffer);
	}
}
