/**
 * Query routing tables: who may have an answer. A table has 2^n slots; a word is hashed to a slot, and
 * the slot says whether the word is there.
 *
 * - Hash (QRP 0.1, section 2): the low bytes of the lower-case UTF-16 units are XOR-ed into 32 bits at
 *   shifts 0, 8, 16, 24 in turn; times 4F1BBCDC; low 32 bits; the top n of them are the slot. So a slot
 *   of a larger table lies within one slot of a smaller one, and tables of two sizes can be joined.
 * - In a table: each word of at least 3 letters, its prefixes with 1 to 5 letters cut (never below 3),
 *   and whole urns. In a query: words of at least 3 letters, and urns.
 * - A query may match if one of its urns is there; or if it has one or two words and all are there, or
 *   more and two thirds are (as LimeWire and gtk-gnutella do). A query with nothing to look up does not.
 * - A slot is one bit here. The wire has distances: an entry that falls is there, one that rises is gone.
 *   Only servents that pass on tables of tables need more, and nobody does so.
 * - Bit order is that of one-bit patches: the highest bit of a byte is the lowest slot.
 */
import { words } from '../../common/words.ts';

const MULTIPLIER = 0x4f1bbcdc;
const SHORTEST_WORD = 3;
const MOST_CUT = 5;

/** A query's hashes, made once and looked up in many tables. */
export interface QueryHashes {
	readonly words: Int32Array;
	readonly urns: Int32Array;
}

export function queryHashes(text: string, urns: readonly string[] = []): QueryHashes {
	const long = words(text).filter((word) => word.length >= SHORTEST_WORD);
	return { words: Int32Array.from(long, hashWord), urns: Int32Array.from(urns, hashWord) };
}

/** 32 bits, of which a table uses the top ones. Letter case does not matter. */
export function hashWord(word: string): number {
	const lower = word.toLowerCase();
	let mixed = 0;
	for (let i = 0; i < lower.length; i++) mixed ^= (lower.charCodeAt(i) & 0xff) << ((i & 3) << 3);
	return Math.imul(mixed, MULTIPLIER);
}

export class RouteTable {
	readonly slots: number;
	/** One bit a slot. */
	readonly bits: Uint8Array;
	readonly #shift: number;

	/** `slots`: a power of two, at least 8. */
	constructor(slots: number) {
		if (slots < 8 || (slots & (slots - 1)) !== 0) throw new RangeError(`no table has ${slots} slots`);
		this.slots = slots;
		this.bits = new Uint8Array(slots / 8);
		this.#shift = Math.clz32(slots) + 1;
	}

	/** A word and its prefixes; words that are too short are left out. */
	addWord(word: string): void {
		if (word.length < SHORTEST_WORD) return;
		const least = Math.max(SHORTEST_WORD, word.length - MOST_CUT);
		for (let length = word.length; length >= least; length--) this.#set(hashWord(word.slice(0, length)));
	}

	/** All words of a text, for instance of a file name. */
	addText(text: string): void {
		for (const word of words(text)) this.addWord(word);
	}

	/** Whole, for instance `urn:sha1:...`. */
	addUrn(urn: string): void {
		this.#set(hashWord(urn));
	}

	has(hash: number): boolean {
		const slot = hash >>> this.#shift;
		return (this.bits[slot >>> 3] & (0x80 >>> (slot & 7))) !== 0;
	}

	mayMatch(query: QueryHashes): boolean {
		for (let i = 0; i < query.urns.length; i++) if (this.has(query.urns[i])) return true;
		const count = query.words.length;
		if (count === 0) return false;
		let missing = count <= 2 ? 0 : Math.floor(count / 3);
		for (let i = 0; i < count; i++) if (!this.has(query.words[i]) && missing-- === 0) return false;
		return true;
	}

	/** Adds what is in the other table, whatever its size. */
	merge(other: RouteTable): void {
		if (other.slots === this.slots) {
			for (let i = 0; i < this.bits.length; i++) this.bits[i] |= other.bits[i];
			return;
		}
		const larger = other.slots > this.slots;
		const factor = larger ? Math.log2(other.slots / this.slots) : Math.log2(this.slots / other.slots);
		for (let i = 0; i < other.bits.length; i++) {
			if (other.bits[i] === 0) continue;
			for (let bit = 0; bit < 8; bit++) {
				if ((other.bits[i] & (0x80 >>> bit)) === 0) continue;
				const slot = i * 8 + bit;
				if (larger) this.#mark(slot >>> factor);
				else for (let k = 0; k < 1 << factor; k++) this.#mark((slot << factor) + k);
			}
		}
	}

	/** Slots that are set. A table where most are asks for everything. */
	count(): number {
		let count = 0;
		for (let i = 0; i < this.bits.length; i++) count += onesOf[this.bits[i]];
		return count;
	}

	equals(other: RouteTable): boolean {
		if (this.slots !== other.slots) return false;
		for (let i = 0; i < this.bits.length; i++) if (this.bits[i] !== other.bits[i]) return false;
		return true;
	}

	clone(): RouteTable {
		const copy = new RouteTable(this.slots);
		copy.bits.set(this.bits);
		return copy;
	}

	#set(hash: number): void {
		this.#mark(hash >>> this.#shift);
	}

	#mark(slot: number): void {
		this.bits[slot >>> 3] |= 0x80 >>> (slot & 7);
	}
}

/** Tables are not changed once they are made, and many servents share nothing: all blank tables of a size are one. */
export function sharedIfBlank(table: RouteTable): RouteTable {
	for (let i = 0; i < table.bits.length; i++) if (table.bits[i] !== 0) return table;
	const known = blanks.get(table.slots);
	if (known !== undefined) return known;
	blanks.set(table.slots, table);
	return table;
}

const blanks = new Map<number, RouteTable>();

const onesOf = Uint8Array.from({ length: 256 }, (_, byte) => {
	let ones = 0;
	for (let rest = byte; rest > 0; rest >>>= 1) ones += rest & 1;
	return ones;
});
