/**
 * The clock and the queue of events of a virtual world. Events run in order of time, and events of the
 * same time in the order in which they were asked for: that is all that determinism needs.
 * A binary heap over (time, order); nothing is ever removed but the first.
 */
interface Event {
	readonly at: number;
	readonly order: number;
	readonly act: () => void;
}

export class Timeline {
	/** Milliseconds; moves only when an event runs, or by advance. */
	now: number;
	/** Events that have run. */
	steps = 0;
	readonly #heap: Event[] = [];
	#order = 0;

	constructor(now: number) {
		this.now = now;
	}

	/** Time of the next event, Infinity if there is none. */
	get next(): number {
		return this.#heap.length > 0 ? this.#heap[0].at : Infinity;
	}

	/** Runs the act at this time; a time that has passed means now, after everything already asked for. */
	at(time: number, act: () => void): void {
		const event = { at: time > this.now ? time : this.now, order: this.#order++, act };
		const heap = this.#heap;
		let index = heap.length;
		heap.push(event);
		while (index > 0) {
			const parent = (index - 1) >> 1;
			if (!before(event, heap[parent])) break;
			heap[index] = heap[parent];
			index = parent;
		}
		heap[index] = event;
	}

	/** Runs the next event; false if there is none. */
	step(): boolean {
		const heap = this.#heap;
		if (heap.length === 0) return false;
		const first = heap[0];
		const last = heap.pop()!;
		if (heap.length > 0) this.#sink(last);
		this.now = first.at;
		this.steps++;
		first.act();
		return true;
	}

	/** Lets time pass up to here, where nothing is due before. */
	advance(to: number): void {
		if (to > this.now && to <= this.next) this.now = to;
	}

	/** Puts the event at the root and lets it sink to its place. */
	#sink(event: Event): void {
		const heap = this.#heap;
		let index = 0;
		for (;;) {
			let child = 2 * index + 1;
			if (child >= heap.length) break;
			if (child + 1 < heap.length && before(heap[child + 1], heap[child])) child++;
			if (!before(heap[child], event)) break;
			heap[index] = heap[child];
			index = child;
		}
		heap[index] = event;
	}
}

function before(left: Event, right: Event): boolean {
	return left.at < right.at || (left.at === right.at && left.order < right.order);
}
