/**
 * Seeded random numbers for the virtual world, its tests and the laboratory: equal seed, equal run.
 * The generator is sfc32 (Chris Doty-Humphrey, PractRand): 128 bits of state, passes PractRand and BigCrush,
 * four additions and two shifts a number. Not for secrets: the node takes its bytes from node:crypto.
 */
export class SeededRandom {
	#a: number;
	#b: number;
	#c: number;
	#counter = 1;

	/** The label gives each user its own stream, so that adding one user does not change the others. */
	constructor(seed: number, label = '') {
		this.#a = seed | 0;
		this.#b = hash(label, 0x9e3779b9);
		this.#c = hash(label, seed | 0);
		for (let round = 0; round < 15; round++) this.uint32();
	}

	/** 0 to 2^32 - 1. */
	uint32(): number {
		const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0;
		this.#counter = (this.#counter + 1) | 0;
		this.#a = this.#b ^ (this.#b >>> 9);
		this.#b = (this.#c + (this.#c << 3)) | 0;
		this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
		return sum >>> 0;
	}

	/** At least 0, below 1. */
	fraction(): number {
		return this.uint32() / 0x1_0000_0000;
	}

	bytes(count: number): Uint8Array {
		const bytes = new Uint8Array(count);
		for (let index = 0; index < count; index++) bytes[index] = this.uint32();
		return bytes;
	}
}

/** FNV-1a over the characters: spreads labels, nothing more. */
function hash(text: string, start: number): number {
	let value = start ^ 0x811c9dc5;
	for (let index = 0; index < text.length; index++) {
		value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
	}
	return value;
}
