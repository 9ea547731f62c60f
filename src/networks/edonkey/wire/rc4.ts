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

	/** In place: hides what is plain, and shows what is hidden. Bytes of whole files go through it: no call, no field a byte. */
	apply(bytes: Uint8Array): Uint8Array {
		const state = this.#state;
		let i = this.#i;
		let j = this.#j;
		for (let at = 0; at < bytes.length; at++) {
			i = (i + 1) & 255;
			const one = state[i];
			j = (j + one) & 255;
			const other = state[j];
			state[i] = other;
			state[j] = one;
			bytes[at] ^= state[(one + other) & 255];
		}
		this.#i = i;
		this.#j = j;
		return bytes;
	}

	/** Leaves out so many bytes of the stream. */
	skip(count: number): this {
		this.apply(new Uint8Array(count));
		return this;
	}
}
