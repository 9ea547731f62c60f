/**
 * The clock and the queue of events of a virtual world. Events run in order of time, and events of the
 * same time in the order in which they were asked for: that is all that determinism needs.
 *
 * A wheel of slots, SLOTS_PER_MS to a millisecond; each is a chain of chunks in one shared array, so that half a million
 * frames on their way cost no object each and no search. A slot is sorted when its turn comes; what is asked for
 * within it after that finds its place by bisection. What is due beyond the span of the wheel (a second) waits in a list.
 *
 * An event is time, order and two numbers. Of a frame that arrives they are its link and its own number, which the carrier
 * understands; of everything else they are NONE and its place among the acts.
 *
 * Longer than 300 lines: every message of a laboratory passes here, and a call between two objects would cost more than it orders.
 */

/** Something that has its time: a host that is to be woken. */
export interface Due {
	due(): void;
}

/** Takes frames to the end of their links. */
export interface Carrier {
	arrive(link: number, frame: number): void;
}

type Act = () => void;

interface Later {
	readonly time: number;
	readonly order: number;
	readonly link: number;
	readonly frame: number;
}

const SLOTS_PER_MS = 16;
const SLOTS = 1 << 14;
const MASK = SLOTS - 1;
/** Events of a chunk, and words of an event: time and order of two words each, then the two numbers. */
const CHUNK = 8;
const EVENT = 6;
const NONE = -1;

export class Timeline {
	/** Milliseconds; moves only when an event runs, or by advance. */
	now: number;
	/** Events that have run. */
	steps = 0;
	/** Set by whoever sends frames. */
	carrier: Carrier | undefined;
	readonly #start: number;
	#order = 0;
	#inWheel = 0;
	/** What is due beyond the span of the wheel, in no order, and the earliest time of it. */
	#later: Later[] = [];
	#firstLater = Infinity;
	/** Time of the first event behind those sorted out below; -1: it has to be looked for. */
	#peeked = -1;
	/** The slot whose events are sorted out below. */
	#slot = 0;
	readonly #first = new Int32Array(SLOTS).fill(NONE);
	readonly #last = new Int32Array(SLOTS);
	/** One bit a slot: whether it has any event. */
	readonly #any = new Int32Array(SLOTS / 32);
	/** Chunks of events, as words and as times. */
	#words = new Int32Array(CHUNK * EVENT * 64);
	#times = new Float64Array(this.#words.buffer);
	/** By chunk: how many events, and which chunk is next. */
	#fill = new Int32Array(64);
	#next = new Int32Array(64);
	#chunks = 0;
	#free = NONE;
	/** What is not a frame, by its place; places that are free. */
	readonly #acts: (Due | Act | undefined)[] = [];
	readonly #freeActs: number[] = [];
	/** The present slot in order, from `#at`. */
	#due = new Float64Array(256);
	#dueOrder = new Float64Array(256);
	#dueLink = new Int32Array(256);
	#dueFrame = new Int32Array(256);
	#at = 0;
	#end = 0;

	constructor(now: number) {
		this.now = now;
		this.#start = now;
	}

	/** Time of the next event, Infinity if there is none. */
	get next(): number {
		if (this.#at < this.#end) return this.#due[this.#at];
		if (this.#peeked < 0) this.#peeked = Math.min(this.#firstLater, this.#firstInWheel());
		return this.#peeked;
	}

	/** Runs the act at this time; a time that has passed means now, after everything already asked for. */
	at(time: number, act: Act): void {
		this.dueAt(time, act);
	}

	/** The same for what needs no closure. */
	dueAt(time: number, what: Due | Act): void {
		const place = this.#freeActs.pop() ?? this.#acts.length;
		this.#acts[place] = what;
		this.#add(time > this.now ? time : this.now, NONE, place);
	}

	/** A frame arrives by this link. */
	frameAt(time: number, link: number, frame: number): void {
		this.#add(time > this.now ? time : this.now, link, frame);
	}

	/** Runs the next event; false if there is none. */
	step(): boolean {
		if (this.#at === this.#end && !this.#turn()) return false;
		const at = this.#at++;
		const link = this.#dueLink[at];
		this.now = this.#due[at];
		this.steps++;
		if (link === NONE) this.#act(this.#dueFrame[at]);
		else this.carrier!.arrive(link, this.#dueFrame[at]);
		return true;
	}

	/** Lets time pass up to here, where nothing is due before. */
	advance(to: number): void {
		if (to > this.now && to <= this.next) this.now = to;
	}

	#act(place: number): void {
		const what = this.#acts[place]!;
		this.#acts[place] = undefined;
		this.#freeActs.push(place);
		if (typeof what === 'function') what();
		else what.due();
	}

	#add(time: number, link: number, frame: number): void {
		const slot = this.#slotOf(time);
		const order = this.#order++;
		if (slot <= this.#slot) return this.#insert(time, order, link, frame);
		if (time < this.#peeked) this.#peeked = time;
		if (slot - this.#slot < SLOTS) return this.#put(slot, time, order, link, frame);
		this.#later.push({ time, order, link, frame });
		if (time < this.#firstLater) this.#firstLater = time;
	}

	/** Into the slot that is being read: behind all that are not later. */
	#insert(time: number, order: number, link: number, frame: number): void {
		let low = this.#at;
		let high = this.#end;
		while (low < high) {
			const middle = (low + high) >> 1;
			if (this.#due[middle] > time) high = middle;
			else low = middle + 1;
		}
		this.#roomForDue(this.#end + 1);
		const end = this.#end++;
		this.#due.copyWithin(low + 1, low, end);
		this.#dueOrder.copyWithin(low + 1, low, end);
		this.#dueLink.copyWithin(low + 1, low, end);
		this.#dueFrame.copyWithin(low + 1, low, end);
		this.#setDue(low, time, order, link, frame);
	}

	#put(slot: number, time: number, order: number, link: number, frame: number): void {
		const place = slot & MASK;
		let chunk = this.#last[place];
		if (this.#first[place] === NONE) {
			chunk = this.#first[place] = this.#last[place] = this.#chunk();
			this.#any[place >> 5] |= 1 << (place & 31);
		} else if (this.#fill[chunk] === CHUNK) {
			const next = this.#chunk();
			this.#next[chunk] = next;
			chunk = this.#last[place] = next;
		}
		const at = (chunk * CHUNK + this.#fill[chunk]++) * EVENT;
		this.#times[at >> 1] = time;
		this.#times[(at >> 1) + 1] = order;
		this.#words[at + 4] = link;
		this.#words[at + 5] = frame;
		this.#inWheel++;
	}

	#slotOf(time: number): number {
		return Math.floor((time - this.#start) * SLOTS_PER_MS);
	}

	/** Goes on to the next slot that has events, and sorts them. False: there is none. */
	#turn(): boolean {
		const time = this.next;
		if (time === Infinity) return false;
		this.#peeked = -1;
		this.#at = this.#end = 0;
		this.#slot = this.#slotOf(time);
		if (this.#firstLater < time + SLOTS / 2 / SLOTS_PER_MS) this.#sweep();
		this.#read(this.#slot);
		return true;
	}

	/** Earliest time of what is in the wheel. */
	#firstInWheel(): number {
		if (this.#inWheel === 0) return Infinity;
		const from = (this.#slot + 1) & MASK;
		let word = from >> 5;
		let bits = this.#any[word] & (-1 << (from & 31));
		while (bits === 0) {
			word = (word + 1) & (SLOTS / 32 - 1);
			bits = this.#any[word];
		}
		const place = word * 32 + (31 - Math.clz32(bits & -bits));
		let earliest = Infinity;
		for (let chunk = this.#first[place]; chunk !== NONE; chunk = this.#next[chunk])
			for (let at = chunk * CHUNK, end = at + this.#fill[chunk]; at < end; at++) {
				const time = this.#times[at * (EVENT / 2)];
				if (time < earliest) earliest = time;
			}
		return earliest;
	}

	/** What waits for later and is now within the span of the wheel gets its slot. */
	#sweep(): void {
		const waiting = this.#later;
		this.#later = [];
		this.#firstLater = Infinity;
		for (const one of waiting) {
			const slot = this.#slotOf(one.time);
			if (slot - this.#slot < SLOTS) this.#put(slot, one.time, one.order, one.link, one.frame);
			else {
				this.#later.push(one);
				if (one.time < this.#firstLater) this.#firstLater = one.time;
			}
		}
	}

	#read(slot: number): void {
		const place = slot & MASK;
		let sorted = true;
		let end = 0;
		for (let chunk = this.#first[place]; chunk !== NONE; ) {
			const fill = this.#fill[chunk];
			this.#roomForDue(end + fill);
			for (let from = chunk * CHUNK, to = from + fill; from < to; from++, end++) {
				const at = from * EVENT;
				const times = at >> 1;
				this.#setDue(
					end,
					this.#times[times],
					this.#times[times + 1],
					this.#words[at + 4],
					this.#words[at + 5],
				);
				sorted &&= end === 0 || !this.#isBefore(end, end - 1);
			}
			const next = this.#next[chunk];
			this.#next[chunk] = this.#free;
			this.#free = chunk;
			chunk = next;
		}
		this.#first[place] = NONE;
		this.#any[place >> 5] &= ~(1 << (place & 31));
		this.#inWheel -= end;
		this.#end = end;
		if (!sorted) this.#sort(end);
	}

	/** By insertion: a slot of a sixteenth of a millisecond holds few events, unless they are of one time and in order. */
	#sort(end: number): void {
		if (end > 64) return this.#sortMany(end);
		for (let from = 1; from < end; from++) {
			if (!this.#isBefore(from, from - 1)) continue;
			const [time, order] = [this.#due[from], this.#dueOrder[from]];
			const [link, frame] = [this.#dueLink[from], this.#dueFrame[from]];
			let to = from;
			while (
				to > 0 &&
				(this.#due[to - 1] > time || (this.#due[to - 1] === time && this.#dueOrder[to - 1] > order))
			) {
				this.#setDue(
					to,
					this.#due[to - 1],
					this.#dueOrder[to - 1],
					this.#dueLink[to - 1],
					this.#dueFrame[to - 1],
				);
				to--;
			}
			this.#setDue(to, time, order, link, frame);
		}
	}

	/** By merging runs of their places, which are twice as long each time. */
	#sortMany(end: number): void {
		let [places, merged] = [Int32Array.from({ length: end }, (_, at) => at), new Int32Array(end)];
		for (let run = 1; run < end; run *= 2) {
			for (let from = 0; from < end; from += 2 * run) {
				const middle = Math.min(from + run, end);
				const to = Math.min(from + 2 * run, end);
				for (let at = from, left = from, right = middle; at < to; at++) {
					const takesRight = left === middle || (right < to && this.#isBefore(places[right], places[left]));
					merged[at] = places[takesRight ? right++ : left++];
				}
			}
			[places, merged] = [merged, places];
		}
		const [times, orders] = [this.#due.slice(0, end), this.#dueOrder.slice(0, end)];
		const [links, frames] = [this.#dueLink.slice(0, end), this.#dueFrame.slice(0, end)];
		for (let to = 0; to < end; to++) {
			const from = places[to];
			this.#setDue(to, times[from], orders[from], links[from], frames[from]);
		}
	}

	#isBefore(one: number, other: number): boolean {
		const [left, right] = [this.#due[one], this.#due[other]];
		return left < right || (left === right && this.#dueOrder[one] < this.#dueOrder[other]);
	}

	#setDue(at: number, time: number, order: number, link: number, frame: number): void {
		this.#due[at] = time;
		this.#dueOrder[at] = order;
		this.#dueLink[at] = link;
		this.#dueFrame[at] = frame;
	}

	#roomForDue(events: number): void {
		if (events <= this.#due.length) return;
		this.#due = grown(this.#due);
		this.#dueOrder = grown(this.#dueOrder);
		this.#dueLink = grown(this.#dueLink);
		this.#dueFrame = grown(this.#dueFrame);
	}

	#chunk(): number {
		let chunk = this.#free;
		if (chunk !== NONE) this.#free = this.#next[chunk];
		else {
			chunk = this.#chunks++;
			if (this.#chunks > this.#fill.length) {
				this.#fill = grown(this.#fill);
				this.#next = grown(this.#next);
				this.#words = grown(this.#words);
				this.#times = new Float64Array(this.#words.buffer);
			}
		}
		this.#fill[chunk] = 0;
		this.#next[chunk] = NONE;
		return chunk;
	}
}

/** The same, twice as long. */
export function grown<T extends Float64Array | Int32Array>(from: T): T {
	const to = new (from.constructor as new (length: number) => T)(from.length * 2);
	to.set(from);
	return to;
}
