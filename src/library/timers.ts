/** Calls to come that all end together. */
import type { Clock } from './clock.ts';

export class Timers {
	readonly #clock: Clock;
	readonly #cancels = new Set<() => void>();
	#closed = false;

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	/** Calls once after this many milliseconds, unless closed before. */
	after(milliseconds: number, call: () => void): void {
		if (this.#closed) return;
		const cancel = this.#clock.after(milliseconds, () => {
			this.#cancels.delete(cancel);
			call();
		});
		this.#cancels.add(cancel);
	}

	close(): void {
		this.#closed = true;
		for (const cancel of this.#cancels) cancel();
	}
}
