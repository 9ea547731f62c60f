/**
 * Where each byte of a partial file came from: spans with the number of their source. Kept for good, since
 * the quarantine shows it, and needed at once when a piece turns out wrong.
 */
export interface Origin {
	readonly from: number;
	readonly to: number;
	/** Number of the source within the download. */
	readonly source: number;
}

export class Origins {
	/** In order, without overlaps. */
	#list: Origin[];

	constructor(list: readonly Origin[] = []) {
		this.#list = [...list];
	}

	get list(): readonly Origin[] {
		return this.#list;
	}

	add(from: number, to: number, source: number): void {
		const last = this.#list.at(-1);
		if (last !== undefined && last.to === from && last.source === source) {
			this.#list[this.#list.length - 1] = { from: last.from, to, source };
			return;
		}
		this.remove(from, to);
		let at = this.#first(from);
		const before = this.#list[at - 1];
		let start = from;
		if (before !== undefined && before.to === from && before.source === source) {
			start = before.from;
			at--;
			this.#list.splice(at, 1);
		}
		const after = this.#list[at];
		const joins = after !== undefined && after.from === to && after.source === source;
		this.#list.splice(at, joins ? 1 : 0, { from: start, to: joins ? after.to : to, source });
	}

	/** What is known of [from, to), cut to it. */
	of(from: number, to: number): Origin[] {
		const found: Origin[] = [];
		for (let at = Math.max(0, this.#first(from) - 1); at < this.#list.length; at++) {
			const one = this.#list[at]!;
			if (one.from >= to) break;
			if (one.to > from)
				found.push({ from: Math.max(one.from, from), to: Math.min(one.to, to), source: one.source });
		}
		return found;
	}

	remove(from: number, to: number): void {
		const start = Math.max(0, this.#first(from) - 1);
		let end = start;
		const kept: Origin[] = [];
		for (; end < this.#list.length && this.#list[end]!.from < to; end++) {
			const one = this.#list[end]!;
			if (one.from < from) kept.push({ ...one, to: Math.min(one.to, from) });
			if (one.to > to) kept.push({ ...one, from: Math.max(one.from, to) });
		}
		this.#list.splice(start, end - start, ...kept);
	}

	clear(): void {
		this.#list = [];
	}

	/** Place of the first entry that begins at or behind this byte. */
	#first(from: number): number {
		let low = 0;
		let high = this.#list.length;
		while (low < high) {
			const middle = (low + high) >>> 1;
			if (this.#list[middle]!.from < from) low = middle + 1;
			else high = middle;
		}
		return low;
	}
}
