/**
 * Marks a process so that it and all that it starts are known again, for good, whoever becomes their parent and whatever
 * numbers are used again: by the hard limits of two resources that Linux does not count (RLIMIT_RSS, RLIMIT_LOCKS).
 * They are inherited, and who has no rights of root can only lower them.
 *
 * Of n marks, mark k is the pair (base + k, base + n - k). Whoever lowers one of the two has no mark that is known, since all
 * pairs have the same sum. Without a mark it is (base + n, base + n).
 */
import { call, kernel, Piece } from './calls.ts';

const resources = [5, 10] as const;
const highest = 2 ** 40;

export class Tags {
	readonly #count: number;
	#base = 0;
	/** Two struct rlimit64: new, old. */
	readonly #limits = new Piece(32);

	constructor(count: number) {
		this.#count = count;
	}

	/** The first process of all, before it is a program. */
	begin(thread: number): boolean {
		const [one, other] = resources.map((resource) => this.#read(thread, resource));
		if (one === undefined || other === undefined) return false;
		this.#base = Math.min(one, other, highest) - this.#count;
		return this.#base >= 0 && this.#write(thread, this.#count, this.#count);
	}

	/** 0: none. undefined: none that is known. */
	of(thread: number): number | undefined {
		const [one = -1, other = -1] = resources.map(
			(resource) => (this.#read(thread, resource) ?? -1) - this.#base,
		);
		if (one === this.#count && other === this.#count) return 0;
		return one >= 1 && one + other === this.#count ? one : undefined;
	}

	/** Marks the thread's process. False: it could not be. */
	mark(thread: number, tag: number): boolean {
		return this.#write(thread, tag, this.#count - tag);
	}

	#read(thread: number, resource: number): number | undefined {
		const { at, view } = this.#limits;
		if (kernel(call.prlimit64, thread, resource, 0, at + 16) < 0) return undefined;
		// Unlimited is the highest number of 64 bits.
		return Number(view.getBigUint64(24, true));
	}

	#write(thread: number, ...values: readonly number[]): boolean {
		const { at, view } = this.#limits;
		return resources.every((resource, index) => {
			const limit = BigInt(this.#base + values[index]!);
			view.setBigUint64(0, limit, true);
			view.setBigUint64(8, limit, true);
			return kernel(call.prlimit64, thread, resource, at, 0) === 0;
		});
	}
}
