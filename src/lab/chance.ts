/**
 * Chance of the laboratory: whole numbers only, from one seed, so that equal seeds give equal runs on any
 * machine. A share such as 0.3 is compared as a number of 32 bits.
 */
import { SeededRandom } from '../world/random.ts';

export class Chance {
	readonly #random: SeededRandom;

	/** The label gives each use its own numbers: one more draw here changes nothing there. */
	constructor(seed: number, label: string) {
		this.#random = new SeededRandom(seed, label);
	}

	/** 0 to below - 1; a slight preference (below / 2^32) for small ones. */
	below(below: number): number {
		return this.#random.uint32() % below;
	}

	uint32(): number {
		return this.#random.uint32();
	}

	bytes(count: number): Uint8Array {
		return this.#random.bytes(count);
	}

	/** True with this share of the draws. */
	happens(share: number): boolean {
		return this.#random.uint32() < threshold(share);
	}

	/** `count` different ones of `items`, in random order; all where there are no more. */
	some(items: Int32Array, count: number): Int32Array {
		const mixed = items.slice();
		const taken = Math.min(count, mixed.length);
		for (let at = 0; at < taken; at++) {
			const other = at + this.below(mixed.length - at);
			const moved = mixed[at];
			mixed[at] = mixed[other];
			mixed[other] = moved;
		}
		return mixed.subarray(0, taken);
	}
}

/** A share as the number of 32 bits below which a draw counts. */
export function threshold(share: number): number {
	return Math.round(share * 0x1_0000_0000);
}

/** Spreads two numbers over 32 bits: latencies of links, without an array that holds them. */
export function mixed(one: number, other: number): number {
	let value = Math.imul(one ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(other + 0x7f4a7c15, 0xc2b2ae35);
	value = Math.imul(value ^ (value >>> 15), 0x2c1b3c6d);
	value = Math.imul(value ^ (value >>> 12), 0x297a2d39);
	return (value ^ (value >>> 15)) >>> 0;
}
