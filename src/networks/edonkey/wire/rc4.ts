/** RC4, the stream cipher of eDonkey's obfuscation. It is broken as a cipher; nothing here relies on it. */
export class Rc4 {
	readonly #state = new Uint8Array(256);
	#i = 0;
	#j = 0;

	constructor(key: Uint8Array) {
		const state = this.#state;
		for (let i = 0; i < 256; i++) state[i] = i;
		for (let i = 0, j = 0; i < 256; i++) {
			j = (j + state[i] + key[i % key.length]) & 255;
			[state[i], state[j]] = [state[j], state[i]];
		}
	}

	/** In place: hides what is plain, and shows what is hidden. */
	apply(bytes: Uint8Array): Uint8Array {
		const state = this.#state;
		for (let at = 0; at < bytes.length; at++) bytes[at] ^= this.#step(state);
		return bytes;
	}

	/** Leaves out so many bytes of the stream. */
	skip(count: number): this {
		for (let i = 0; i < count; i++) this.#step(this.#state);
		return this;
	}

	#step(state: Uint8Array): number {
		this.#i = (this.#i + 1) & 255;
		this.#j = (this.#j + state[this.#i]) & 255;
		const swapped = state[this.#i];
		state[this.#i] = state[this.#j];
		state[this.#j] = swapped;
		return state[(state[this.#i] + state[this.#j]) & 255];
	}
}
