/**
 * Sources may differ in what they say of a file's size, and a search result says it before any of them.
 * The first source that is asked counts more than the result; then the size that most sources say.
 */
export class SizeVotes {
	readonly #said = new Map<number, number>();

	/** `source` says `size`; `present` is what is taken for true now. `taken`: what it says holds from now on. */
	vote(source: number, size: number, present: number | null): 'taken' | 'minority' {
		const before = this.#said.get(source);
		// Who says now this and now that is not believed.
		if (before !== undefined && before !== size) return 'minority';
		const first = this.#said.size === 0;
		this.#said.set(source, size);
		if (first || present === null || size === present) return 'taken';
		return this.#count(size) > this.#count(present) ? 'taken' : 'minority';
	}

	says(source: number, size: number): boolean {
		return this.#said.get(source) === size;
	}

	#count(size: number): number {
		let count = 0;
		for (const one of this.#said.values()) if (one === size) count++;
		return count;
	}
}
