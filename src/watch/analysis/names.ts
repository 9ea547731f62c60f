/** Texts as small numbers: what repeats in millions of rows is kept once. 0 is no text. */
export class Names {
	readonly texts: string[] = [''];
	readonly #numbers = new Map<string, number>();
	readonly #most: number;
	readonly #beyond: string;

	/** Past `most` different ones every new one is `beyond`. */
	constructor(most: number, beyond: string) {
		this.#most = most;
		this.#beyond = beyond;
	}

	number(text: string | undefined): number {
		if (text === undefined || text === '') return 0;
		const known = this.#numbers.get(text);
		if (known !== undefined) return known;
		if (this.texts.length >= this.#most && text !== this.#beyond) return this.number(this.#beyond);
		this.#numbers.set(text, this.texts.length);
		return this.texts.push(text) - 1;
	}

	/** undefined: it is not there. */
	find(text: string): number | undefined {
		return this.#numbers.get(text);
	}

	/** By number: 1 where the text passes. */
	which(passes: (text: string) => boolean): Uint8Array {
		return Uint8Array.from(this.texts, (text) => (text !== '' && passes(text) ? 1 : 0));
	}
}
