/**
 * Message ids. A GUID is 16 bytes; servents of the 0.6 family set byte 8 to 0xff and byte 15 to 0
 * (Gnutella 0.6 draft, "message id").
 *
 * GuidTable is how a servent learns: it maps the id of a message to the number of the link it came
 * from, so that a second copy is recognised and an answer finds its way back. It is asked for each
 * message, so it allocates nothing on a look-up, and it is fed by strangers, so:
 *
 * - The hash is keyed (HalfSipHash-1-3, Aumasson and Bernstein): a peer that does not know the seed
 *   cannot choose ids that fall into one place. The length word is left out since all keys are 16 bytes.
 * - Memory is bounded: entries live in two generations. `rotate` drops the older one; it happens by
 *   itself when the younger one is full. An entry so lives for one to two rotations.
 * - A generation begins with nothing, then 8 places, and doubles, so that a quiet leaf stays small.
 */

/** `random`: at least 16 bytes, which are copied. */
export function newGuid(random: Uint8Array): Uint8Array {
	const guid = random.slice(0, 16);
	if (guid.length !== 16) throw new RangeError('a GUID needs 16 random bytes');
	guid[8] = 0xff;
	guid[15] = 0;
	return guid;
}

export function guidEquals(a: Uint8Array, b: Uint8Array, atA = 0, atB = 0): boolean {
	if (a.length - atA < 16 || b.length - atB < 16) return false;
	for (let i = 0; i < 16; i++) if (a[atA + i] !== b[atB + i]) return false;
	return true;
}

/** Four words of the id, then value + 1; 0 in the last place means that the slot is empty. */
const WORDS = 5;
const FIRST_SLOTS = 8;
const EMPTY = new Int32Array(WORDS);

/** The id being looked up, as words: no array, so that nothing is allocated, and not in each table. */
let [id0, id1, id2, id3] = [0, 0, 0, 0];

export class GuidTable {
	readonly #capacity: number;
	readonly #key0: number;
	readonly #key1: number;
	/** The younger generation, and how many entries it holds. */
	#young = EMPTY;
	#count = 0;
	#old = EMPTY;
	#oldCount = 0;

	/** `capacity`: entries a generation holds before it rotates by itself. `seed`: 8 random bytes. */
	constructor(capacity: number, seed: Uint8Array) {
		if (capacity < 1 || seed.length < 8) throw new RangeError('a GuidTable needs room and 8 bytes of seed');
		this.#capacity = capacity;
		this.#key0 = word(seed, 0);
		this.#key1 = word(seed, 4);
	}

	/** Entries in both generations (an id that was set in both counts twice). */
	get size(): number {
		return this.#count + this.#oldCount;
	}

	/** Bytes held. */
	get bytes(): number {
		return this.#young.byteLength + this.#old.byteLength;
	}

	/** The value of the id at `bytes[at..at+16)`, or -1. */
	get(bytes: Uint8Array, at = 0): number {
		const hash = this.#load(bytes, at);
		const value = this.#young[this.#find(this.#young, hash) + 4] - 1;
		return value >= 0 || this.#oldCount === 0 ? value : this.#old[this.#find(this.#old, hash) + 4] - 1;
	}

	/** `value`: an integer from 0 to 2^31 - 2. */
	set(bytes: Uint8Array, value: number, at = 0): void {
		if (!(value >= 0 && value < 0x7fffffff)) throw new RangeError('a GuidTable holds numbers of links');
		const hash = this.#load(bytes, at);
		let slots = this.#young;
		let slot = this.#find(slots, hash);
		if (slots[slot + 4] === 0) {
			if (this.#count >= this.#capacity) this.rotate();
			if (this.#count * 4 >= (this.#young.length / WORDS - 1) * 3) this.#grow();
			slots = this.#young;
			this.#load(bytes, at);
			slot = this.#find(slots, hash);
			slots[slot] = id0;
			slots[slot + 1] = id1;
			slots[slot + 2] = id2;
			slots[slot + 3] = id3;
			this.#count++;
		}
		slots[slot + 4] = value + 1;
	}

	/** Forgets the older generation; the younger one becomes the older. */
	rotate(): void {
		this.#old = this.#young;
		this.#oldCount = this.#count;
		this.#young = EMPTY;
		this.#count = 0;
	}

	#grow(): void {
		const from = this.#young;
		const to = new Int32Array(Math.max(FIRST_SLOTS, (from.length / WORDS) * 2) * WORDS);
		for (let slot = 0; slot < from.length; slot += WORDS) {
			if (from[slot + 4] === 0) continue;
			id0 = from[slot];
			id1 = from[slot + 1];
			id2 = from[slot + 2];
			id3 = from[slot + 3];
			const place = this.#find(to, this.#hash());
			for (let i = 0; i < WORDS; i++) to[place + i] = from[slot + i];
		}
		this.#young = to;
	}

	/** Where the loaded id is, or the empty place where it belongs. There always is an empty place. */
	#find(slots: Int32Array, hash: number): number {
		const mask = slots.length / WORDS - 1;
		for (let i = hash & mask; ; i = (i + 1) & mask) {
			const slot = i * WORDS;
			if (slots[slot + 4] === 0) return slot;
			if (
				slots[slot] === id0 &&
				slots[slot + 1] === id1 &&
				slots[slot + 2] === id2 &&
				slots[slot + 3] === id3
			)
				return slot;
		}
	}

	#load(bytes: Uint8Array, at: number): number {
		id0 = word(bytes, at);
		id1 = word(bytes, at + 4);
		id2 = word(bytes, at + 8);
		id3 = word(bytes, at + 12);
		return this.#hash();
	}

	#hash(): number {
		let v0 = this.#key0;
		let v1 = this.#key1;
		let v2 = 0x6c796765 ^ this.#key0;
		let v3 = 0x74656462 ^ this.#key1;
		for (let i = 0; i < 7; i++) {
			const m = i === 0 ? id0 : i === 1 ? id1 : i === 2 ? id2 : i === 3 ? id3 : 0;
			v3 ^= m;
			if (i === 4) v2 ^= 0xff;
			v0 = (v0 + v1) | 0;
			v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
			v0 = (v0 << 16) | (v0 >>> 16);
			v2 = (v2 + v3) | 0;
			v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
			v0 = (v0 + v3) | 0;
			v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
			v2 = (v2 + v1) | 0;
			v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
			v2 = (v2 << 16) | (v2 >>> 16);
			v0 ^= m;
		}
		return v1 ^ v3;
	}
}

function word(bytes: Uint8Array, at: number): number {
	return bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
}
