/** Wakes on the platform's timers: rings at, or soon after, each time that was asked for. */
import { Wakes } from './wakes.ts';

/** Timers of the platform cannot wait longer; what is later is waited for in pieces. */
const LONGEST_TIMER = 2 ** 31 - 1;

export class Alarm {
	readonly #now: () => number;
	readonly #ring: () => void;
	readonly #wakes = new Wakes();
	#timer: NodeJS.Timeout | undefined;
	#stopped = false;

	constructor(now: () => number, ring: () => void) {
		this.#now = now;
		this.#ring = ring;
	}

	ask(at: number): void {
		if (this.#wakes.ask(at)) this.#set();
	}

	/** For good. */
	stop(): void {
		this.#stopped = true;
		clearTimeout(this.#timer);
	}

	#set(): void {
		clearTimeout(this.#timer);
		const wait = this.#wakes.earliest - this.#now();
		if (this.#stopped || wait === Infinity) return;
		this.#timer = setTimeout(() => this.#over(), Math.min(Math.max(wait, 0), LONGEST_TIMER));
	}

	#over(): void {
		const due = this.#wakes.take(this.#now());
		this.#set();
		if (due) this.#ring();
	}
}
