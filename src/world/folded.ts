/**
 * Folds repetitions of what a world notices by itself. Whoever can open ten thousand links a second must
 * not be able to write ten thousand records: of each code the first is handed over at once, what follows
 * within a second is counted, and handed over as one record with the last subject.
 */
import type { Evidence } from '../evidence/evidence.ts';

const WINDOW = 1000;

interface Fold {
	timer: NodeJS.Timeout;
	last: Evidence | undefined;
	count: number;
}

export class FoldedNotices {
	readonly #hand: (record: Evidence) => void;
	readonly #folds = new Map<string, Fold>();

	constructor(hand: (record: Evidence) => void) {
		this.#hand = hand;
	}

	notice(record: Evidence): void {
		const fold = this.#folds.get(record.code);
		if (fold) {
			fold.last = record;
			fold.count++;
			return;
		}
		this.#hand(record);
		const timer = setTimeout(() => this.#unfold(record.code), WINDOW);
		this.#folds.set(record.code, { timer: timer.unref(), last: undefined, count: 0 });
	}

	/** Hands over what is still counted. */
	close(): void {
		for (const code of [...this.#folds.keys()]) this.#unfold(code);
	}

	#unfold(code: string): void {
		const fold = this.#folds.get(code)!;
		clearTimeout(fold.timer);
		this.#folds.delete(code);
		if (fold.last) this.#hand({ ...fold.last, count: fold.count });
	}
}
