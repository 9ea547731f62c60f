/** Packed bytes, one by one or bit by bit, as the decoders here want them. */
import { Unreadable } from '../entry.ts';

export class Input {
	readonly #chunks: Iterator<Uint8Array>;
	#held: Uint8Array = new Uint8Array(0);
	#at = 0;
	#bits = 0;
	#count = 0;
	/** Bytes taken so far. */
	taken = 0;

	constructor(packed: Iterable<Uint8Array>) {
		this.#chunks = packed[Symbol.iterator]();
	}

	/** The next byte; -1: there is none. */
	peek(): number {
		while (this.#at === this.#held.length) {
			const { value, done } = this.#chunks.next();
			if (done) return -1;
			this.#held = value;
			this.#at = 0;
		}
		return this.#held[this.#at]!;
	}

	byte(): number {
		const value = this.#at < this.#held.length ? this.#held[this.#at]! : this.peek();
		if (value < 0) throw new Unreadable('the compressed bytes end too early');
		this.#at++;
		this.taken++;
		return value;
	}

	/** So many bytes, from the next whole one. `length` is small. */
	bytes(length: number): Uint8Array {
		const taken = new Uint8Array(length);
		for (let i = 0; i < length; i++) taken[i] = this.byte();
		return taken;
	}

	/** Up to 24 bits, the first bit highest. */
	bits(count: number): number {
		while (this.#count < count) {
			this.#bits = ((this.#bits << 8) | this.byte()) >>> 0;
			this.#count += 8;
		}
		this.#count -= count;
		return (this.#bits >>> this.#count) & ((1 << count) - 1);
	}

	/** The same bits as `bits`, which are not taken. */
	look(count: number): number {
		while (this.#count < count) {
			this.#bits = ((this.#bits << 8) | this.byte()) >>> 0;
			this.#count += 8;
		}
		return (this.#bits >>> (this.#count - count)) & ((1 << count) - 1);
	}

	/** Takes bits that were looked at. */
	drop(count: number): void {
		this.#count -= count;
	}

	/** What is left of the present byte is not used. */
	align(): void {
		this.#count -= this.#count % 8;
		if (this.#count !== 0) throw new Error('whole bytes were read as bits and not used');
	}
}
