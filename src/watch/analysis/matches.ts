/**
 * Which rows pass a filter, and windows of them in any order. A window is put in order only as far as it is looked at:
 * rows are divided around its two ends (Hoare's selection), so that it costs a few looks a row and not a sort of
 * millions. What was divided once stays so, and the next window of the same order costs less.
 */
import type { Rows } from './rows.ts';
import { numbers, type Test } from './tests.ts';

export interface Order {
	/** A key of `numbers`; undefined: as they ended. */
	readonly field?: string | undefined;
	readonly descending: boolean;
}

export class Matches {
	readonly #rows: Rows;
	/** Rows that pass, in order of row; undefined: all of them. */
	readonly #found: Uint32Array | undefined;
	readonly #ordered = new Map<string, Ordered>();
	/** Rows of the table when this was made, and what was changed by then. */
	readonly of: number;
	readonly changes: number;
	/** Looks at rows so far: what it costs. */
	looks = 0;

	constructor(rows: Rows, tests: readonly Test[]) {
		this.#rows = rows;
		this.of = rows.count;
		this.changes = rows.changes;
		if (tests.length === 0) return;
		this.looks += rows.count;
		let found = new Uint32Array(1024);
		let count = 0;
		for (const block of rows.blocks)
			for (let at = 0; at < block.count; at++) {
				if (!tests.every((test) => test(block, at))) continue;
				if (count === found.length) {
					const larger = new Uint32Array(count * 2);
					larger.set(found);
					found = larger;
				}
				found[count++] = block.from + at;
			}
		this.#found = found.slice(0, count);
	}

	get total(): number {
		return this.#found?.length ?? this.of;
	}

	/** Each row that passes, block by block. */
	each(visit: (block: Rows['blocks'][number], at: number) => void): void {
		if (this.#found === undefined) {
			let left = this.of;
			for (const block of this.#rows.blocks) {
				const end = Math.min(block.count, left);
				for (let at = 0; at < end; at++) visit(block, at);
				left -= end;
			}
			return;
		}
		for (const row of this.#found) {
			const block = this.#rows.block(row);
			visit(block, row - block.from);
		}
	}

	/** Rows of the window [from, from + count). */
	window(order: Order, from: number, count: number): number[] {
		const to = Math.min(this.total, from + count);
		if (from >= to) return [];
		const { field, descending } = order;
		if (field === undefined || !numbers.has(field)) {
			const place = (index: number) => (descending ? this.total - 1 - index : index);
			return Array.from({ length: to - from }, (_, index) => {
				const at = place(from + index);
				return this.#found?.[at] ?? at;
			});
		}
		const key = `${descending ? '-' : ''}${field}`;
		let ordered = this.#ordered.get(key);
		if (ordered === undefined) {
			// One order at a time: it has a number a row.
			this.#ordered.clear();
			ordered = this.#inOrder(field, descending);
			this.#ordered.set(key, ordered);
		}
		const before = ordered.looks;
		const window = ordered.window(from, to);
		this.looks += ordered.looks - before;
		return window;
	}

	#inOrder(field: string, descending: boolean): Ordered {
		const { total } = this;
		const [rows, keys] = [new Uint32Array(total), new Float64Array(total)];
		const number = numbers.get(field)!;
		let index = 0;
		this.each((block, at) => {
			rows[index] = block.from + at;
			const key = number(block, at);
			keys[index++] = descending ? -key : key;
		});
		this.looks += total;
		return new Ordered(rows, keys);
	}
}

/** Rows with their keys, divided where windows end. Equal keys stand in order of row. */
class Ordered {
	readonly #rows: Uint32Array;
	readonly #keys: Float64Array;
	/** Places where everything before is smaller than everything behind, in order. */
	readonly #cuts: number[];
	looks = 0;

	constructor(rows: Uint32Array, keys: Float64Array) {
		this.#rows = rows;
		this.#keys = keys;
		this.#cuts = [0, rows.length];
	}

	window(from: number, to: number): number[] {
		this.#cut(from);
		this.#cut(to);
		const places = Array.from({ length: to - from }, (_, index) => from + index);
		places.sort((one, other) => (this.#before(one, other) ? -1 : 1));
		return places.map((place) => this.#rows[place]!);
	}

	#before(one: number, other: number): boolean {
		const [first, second] = [this.#keys[one]!, this.#keys[other]!];
		return first < second || (first === second && this.#rows[one]! < this.#rows[other]!);
	}

	/** Divides the rows at a place, within the two cuts around it. */
	#cut(place: number): void {
		const cuts = this.#cuts;
		let behind = cuts.findIndex((cut) => cut >= place);
		if (cuts[behind] === place) return;
		let [low, high] = [cuts[behind - 1]!, cuts[behind]! - 1];
		while (low < high) {
			const middle = this.#divide(low, high);
			if (place <= middle) high = middle;
			else low = middle + 1;
		}
		behind = cuts.findIndex((cut) => cut > place);
		cuts.splice(behind, 0, place);
	}

	/** Hoare's: [low, middle] are not greater than [middle + 1, high]. */
	#divide(low: number, high: number): number {
		const [keys, rows] = [this.#keys, this.#rows];
		const pivot = this.#median(low, (low + high) >>> 1, high);
		const [key, row] = [keys[pivot]!, rows[pivot]!];
		let [left, right] = [low - 1, high + 1];
		this.looks += high - low + 1;
		for (;;) {
			do left++;
			while (keys[left]! < key || (keys[left] === key && rows[left]! < row));
			do right--;
			while (keys[right]! > key || (keys[right] === key && rows[right]! > row));
			if (left >= right) return right;
			const [keptKey, keptRow] = [keys[left]!, rows[left]!];
			keys[left] = keys[right]!;
			rows[left] = rows[right]!;
			keys[right] = keptKey;
			rows[right] = keptRow;
		}
	}

	/** Of three places; not the last one, which Hoare's division needs. */
	#median(low: number, middle: number, high: number): number {
		const places = [low, middle, high].sort((one, other) => (this.#before(one, other) ? -1 : 1));
		return places[1] === high ? this.#swap(middle, high) : places[1]!;
	}

	/** The median was the last one: it takes the place in the middle. */
	#swap(middle: number, high: number): number {
		const [key, row] = [this.#keys[middle]!, this.#rows[middle]!];
		this.#keys[middle] = this.#keys[high]!;
		this.#rows[middle] = this.#rows[high]!;
		this.#keys[high] = key;
		this.#rows[high] = row;
		return middle;
	}
}
