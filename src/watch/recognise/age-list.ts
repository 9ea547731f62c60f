/**
 * Things in the order of their coming, linked through themselves: adding, removing and finding the oldest cost the
 * same however many there are. (A Map tells its oldest key only after passing over all that were deleted before.)
 */
export interface Aged {
	older: Aged | undefined;
	newer: Aged | undefined;
}

export class AgeList<T extends Aged> {
	size = 0;
	#oldest: Aged | undefined;
	#newest: Aged | undefined;

	get oldest(): T | undefined {
		return this.#oldest as T | undefined;
	}

	/** It must be in no list. */
	add(one: T): void {
		one.older = this.#newest;
		one.newer = undefined;
		if (this.#newest === undefined) this.#oldest = one;
		else this.#newest.newer = one;
		this.#newest = one;
		this.size++;
	}

	/** It must be in this list. */
	remove(one: T): void {
		if (one.older === undefined) this.#oldest = one.newer;
		else one.older.newer = one.newer;
		if (one.newer === undefined) this.#newest = one.older;
		else one.newer.older = one.older;
		one.older = one.newer = undefined;
		this.size--;
	}
}
