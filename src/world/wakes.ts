/**
 * The times at which a network asked to be ticked (World.wake). One tick answers every request that is
 * due, so requests are rounded up to whole milliseconds and kept once: a network that asks in each event
 * costs one entry a millisecond, not one an event.
 */
export class Wakes {
	/** The earliest; Infinity if nothing is asked for. */
	earliest = Infinity;
	/** All others, sorted, the earliest last; most networks ask for one time at once. */
	#later: number[] | undefined;

	/** True if this request is new and now the earliest. */
	ask(at: number): boolean {
		if (Number.isNaN(at)) throw new Error('wake was asked for at no time (NaN)');
		if (at === Infinity) return false;
		const time = Math.ceil(at);
		if (time === this.earliest) return false;
		if (time < this.earliest) {
			if (this.earliest !== Infinity) (this.#later ??= []).push(this.earliest);
			this.earliest = time;
			return true;
		}
		const times = (this.#later ??= []);
		let low = 0;
		let high = times.length;
		while (low < high) {
			const middle = (low + high) >> 1;
			if (times[middle] > time) low = middle + 1;
			else high = middle;
		}
		if (times[low] !== time) times.splice(low, 0, time);
		return false;
	}

	/** Takes out all requests that are due; true if there was one. */
	take(now: number): boolean {
		if (this.earliest > now) return false;
		do this.earliest = this.#later?.pop() ?? Infinity;
		while (this.earliest <= now);
		if (this.#later?.length === 0) this.#later = undefined;
		return true;
	}
}
