/** Names and sizes of contents that answers and fetches have told: sources come without. The oldest is forgotten. */
export interface Content {
	readonly name: string;
	/** Bytes; 0: nobody has said. */
	readonly size: number;
}

export class Contents {
	readonly #most: number;
	readonly #byHash = new Map<string, Content>();

	constructor(most: number) {
		this.#most = most;
	}

	learn(ed2k: string, content: Content): void {
		this.#byHash.delete(ed2k);
		this.#byHash.set(ed2k, content);
		if (this.#byHash.size > this.#most) this.#byHash.delete(this.#byHash.keys().next().value!);
	}

	get(ed2k: string): Content {
		return this.#byHash.get(ed2k) ?? { name: ed2k, size: 0 };
	}
}
