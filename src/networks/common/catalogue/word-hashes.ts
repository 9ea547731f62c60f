/**
 * The words of names and of searches as numbers of 64 bits, in two halves. A word is its number: that two words
 * share one happens once in 2^64, and nobody can arrange it who does not know the seed.
 *
 * Names are ASCII mostly: then nothing is made, the words are hashed where they stand. Others go the long way
 * (common/words.ts), and the same word gives the same number on both.
 */

import { textOf } from '../text.ts';
import { eachWord } from '../words.ts';

/** Words of one name or search that count; what is behind them is not looked at. */
const MOST = 32;

export class WordHashes {
	readonly high = new Uint32Array(MOST);
	readonly low = new Uint32Array(MOST);
	count = 0;
	readonly #seedHigh: number;
	readonly #seedLow: number;

	constructor(seedHigh: number, seedLow: number) {
		this.#seedHigh = seedHigh | 0;
		this.#seedLow = seedLow | 0;
	}

	/** The words of a name in UTF-8. */
	ofBytes(bytes: Uint8Array, from: number, to: number): void {
		this.count = 0;
		for (let i = from; i < to; i++) if (bytes[i] > 0x7f) return this.ofText(textOf(bytes.subarray(from, to)));
		let high = this.#seedHigh;
		let low = this.#seedLow;
		let length = 0;
		for (let i = from; i <= to; i++) {
			let code = i < to ? bytes[i] : 0;
			if (code >= 0x41 && code <= 0x5a) code |= 0x20;
			if ((code >= 0x61 && code <= 0x7a) || (code >= 0x30 && code <= 0x39)) {
				high = Math.imul(high ^ code, 0x01000193);
				low = Math.imul(low + code, 0x5bd1e995) ^ (low >>> 15);
				length++;
			} else if (length > 0) {
				if (length > 1 && !this.#add(high, low)) return;
				high = this.#seedHigh;
				low = this.#seedLow;
				length = 0;
			}
		}
	}

	ofText(text: string): void {
		this.count = 0;
		eachWord(text, (word) => {
			// A single ASCII letter says nothing; a single ideograph is a word.
			if (word.length === 1 && word.charCodeAt(0) < 0x80) return true;
			let high = this.#seedHigh;
			let low = this.#seedLow;
			for (let i = 0; i < word.length; i++) {
				const code = word.charCodeAt(i);
				high = Math.imul(high ^ code, 0x01000193);
				low = Math.imul(low + code, 0x5bd1e995) ^ (low >>> 15);
			}
			return this.#add(high, low);
		});
	}

	/** False: no more of them. */
	#add(high: number, low: number): boolean {
		const mixedHigh = mixed(high);
		const mixedLow = mixed(low);
		for (let i = 0; i < this.count; i++)
			if (this.high[i] === mixedHigh && this.low[i] === mixedLow) return true;
		this.high[this.count] = mixedHigh;
		this.low[this.count] = mixedLow;
		return ++this.count < MOST;
	}
}

/** Every bit of what goes in reaches every bit of what comes out (murmur3's last step). */
export function mixed(hash: number): number {
	let value = hash;
	value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
	value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
	return (value ^ (value >>> 16)) >>> 0;
}
