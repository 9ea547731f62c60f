/** Bytes a second over the last five seconds, in buckets of one second. */
const seconds = 5;

export class Rate {
	readonly #buckets = new Float64Array(seconds);
	/** Second of the newest bucket. */
	#newest = 0;
	/** Second of the first byte: a young rate is not divided by time before its birth. */
	#first = 0;

	add(bytes: number, now: number): void {
		this.#advance(now);
		if (this.#first === 0) this.#first = this.#newest;
		this.#buckets[this.#newest % seconds]! += bytes;
	}

	get(now: number): number {
		this.#advance(now);
		if (this.#first === 0) return 0;
		let sum = 0;
		for (const bytes of this.#buckets) sum += bytes;
		return Math.round(sum / Math.min(seconds, this.#newest - this.#first + 1));
	}

	#advance(now: number): void {
		const second = Math.floor(now / 1000);
		if (second <= this.#newest) return;
		if (second - this.#newest >= seconds) {
			this.#buckets.fill(0);
			this.#first = 0;
		} else {
			for (let empty = this.#newest + 1; empty <= second; empty++) this.#buckets[empty % seconds] = 0;
		}
		this.#newest = second;
	}
}
