/** A set of row numbers that are found by a hash of what is in the row: open addressing, four bytes a place. */
const EMPTY = 0;
const GONE = -1;

export class RowTable {
	/** Row + 1, EMPTY or GONE. */
	#places = new Int32Array(64);
	/** Places that are not EMPTY. */
	#taken = 0;
	#count = 0;
	readonly #hash: (row: number) => number;

	/** `hash`: of what is in the row, 32 bits without sign; the same as long as the row is in the table. */
	constructor(hash: (row: number) => number) {
		this.#hash = hash;
	}

	/** The row must not be in the table. */
	add(row: number): void {
		if ((this.#taken + 1) * 5 > this.#places.length * 3) this.#rebuild();
		this.#put(row);
		this.#count++;
	}

	/** The row must be in the table, with what is in it unchanged. */
	remove(row: number): void {
		const mask = this.#places.length - 1;
		for (let at = this.#hash(row) & mask; this.#places[at] !== EMPTY; at = (at + 1) & mask) {
			if (this.#places[at] !== row + 1) continue;
			this.#places[at] = GONE;
			this.#count--;
			return;
		}
	}

	/** -1: there is none. */
	find(hash: number, is: (row: number) => boolean): number {
		const mask = this.#places.length - 1;
		for (let at = hash & mask; this.#places[at] !== EMPTY; at = (at + 1) & mask) {
			const place = this.#places[at]!;
			if (place !== GONE && is(place - 1)) return place - 1;
		}
		return -1;
	}

	*rows(): Iterable<number> {
		for (const place of this.#places) if (place > 0) yield place - 1;
	}

	#put(row: number): void {
		const mask = this.#places.length - 1;
		let at = this.#hash(row) & mask;
		while (this.#places[at]! > 0) at = (at + 1) & mask;
		if (this.#places[at] === EMPTY) this.#taken++;
		this.#places[at] = row + 1;
	}

	#rebuild(): void {
		const rows = [...this.rows()];
		let length = 64;
		while (length * 3 < (this.#count + 1) * 5 * 1.3) length *= 2;
		this.#places = new Int32Array(length);
		this.#taken = 0;
		for (const row of rows) this.#put(row);
	}
}
