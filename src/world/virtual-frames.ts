/**
 * What travels on the links of a virtual net, by number. A frame is there once for all its deliveries; the last one
 * gives its number back. With `shared`, equal bytes that are on their way at the same time are one frame, whoever sent
 * them: a flood then consists of as many frames as it has hops, and whoever takes one in looks at bytes that were
 * looked at just before.
 *
 * Each frame has a tag for whoever wants to know it again without reading it: 0 until somebody sets it.
 */
import { grown } from './timeline.ts';

const FIRST = 64;
/** Places in which an equal frame is looked for: a power of two. */
const LIKELY = 4096;
/** So many bytes tell frames apart most of the time: the header of most protocols. */
const TELLING = 24;
/** From here on a call of native code costs less than the loop. */
const LONG = 64;
const NONE = -1;

export class Frames {
	tags = new Int32Array(FIRST);
	readonly #shared: boolean;
	readonly #bytes: (Uint8Array | undefined)[] = [];
	/** By number: deliveries that are left; where there are none, the next free number. */
	#left = new Int32Array(FIRST);
	#free = NONE;
	readonly #likely = new Int32Array(LIKELY).fill(NONE);
	/** What was sent last, since it is sent to others next. */
	#sent: Uint8Array | undefined;
	#number = NONE;

	/** `shared`: for networks that change nothing of what arrives. */
	constructor(shared: boolean) {
		this.#shared = shared;
	}

	bytes(number: number): Uint8Array {
		return this.#bytes[number]!;
	}

	/** One more delivery of these bytes, which are copied: the sender may keep them, and the receiver patch them. */
	put(bytes: Uint8Array): number {
		if (!this.#shared) return this.#add(new Uint8Array(bytes));
		if (bytes !== this.#sent) {
			this.#sent = bytes;
			this.#number = this.#equal(bytes);
		}
		this.#left[this.#number]++;
		return this.#number;
	}

	/** The same of bytes that are nobody else's. */
	putOwn(bytes: Uint8Array): number {
		return this.#add(bytes);
	}

	/** One delivery is done. */
	done(number: number): void {
		if (--this.#left[number] > 0) return;
		this.#bytes[number] = undefined;
		if (number === this.#number) this.#sent = undefined;
		this.#left[number] = ~this.#free;
		this.#free = number;
	}

	/** The frame with these bytes; its delivery is not yet counted. */
	#equal(bytes: Uint8Array): number {
		let hash = bytes.length;
		for (let at = Math.min(bytes.length, TELLING); at-- > 0; ) hash = Math.imul(hash ^ bytes[at], 0x01000193);
		const place = (hash ^ (hash >>> 15)) & (LIKELY - 1);
		const known = this.#likely[place];
		if (known !== NONE && this.#left[known] > 0 && areEqual(this.#bytes[known]!, bytes)) return known;
		const number = this.#add(new Uint8Array(bytes));
		this.#left[number] = 0;
		this.#likely[place] = number;
		return number;
	}

	#add(bytes: Uint8Array): number {
		let number = this.#free;
		if (number === NONE) {
			number = this.#bytes.push(bytes) - 1;
			if (number === this.#left.length) {
				this.#left = grown(this.#left);
				this.tags = grown(this.tags);
			}
		} else {
			this.#free = ~this.#left[number];
			this.#bytes[number] = bytes;
		}
		this.#left[number] = 1;
		this.tags[number] = 0;
		return number;
	}
}

function areEqual(one: Uint8Array, other: Uint8Array): boolean {
	if (one.length !== other.length) return false;
	if (one.length > LONG) return Buffer.compare(one, other) === 0;
	for (let at = 0; at < one.length; at++) if (one[at] !== other[at]) return false;
	return true;
}
