/**
 * One hash of each file that has it, in a column, and the way back from a hash to its rows. Several files may have
 * the same content: the table holds the first of them, the others follow in a chain.
 */
import { RowTable } from './row-table.ts';

/** No row. */
const NONE = -1;

export class HashColumn {
	readonly #width: number;
	/** Takes no memory before the first file has this hash. */
	#bytes = new Uint8Array(0);
	/** The next row with the same hash. */
	#same = new Int32Array(0);
	#has = new Uint8Array(0);
	readonly #rows: RowTable;

	/** `width`: bytes of the hash. */
	constructor(width: number) {
		this.#width = width;
		this.#rows = new RowTable((row) => hashOf(this.#bytes, row * width));
	}

	/** `capacity`: rows that there may be for now. */
	set(row: number, hash: Uint8Array, capacity: number): void {
		if (this.#has.length < capacity) this.#grow(capacity);
		const first = this.#first(hash);
		this.#bytes.set(hash, row * this.#width);
		this.#has[row] = 1;
		this.#same[row] = NONE;
		if (first === NONE) this.#rows.add(row);
		else {
			this.#same[row] = this.#same[first]!;
			this.#same[first] = row;
		}
	}

	get(row: number): Uint8Array | undefined {
		return this.#has[row] === 1 ? this.#of(row) : undefined;
	}

	remove(row: number): void {
		if (this.#has[row] !== 1) return;
		const first = this.#first(this.#of(row));
		const next = this.#same[row]!;
		this.#has[row] = 0;
		if (first === row) {
			this.#rows.remove(row);
			if (next !== NONE) this.#rows.add(next);
			return;
		}
		let before = first;
		while (this.#same[before] !== row) before = this.#same[before]!;
		this.#same[before] = next;
	}

	/** Every row with this hash. */
	*find(hash: Uint8Array): Iterable<number> {
		if (hash.length !== this.#width) return;
		for (let row = this.#first(hash); row !== NONE; row = this.#same[row]!) yield row;
	}

	/** Each hash once. */
	*distinct(): Iterable<Uint8Array> {
		for (const row of this.#rows.rows()) yield this.#of(row);
	}

	#of(row: number): Uint8Array {
		return this.#bytes.slice(row * this.#width, (row + 1) * this.#width);
	}

	#first(hash: Uint8Array): number {
		return this.#rows.find(hashOf(hash, 0), (row) => {
			for (let at = 0; at < this.#width; at++) {
				if (this.#bytes[row * this.#width + at] !== hash[at]) return false;
			}
			return true;
		});
	}

	#grow(capacity: number): void {
		const [bytes, same, has] = [this.#bytes, this.#same, this.#has];
		this.#bytes = new Uint8Array(capacity * this.#width);
		this.#same = new Int32Array(capacity);
		this.#has = new Uint8Array(capacity);
		this.#bytes.set(bytes);
		this.#same.set(same);
		this.#has.set(has);
	}
}

/** The bytes of a hash are as good as random. */
function hashOf(bytes: Uint8Array, at: number): number {
	return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
}
