/**
 * The message ids that the servents of a laboratory remember, kept for all of them together and by message: for each
 * message, by servent, the link that it came from. What one servent after the other asks during a flood so lies side by
 * side, where a table of its own in each servent is far from everything in memory.
 *
 * A servent's share behaves as its own table does (GuidTable, networks/gnutella/wire/guid.ts; a test compares the two):
 * entries live in two generations of bounded size. Servents are known by small numbers, and may be added at any time.
 */

import type { Ids } from '../networks/gnutella/servent.ts';
import { GuidTable, guidEquals } from '../networks/gnutella/wire/guid.ts';
import { grown } from '../world/timeline.ts';

/** Servents of a page, and pages of a slab. */
const PAGE_BITS = 9;
const PAGE = 1 << PAGE_BITS;
const SLAB_BITS = 9;
const NONE = -1;

export class SharedIds {
	/** Numbers of the messages. Nobody here chooses ids that fall into one place. */
	readonly #numbers = new GuidTable(1 << 22, new Uint8Array(8));
	/** By message: its pages by servent, as numbers of pages plus one. */
	readonly #pages: Int32Array[] = [];
	/** Pages, many in an array: link + 1, and in the second the generation where that is not 0. */
	readonly #links: Int32Array[] = [];
	readonly #generations: (Uint16Array | undefined)[] = [];
	#used = 0;
	/** By servent: entries of its young generation, and which generation that is. */
	#counts = new Int32Array(64);
	#generation = new Uint16Array(64);
	#rotated = false;
	/** The message that was asked for last, since it will most likely be asked for next. */
	readonly #lastId = new Uint8Array(16);
	#last = NONE;
	#expected: Uint8Array | undefined;

	/** The share of one servent. `capacity`: entries a generation holds. */
	of(servent: number, capacity: number): Ids {
		while (servent >= this.#counts.length) {
			this.#counts = grown(this.#counts);
			this.#generation = Uint16Array.from(
				{ length: this.#counts.length },
				(_, at) => this.#generation[at] ?? 0,
			);
		}
		return new Share(this, servent, capacity);
	}

	/** The number of a message, new or known. */
	numberOf(bytes: Uint8Array, at = 0): number {
		if (bytes === this.#expected && at === 0) return this.#last;
		if (this.#last === NONE || !guidEquals(bytes, this.#lastId, at)) {
			let number = this.#numbers.get(bytes, at);
			if (number === NONE) {
				number = this.#pages.push(NOWHERE) - 1;
				this.#numbers.set(bytes, number, at);
			}
			this.#last = number;
			this.#expected = undefined;
			for (let byte = 0; byte < 16; byte++) this.#lastId[byte] = bytes[at + byte];
		}
		return this.#last;
	}

	/** These bytes, which are asked for next and do not change, begin with the id of this message. */
	expect(bytes: Uint8Array, message: number): void {
		if (message !== this.#last) {
			this.#last = message;
			for (let byte = 0; byte < 16; byte++) this.#lastId[byte] = bytes[byte];
		}
		this.#expected = bytes;
	}

	/** The link that the message came to the servent from, or -1. */
	get(message: number, servent: number): number {
		const page = this.#pages[message][servent >> PAGE_BITS] - 1;
		// Beyond the pages there is NaN.
		if (!(page >= 0)) return NONE;
		const at = ((page & ((1 << SLAB_BITS) - 1)) << PAGE_BITS) | (servent & (PAGE - 1));
		const slab = page >> SLAB_BITS;
		const link = this.#links[slab][at] - 1;
		if (link < 0 || !this.#rotated) return link;
		const age = (this.#generation[servent] - (this.#generations[slab]?.[at] ?? 0)) & 0xffff;
		return age <= 1 ? link : NONE;
	}

	set(message: number, servent: number, link: number, capacity: number): void {
		const page = this.#page(message, servent >> PAGE_BITS);
		const at = ((page & ((1 << SLAB_BITS) - 1)) << PAGE_BITS) | (servent & (PAGE - 1));
		const slab = page >> SLAB_BITS;
		const isYoung =
			this.#links[slab][at] > 0 && (this.#generations[slab]?.[at] ?? 0) === this.#generation[servent];
		if (!isYoung) {
			if (this.#counts[servent] >= capacity) this.#rotate(servent);
			this.#counts[servent]++;
		}
		this.#links[slab][at] = link + 1;
		if (this.#rotated)
			(this.#generations[slab] ??= new Uint16Array(1 << (PAGE_BITS + SLAB_BITS)))[at] =
				this.#generation[servent];
	}

	#rotate(servent: number): void {
		this.#rotated = true;
		this.#counts[servent] = 0;
		this.#generation[servent]++;
	}

	#page(message: number, place: number): number {
		let pages = this.#pages[message];
		if (place >= pages.length) {
			const longer = new Int32Array(Math.max(place + 1, this.#counts.length >> PAGE_BITS));
			longer.set(pages);
			pages = this.#pages[message] = longer;
		}
		if (pages[place] === 0) {
			pages[place] = ++this.#used;
			const slab = (this.#used - 1) >> SLAB_BITS;
			this.#links[slab] ??= new Int32Array(1 << (PAGE_BITS + SLAB_BITS));
		}
		return pages[place] - 1;
	}
}

class Share implements Ids {
	readonly #ids: SharedIds;
	readonly #servent: number;
	readonly #capacity: number;

	constructor(ids: SharedIds, servent: number, capacity: number) {
		this.#ids = ids;
		this.#servent = servent;
		this.#capacity = capacity;
	}

	get(bytes: Uint8Array, at = 0): number {
		return this.#ids.get(this.#ids.numberOf(bytes, at), this.#servent);
	}

	set(bytes: Uint8Array, link: number, at = 0): void {
		this.#ids.set(this.#ids.numberOf(bytes, at), this.#servent, link, this.#capacity);
	}
}

const NOWHERE = new Int32Array(0);
