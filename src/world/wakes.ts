/**
 * The times at which a network asked to be ticked (World.wake). One tick answers every request that is
 * due, so requests are rounded up to whole milliseconds and kept once: a network that asks in each event
 * costs one entry a millisecond, not one an event.
 */
export class Wakes {
	/** Sorted, the earliest last. */
	readonly #times: number[] = [];

	/** Infinity if nothing is asked for. */
	get earliest(): number {
		return this.#times.length > 0 ? this.#times[this.#times.length - 1] : Infinity;
	}

	/** True if this request is new and now the earliest. */
	ask(at: number): boolean {
		if (Number.isNaN(at)) throw new Error('wake was asked for at no time (NaN)');
		if (at === Infinity) return false;
		const time = Math.ceil(at);
		const times = this.#times;
		let low = 0;
		let high = times.length;
		while (low < high) {
			const middle = (low + high) >> 1;
			if (times[middle] > time) low = middle + 1;
			else high = middle;
		}
		if (times[low] === time) return false;
		times.splice(low, 0, time);
		return low === times.length - 1;
	}

	/** Takes out all requests that are due; true if there was one. */
	take(now: number): boolean {
		const before = this.#times.length;
		while (this.#times.length > 0 && this.earliest <= now) this.#times.pop();
		return this.#times.length < before;
	}
}
