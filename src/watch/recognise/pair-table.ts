import { hash } from '../flows/addresses.ts';

/**
 * From two numbers (host and port, host and network) to a place, in typed arrays: a Map whose keys are no small
 * integers costs ten times as much, and one that is full must look for its oldest. Each set holds four entries; a fifth one pushes the oldest out.
 * So memory is fixed, and no look-up is longer than four steps.
 */
export abstract class PairTable {
	/** Two words an entry, the second one more than it was given: 0 is an empty entry. */
	readonly #keys: Int32Array;
	readonly #mask: number;
	size = 0;

	constructor(most: number) {
		this.#keys = new Int32Array(most * 2);
		this.#mask = most / 4 - 1;
	}

	/** The entry of this pair, or -1. `two` is never negative. */
	protected find(one: number, two: number): number {
		const keys = this.#keys;
		const set = (hash(one, two, 0, 0) & this.#mask) << 2;
		for (let entry = set; entry < set + 4; entry++)
			if (keys[entry << 1] === one && keys[(entry << 1) + 1] === two + 1) return entry;
		return -1;
	}

	/** An entry for a pair that has none. */
	protected place(one: number, two: number): number {
		const keys = this.#keys;
		const set = (hash(one, two, 0, 0) & this.#mask) << 2;
		let entry = set;
		while (entry < set + 3 && keys[(entry << 1) + 1] !== 0) entry++;
		if (keys[(entry << 1) + 1] === 0) this.size++;
		// Full: the first is the oldest.
		else for (let next = set; next < set + 3; next++) this.#move(next + 1, next);
		keys[entry << 1] = one;
		keys[(entry << 1) + 1] = two + 1;
		return entry;
	}

	/** What the one entry holds now belongs to the other. */
	protected abstract moved(from: number, to: number): void;

	#move(from: number, to: number): void {
		this.#keys[to << 1] = this.#keys[from << 1]!;
		this.#keys[(to << 1) + 1] = this.#keys[(from << 1) + 1]!;
		this.moved(from, to);
	}
}
