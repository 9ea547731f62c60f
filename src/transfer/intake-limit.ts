/** The user's limit on what comes in: the links are stopped while more has come than it allows. */
import type { Clock } from '../library/clock.ts';

/** Milliseconds of the limit that may come at once. */
const burst = 200;
/** A limit that has changed is noticed within this time. */
const longestStop = 1000;

export class IntakeLimit {
	readonly #clock: Clock;
	readonly #limit: () => number | undefined;
	readonly #stop: (stopped: boolean) => void;
	/** Bytes that may still come; below zero: the links are stopped. */
	#left = 0;
	#at = 0;
	#stopped = false;

	/** `stop` is called with true when nothing more may come, and with false when it may again. */
	constructor(clock: Clock, limit: () => number | undefined, stop: (stopped: boolean) => void) {
		this.#clock = clock;
		this.#limit = limit;
		this.#stop = stop;
	}

	get stopped(): boolean {
		return this.#stopped;
	}

	came(bytes: number): void {
		const limit = this.#limit();
		if (limit === undefined) return;
		this.#fill(limit);
		this.#left -= bytes;
		if (this.#left < 0 && !this.#stopped) this.#halt(limit);
	}

	#fill(limit: number): void {
		const now = this.#clock.now();
		const gained = ((now - this.#at) * limit) / 1000;
		this.#left = Math.min((limit * burst) / 1000, this.#left + gained);
		this.#at = now;
	}

	#halt(limit: number): void {
		if (!this.#stopped) this.#stop((this.#stopped = true));
		const wait = Math.min(longestStop, Math.max(10, (-this.#left / limit) * 1000));
		this.#clock.after(wait, () => {
			const now = this.#limit();
			if (now !== undefined) this.#fill(now);
			if (now !== undefined && this.#left < 0) return this.#halt(now);
			this.#stop((this.#stopped = false));
		});
	}
}
