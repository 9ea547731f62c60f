/** Seeded chance for the fuzzers, and the changes that fuzzers make to good bytes. */
export class Random {
	/** The last bytes that were made: printed with a finding. */
	last: Uint8Array = new Uint8Array(0);
	#state: number;

	constructor(seed: number) {
		this.#state = seed | 0;
	}

	/** A whole number from 0 up to but not including `below` (mulberry32). */
	below(below: number): number {
		this.#state = (this.#state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
	}

	pick<T>(items: readonly T[]): T {
		return items[this.below(items.length)] as T;
	}

	bytes(most: number): Uint8Array {
		return Uint8Array.from({ length: this.below(most + 1) }, () => this.below(256));
	}

	/** Good bytes with a few things wrong: bits, lengths, cuts, copies, noise. */
	spoilt(good: Uint8Array): Uint8Array {
		let bytes: Uint8Array = good.slice();
		for (let changes = this.below(6); changes > 0; changes--) {
			const at = this.below(bytes.length + 1);
			switch (this.below(7)) {
				case 0:
					if (at < bytes.length) bytes[at] = this.below(256);
					break;
				case 1:
					if (at < bytes.length) bytes[at]! ^= 1 << this.below(8);
					break;
				case 2:
					bytes = bytes.slice(0, at);
					break;
				case 3:
					bytes = joined(bytes.subarray(0, at), this.bytes(12), bytes.subarray(at));
					break;
				case 4:
					bytes = joined(bytes.subarray(0, at), bytes.subarray(at, at + this.below(30)), bytes.subarray(at));
					break;
				case 5: {
					// Extreme numbers where a length might be.
					const extreme = this.pick([0, 1, 0x7f, 0x80, 0xff]);
					for (let i = at; i < Math.min(at + 4, bytes.length); i++) bytes[i] = extreme;
					break;
				}
				default:
					bytes = joined(bytes.subarray(0, at), bytes.subarray(at + this.below(8)));
			}
		}
		this.last = bytes;
		return bytes;
	}
}

function joined(...parts: Uint8Array[]): Uint8Array {
	return new Uint8Array(Buffer.concat(parts));
}
