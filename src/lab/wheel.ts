/**
 * The clock of the overlay engine: a wheel of slots, one a millisecond, that holds who sends which frame to
 * whom. A slot is a chain of chunks in one typed array, filled and read front to back, so that a million
 * messages on their way cost no search and hardly a cache miss (a binary heap of objects is four times slower).
 *
 * - What is due within the span of the wheel goes into its slot; what is due later waits in a list for its
 *   turn of the wheel (uplinks with long queues, timers).
 * - Events of one millisecond come in the order in which they were asked for.
 */
const CHUNK = 64;
const STRIDE = CHUNK * 3 + 1;
const NONE = -1;

export class Wheel {
	/** Milliseconds since the beginning. */
	now = 0;
	/** Events that have not come yet. */
	waiting = 0;
	/** The event that `take` found. */
	to = 0;
	from = 0;
	frame = 0;
	/** Whether the event that `take` found is the first of its chunk: then `left` more follow, known ahead. */
	first = false;
	readonly #span: number;
	readonly #mask: number;
	/** Of each slot: its first and last chunk, and how many events the last one holds. */
	readonly #first: Int32Array;
	readonly #last: Int32Array;
	readonly #fill: Int32Array;
	/** Chunks: CHUNK events of three words, then the number of the next chunk. */
	#store = new Int32Array(STRIDE * 64);
	#chunks = 0;
	#free = NONE;
	/** The chunk being read: where, up to where; its slot is closed to newcomers. */
	#reading = NONE;
	#at = 0;
	#end = 0;
	/** By turn: due, to, from, frame. */
	readonly #later = new Map<number, number[]>();

	/** `span`: slots, a power of two. */
	constructor(span = 256) {
		this.#span = span;
		this.#mask = span - 1;
		this.#first = new Int32Array(span).fill(NONE);
		this.#last = new Int32Array(span);
		this.#fill = new Int32Array(span);
	}

	/** Bytes held. */
	get bytes(): number {
		return this.#store.byteLength;
	}

	/** `delay`: whole milliseconds, at least 1. */
	add(delay: number, to: number, from: number, frame: number): void {
		this.waiting++;
		const due = this.now + delay;
		if (delay >= this.#span) this.#postpone(due, to, from, frame);
		else this.#put(due & this.#mask, to, from, frame);
	}

	/** Moves on to the next event, whose parts are then in `to`, `from`, `frame`. False: there is none. */
	take(): boolean {
		this.first = this.#at === this.#end;
		if (this.first && !this.#advance()) return false;
		const store = this.#store;
		const at = this.#at;
		this.to = store[at];
		this.from = store[at + 1];
		this.frame = store[at + 2];
		this.#at = at + 3;
		this.waiting--;
		return true;
	}

	/** Events of this chunk that come after the present one. */
	get left(): number {
		return (this.#end - this.#at) / 3;
	}

	toAhead(event: number): number {
		return this.#store[this.#at + event * 3];
	}

	frameAhead(event: number): number {
		return this.#store[this.#at + event * 3 + 2];
	}

	#put(slot: number, to: number, from: number, frame: number): void {
		let fill = this.#fill[slot];
		let chunk = this.#last[slot];
		if (this.#first[slot] === NONE) {
			chunk = this.#first[slot] = this.#last[slot] = this.#chunk();
			fill = 0;
		} else if (fill === CHUNK) {
			const next = this.#chunk();
			this.#store[chunk * STRIDE + CHUNK * 3] = next;
			chunk = this.#last[slot] = next;
			fill = 0;
		}
		const at = chunk * STRIDE + fill * 3;
		const store = this.#store;
		store[at] = to;
		store[at + 1] = from;
		store[at + 2] = frame;
		this.#fill[slot] = fill + 1;
	}

	/** The next chunk of this slot, or the first one of the next slot that has any. */
	#advance(): boolean {
		if (this.#reading !== NONE) {
			const next = this.#store[this.#reading * STRIDE + CHUNK * 3];
			this.#store[this.#reading * STRIDE + CHUNK * 3] = this.#free;
			this.#free = this.#reading;
			this.#reading = NONE;
			if (next !== NONE) return this.#read(next, this.now & this.#mask);
			this.#first[this.now & this.#mask] = NONE;
		}
		if (this.waiting === 0) return false;
		for (;;) {
			this.now++;
			if ((this.now & this.#mask) === 0) this.#cascade();
			const slot = this.now & this.#mask;
			if (this.#first[slot] !== NONE) return this.#read(this.#first[slot], slot);
		}
	}

	#read(chunk: number, slot: number): boolean {
		this.#reading = chunk;
		this.#at = chunk * STRIDE;
		this.#end = this.#at + (chunk === this.#last[slot] ? this.#fill[slot] : CHUNK) * 3;
		return true;
	}

	#chunk(): number {
		let chunk = this.#free;
		if (chunk !== NONE) this.#free = this.#store[chunk * STRIDE + CHUNK * 3];
		else {
			chunk = this.#chunks++;
			if (this.#chunks * STRIDE > this.#store.length) {
				const grown = new Int32Array(Math.ceil((this.#store.length / STRIDE) * 1.5) * STRIDE);
				grown.set(this.#store);
				this.#store = grown;
			}
		}
		this.#store[chunk * STRIDE + CHUNK * 3] = NONE;
		return chunk;
	}

	#postpone(due: number, to: number, from: number, frame: number): void {
		const turn = Math.floor(due / this.#span);
		const list = this.#later.get(turn);
		if (list === undefined) this.#later.set(turn, [due, to, from, frame]);
		else list.push(due, to, from, frame);
	}

	/** A new turn begins: what was waiting for it gets its slots. */
	#cascade(): void {
		const turn = this.now / this.#span;
		const list = this.#later.get(turn);
		if (list === undefined) return;
		this.#later.delete(turn);
		for (let at = 0; at < list.length; at += 4)
			this.#put(list[at] & this.#mask, list[at + 1], list[at + 2], list[at + 3]);
	}
}
