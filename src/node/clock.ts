import type { Clock } from '../library/clock.ts';

/** The machine's clock. Its timers do not keep the process alive: links and the API do. */
export const systemClock: Clock = {
	now: () => Date.now(),
	after(milliseconds, call) {
		const timer = setTimeout(call, milliseconds).unref();
		return () => clearTimeout(timer);
	},
};
