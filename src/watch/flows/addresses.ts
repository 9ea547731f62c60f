/**
 * IPv6 addresses as small numbers, so that a flow's key has the same shape for both versions. Counted: an
 * address that no flow uses is forgotten. Open addressing with linear probing; 4 words an address.
 */
export class Addresses {
	#words = new Int32Array(4 * 1024);
	#uses = new Int32Array(1024);
	#free: number[] = [];
	#count = 0;
	/** Number + 1 of the address; 0: empty. */
	#slots = new Int32Array(2048);

	/** The number of this address, new or known. It is counted only by use(). */
	number(w0: number, w1: number, w2: number, w3: number): number {
		const mask = this.#slots.length - 1;
		let slot = hash(w0, w1, w2, w3) & mask;
		for (let found = this.#slots[slot]!; found !== 0; found = this.#slots[slot]!) {
			const at = (found - 1) << 2;
			const words = this.#words;
			if (words[at] === w0 && words[at + 1] === w1 && words[at + 2] === w2 && words[at + 3] === w3)
				return found - 1;
			slot = (slot + 1) & mask;
		}
		return this.#add(w0, w1, w2, w3);
	}

	use(number: number): void {
		this.#uses[number]!++;
	}

	release(number: number): void {
		if (--this.#uses[number]! > 0) return;
		this.#remove(number);
		this.#free.push(number);
	}

	/** One of the four words of an address. */
	word(number: number, index: number): number {
		return this.#words[(number << 2) + index]!;
	}

	#add(w0: number, w1: number, w2: number, w3: number): number {
		const number = this.#free.pop() ?? this.#count++;
		if (number >= this.#uses.length) this.#grow();
		this.#words[number << 2] = w0;
		this.#words[(number << 2) + 1] = w1;
		this.#words[(number << 2) + 2] = w2;
		this.#words[(number << 2) + 3] = w3;
		this.#uses[number] = 0;
		this.#slots[this.#slotOf(number)] = number + 1;
		return number;
	}

	#slotOf(number: number): number {
		const mask = this.#slots.length - 1;
		const at = number << 2;
		const words = this.#words;
		let slot = hash(words[at]!, words[at + 1]!, words[at + 2]!, words[at + 3]!) & mask;
		while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
		return slot;
	}

	#grow(): void {
		const words = new Int32Array(this.#words.length * 2);
		words.set(this.#words);
		this.#words = words;
		const uses = new Int32Array(this.#uses.length * 2);
		uses.set(this.#uses);
		this.#uses = uses;
		const old = this.#slots;
		this.#slots = new Int32Array(old.length * 2);
		for (const found of old) if (found !== 0) this.#slots[this.#slotOf(found - 1)] = found;
	}

	/** Backward-shift deletion: what was pushed along by the removed one moves back. */
	#remove(number: number): void {
		const slots = this.#slots;
		const mask = slots.length - 1;
		const words = this.#words;
		const home = (found: number) => {
			const at = (found - 1) << 2;
			return hash(words[at]!, words[at + 1]!, words[at + 2]!, words[at + 3]!) & mask;
		};
		let hole = home(number + 1);
		while (slots[hole] !== number + 1) hole = (hole + 1) & mask;
		for (let next = (hole + 1) & mask; slots[next] !== 0; next = (next + 1) & mask) {
			const wanted = home(slots[next]!);
			if (((next - wanted) & mask) >= ((next - hole) & mask)) {
				slots[hole] = slots[next]!;
				hole = next;
			}
		}
		slots[hole] = 0;
	}
}

export function hash(w0: number, w1: number, w2: number, w3: number): number {
	let mixed = Math.imul(w0, 0x9e3779b1) ^ Math.imul(w1, 0x85ebca6b);
	mixed =
		Math.imul(mixed ^ (mixed >>> 15), 0xc2b2ae35) ^ Math.imul(w2, 0x27d4eb2f) ^ Math.imul(w3, 0x165667b1);
	mixed = Math.imul(mixed ^ (mixed >>> 13), 0x85ebca6b);
	return mixed ^ (mixed >>> 16);
}
