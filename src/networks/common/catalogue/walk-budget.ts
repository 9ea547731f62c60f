/**
 * Files that all searches together may look at. One costs a tenth of a microsecond in a small index and two in one of
 * ten million, and one process serves everybody: beyond its budget a second, each search gets the least.
 */
export class WalkBudget {
	readonly #perSecond: number;
	readonly #least: number;
	#used = 0;
	#at = 0;

	constructor(perSecond: number, least: number) {
		this.#perSecond = perSecond;
		this.#least = least;
	}

	/** How many of these a search may look at now. */
	grant(now: number, wanted: number): number {
		this.#used = Math.max(0, this.#used - ((now - this.#at) * this.#perSecond) / 1000);
		this.#at = now;
		return Math.max(Math.min(wanted, this.#least), Math.min(wanted, this.#perSecond - this.#used));
	}

	spend(walked: number): void {
		this.#used += walked;
	}
}
