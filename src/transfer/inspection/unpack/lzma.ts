/**
 * LZMA and LZMA2, as the LZMA SDK's specification describes them (lzma-specification.txt, public domain):
 * a range coder over adaptive bits, and matches in a window of what came out before. The window grows with
 * what comes out, never with what the header wishes for.
 */
import { Unreadable } from '../entry.ts';
import type { Input } from './input.ts';

/** Bytes to decode before they are taken. */
export const LZMA_STEP = 65_536;
/** No more than this ever comes out of an archive that is looked at. */
const MOST_WINDOW = 256 * 1024 * 1024;
const TOP = 0x1000000;
const HALF = 1024;
const STATES = 12;
const POS_STATES = 16;

/** Lengths of matches: a choice of three trees. */
class Lengths {
	readonly probs = new Uint16Array(2 + POS_STATES * 16 + 256).fill(HALF);
}

export class LzmaDecoder {
	readonly #input: Input;
	/** Bytes that matches may reach back. */
	readonly #dictionary: number;
	#window = new Uint8Array(LZMA_STEP);
	/** Bytes that came out in all. */
	out = 0;
	/** Since the dictionary was emptied. */
	#known = 0;
	/** Given away already. */
	#given = 0;
	#range = 0;
	#code = 0;
	#state = 0;
	#rep0 = 0;
	#rep1 = 0;
	#rep2 = 0;
	#rep3 = 0;
	/** Of the last match, still to be copied. */
	#pending = 0;
	#lc = 0;
	#lp = 0;
	#pb = 0;
	#literals = new Uint16Array(0);
	readonly #isMatch = new Uint16Array(STATES * POS_STATES);
	readonly #isRep = new Uint16Array(STATES);
	readonly #isRep0 = new Uint16Array(STATES);
	readonly #isRep1 = new Uint16Array(STATES);
	readonly #isRep2 = new Uint16Array(STATES);
	readonly #isRep0Long = new Uint16Array(STATES * POS_STATES);
	readonly #slots = new Uint16Array(4 * 64);
	readonly #special = new Uint16Array(128);
	readonly #aligned = new Uint16Array(16);
	#lengths = new Lengths();
	#repLengths = new Lengths();

	constructor(input: Input, dictionary: number) {
		this.#input = input;
		this.#dictionary = Math.min(Math.max(dictionary, 4096), MOST_WINDOW);
	}

	/** The byte of lc, lp and pb; everything learned is forgotten. */
	properties(byte: number, most = 12): void {
		if (byte >= 225) throw new Unreadable('LZMA properties that make no sense');
		this.#lc = byte % 9;
		this.#lp = Math.floor(byte / 9) % 5;
		this.#pb = Math.floor(byte / 45);
		if (this.#lc + this.#lp > most) throw new Unreadable('LZMA properties that make no sense');
		this.forget();
	}

	/** A new state, and nothing learned. */
	forget(): void {
		const size = 0x300 << (this.#lc + this.#lp);
		if (this.#literals.length !== size) this.#literals = new Uint16Array(size);
		const all = [this.#literals, this.#isMatch, this.#isRep, this.#isRep0, this.#isRep1, this.#isRep2];
		for (const probs of [...all, this.#isRep0Long, this.#slots, this.#special, this.#aligned])
			probs.fill(HALF);
		this.#lengths = new Lengths();
		this.#repLengths = new Lengths();
		this.#state = 0;
		this.#rep0 = this.#rep1 = this.#rep2 = this.#rep3 = 0;
	}

	/** Matches may not reach back beyond here. */
	emptyWindow(): void {
		this.#known = 0;
	}

	startRange(): void {
		if (this.#input.byte() !== 0) throw new Unreadable('an LZMA stream begins with nonsense');
		this.#range = 0xffffffff;
		this.#code = 0;
		for (let i = 0; i < 4; i++) this.#code = ((this.#code << 8) | this.#input.byte()) >>> 0;
		this.#pending = 0;
	}

	/** LZMA2 stores what does not compress. */
	copy(length: number): void {
		for (let i = 0; i < length; i++) this.#put(this.#input.byte());
	}

	/** What came out since the last time: good until the next call. */
	taken(): Uint8Array {
		const size = this.#window.length;
		const from = this.#given % size;
		const count = this.out - this.#given;
		this.#given = this.out;
		if (from + count <= size) return this.#window.slice(from, from + count);
		return Buffer.concat([this.#window.subarray(from), this.#window.subarray(0, from + count - size)]);
	}

	/** Until `limit` bytes came out in all, and true at an end mark. Not more than LZMA_STEP at a time. */
	decode(limit: number): boolean {
		this.#flush(limit);
		while (this.out < limit) {
			const position = this.#known & ((1 << this.#pb) - 1);
			if (this.#bit(this.#isMatch, this.#state * POS_STATES + position) === 0) {
				this.#literal();
				continue;
			}
			if (this.#bit(this.#isRep, this.#state) === 0) {
				if (this.#match(position)) return true;
			} else if (this.#repeat(position)) continue;
			this.#flush(limit);
		}
		return false;
	}

	#literal(): void {
		const before = this.#known > 0 ? this.#back(0) : 0;
		const context = ((this.#known & ((1 << this.#lp) - 1)) << this.#lc) + (before >>> (8 - this.#lc));
		const base = 0x300 * context;
		let symbol = 1;
		if (this.#state >= 7) {
			let match = this.#back(this.#rep0);
			while (symbol < 0x100) {
				const expected = (match >>> 7) & 1;
				match <<= 1;
				const bit = this.#bit(this.#literals, base + ((1 + expected) << 8) + symbol);
				symbol = (symbol << 1) | bit;
				if (expected !== bit) break;
			}
		}
		while (symbol < 0x100) symbol = (symbol << 1) | this.#bit(this.#literals, base + symbol);
		this.#put(symbol & 0xff);
		this.#state = this.#state < 4 ? 0 : this.#state < 10 ? this.#state - 3 : this.#state - 6;
	}

	/** A match with a distance of its own. True: it is the end mark. */
	#match(position: number): boolean {
		this.#rep3 = this.#rep2;
		this.#rep2 = this.#rep1;
		this.#rep1 = this.#rep0;
		const length = this.#length(this.#lengths, position);
		this.#state = this.#state < 7 ? 7 : 10;
		const slot = this.#tree(this.#slots, Math.min(length, 3) * 64, 6);
		this.#rep0 = slot < 4 ? slot : this.#distance(slot);
		if (this.#rep0 === 0xffffffff) return true;
		this.#pending = length + 2;
		return false;
	}

	/** A match at one of the last distances. True: one byte, which is done. */
	#repeat(position: number): boolean {
		if (this.#bit(this.#isRep0, this.#state) === 0) {
			if (this.#bit(this.#isRep0Long, this.#state * POS_STATES + position) === 0) {
				this.#state = this.#state < 7 ? 9 : 11;
				this.#mustReach();
				this.#put(this.#back(this.#rep0));
				return true;
			}
		} else {
			let distance = this.#rep1;
			if (this.#bit(this.#isRep1, this.#state) === 1) {
				distance = this.#rep2;
				if (this.#bit(this.#isRep2, this.#state) === 1) {
					distance = this.#rep3;
					this.#rep3 = this.#rep2;
				}
				this.#rep2 = this.#rep1;
			}
			this.#rep1 = this.#rep0;
			this.#rep0 = distance;
		}
		this.#pending = this.#length(this.#repLengths, position) + 2;
		this.#state = this.#state < 7 ? 8 : 11;
		return false;
	}

	#flush(limit: number): void {
		if (this.#pending === 0) return;
		this.#mustReach();
		for (; this.#pending > 0 && this.out < limit; this.#pending--) this.#put(this.#back(this.#rep0));
	}

	#mustReach(): void {
		if (this.#rep0 >= this.#known || this.#rep0 >= this.#dictionary)
			throw new Unreadable('LZMA copies what never came out');
	}

	#length({ probs }: Lengths, position: number): number {
		if (this.#bit(probs, 0) === 0) return this.#tree(probs, 2 + position * 8, 3);
		if (this.#bit(probs, 1) === 0) return 8 + this.#tree(probs, 2 + POS_STATES * 8 + position * 8, 3);
		return 16 + this.#tree(probs, 2 + POS_STATES * 16, 8);
	}

	#distance(slot: number): number {
		const bits = (slot >>> 1) - 1;
		const distance = (2 | (slot & 1)) * 2 ** bits;
		if (slot < 14) return distance + this.#reverse(this.#special, distance - slot, bits);
		let direct = 0;
		for (let i = bits - 4; i > 0; i--) {
			this.#range >>>= 1;
			const bit = this.#code >= this.#range ? 1 : 0;
			if (bit === 1) this.#code -= this.#range;
			this.#normalize();
			direct = direct * 2 + bit;
		}
		return distance + direct * 16 + this.#reverse(this.#aligned, 0, 4);
	}

	#tree(probs: Uint16Array, base: number, bits: number): number {
		let symbol = 1;
		for (let i = 0; i < bits; i++) symbol = (symbol << 1) | this.#bit(probs, base + symbol);
		return symbol - (1 << bits);
	}

	#reverse(probs: Uint16Array, base: number, bits: number): number {
		let at = 1;
		let symbol = 0;
		for (let i = 0; i < bits; i++) {
			const bit = this.#bit(probs, base + at);
			at = (at << 1) | bit;
			symbol |= bit << i;
		}
		return symbol;
	}

	#bit(probs: Uint16Array, at: number): number {
		const prob = probs[at]!;
		const bound = (this.#range >>> 11) * prob;
		let bit = 0;
		if (this.#code < bound) {
			this.#range = bound;
			probs[at] = prob + ((2048 - prob) >>> 5);
		} else {
			this.#range -= bound;
			this.#code -= bound;
			probs[at] = prob - (prob >>> 5);
			bit = 1;
		}
		if (this.#range < TOP) this.#normalize();
		return bit;
	}

	#normalize(): void {
		if (this.#range >= TOP) return;
		this.#range = (this.#range << 8) >>> 0;
		this.#code = ((this.#code << 8) | this.#input.byte()) >>> 0;
	}

	#back(distance: number): number {
		const at = (this.out - 1 - distance) % this.#window.length;
		return this.#window[at < 0 ? at + this.#window.length : at]!;
	}

	#put(byte: number): void {
		if (this.out >= this.#window.length && this.#window.length < this.#dictionary + LZMA_STEP) this.#grow();
		this.#window[this.out % this.#window.length] = byte;
		this.out++;
		this.#known++;
	}

	/** Room for the dictionary, and for what comes out between two calls of taken(). */
	#grow(): void {
		const larger = new Uint8Array(Math.min(this.#window.length * 2, this.#dictionary + LZMA_STEP));
		larger.set(this.#window);
		this.#window = larger;
	}
}
