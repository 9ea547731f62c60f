/**
 * A set of bytes of a file, as ordered spans that neither touch nor overlap. Downloads have few of them
 * (a source gives in order), so a sorted array and a binary search are enough.
 */
import type { Span } from '../networks/network.ts';

export class Spans {
	/** from, to, from, to, ... ascending, each pair apart from the next. */
	#edges: number[];

	constructor(spans: Iterable<Span> = []) {
		this.#edges = [];
		for (const { from, to } of spans) this.add(from, to);
	}

	/** Bytes in the set. */
	get bytes(): number {
		let sum = 0;
		for (let i = 0; i < this.#edges.length; i += 2) sum += this.#edges[i + 1]! - this.#edges[i]!;
		return sum;
	}

	get count(): number {
		return this.#edges.length / 2;
	}

	/** One past the last byte; 0 where it is empty. */
	get end(): number {
		return this.#edges.at(-1) ?? 0;
	}

	list(): Span[] {
		const spans: Span[] = [];
		for (let i = 0; i < this.#edges.length; i += 2)
			spans.push({ from: this.#edges[i]!, to: this.#edges[i + 1]! });
		return spans;
	}

	add(from: number, to: number): void {
		if (from >= to) return;
		const edges = this.#edges;
		// The common case: a source goes on where it was.
		if (edges.length > 0 && edges[edges.length - 1] === from) {
			edges[edges.length - 1] = to;
			return;
		}
		const first = this.#edgeFrom(from, true);
		const last = this.#edgeFrom(to, false);
		const low = first % 2 === 0 ? from : edges[first - 1]!;
		const high = last % 2 === 0 ? to : edges[last]!;
		edges.splice(first - (first % 2), last + (last % 2) - (first - (first % 2)), low, high);
	}

	remove(from: number, to: number): void {
		if (from >= to) return;
		const edges = this.#edges;
		const first = this.#edgeFrom(from, true);
		const last = this.#edgeFrom(to, false);
		const kept: number[] = [];
		if (first % 2 === 1 && edges[first - 1]! < from) kept.push(edges[first - 1]!, from);
		if (last % 2 === 1 && edges[last]! > to) kept.push(to, edges[last]!);
		const start = first - (first % 2);
		edges.splice(start, last + (last % 2) - start, ...kept);
	}

	/** Are all of these bytes in the set? */
	has(from: number, to: number): boolean {
		if (from >= to) return true;
		const edge = this.#edgeFrom(from, false);
		return edge % 2 === 1 && this.#edges[edge]! >= to;
	}

	/** Is any of these bytes in the set? */
	touches(from: number, to: number): boolean {
		if (from >= to) return false;
		const edge = this.#edgeFrom(from, false);
		return edge % 2 === 1 || (edge < this.#edges.length && this.#edges[edge]! < to);
	}

	/** What of [from, to) is not in the set, in order. */
	missing(from: number, to: number): Span[] {
		const gaps: Span[] = [];
		const edges = this.#edges;
		let at = from;
		for (let i = this.#edgeFrom(from, false); at < to; i++) {
			if (i % 2 === 1) {
				at = edges[i]!;
				continue;
			}
			const next = Math.min(edges[i] ?? to, to);
			if (next > at) gaps.push({ from: at, to: next });
			at = next;
		}
		return gaps;
	}

	/** What of [from, to) is in the set, in order. */
	within(from: number, to: number): Span[] {
		const found: Span[] = [];
		if (from >= to) return found;
		const edges = this.#edges;
		for (let i = this.#edgeFrom(from, false) & ~1; i < edges.length && edges[i]! < to; i += 2) {
			found.push({ from: Math.max(from, edges[i]!), to: Math.min(to, edges[i + 1]!) });
		}
		return found;
	}

	/** How far the set reaches without a gap from this byte. */
	reach(from: number): number {
		const edge = this.#edgeFrom(from, false);
		return edge % 2 === 1 ? this.#edges[edge]! : from;
	}

	/** Number of the first edge behind `at`; with `touching`, of the first at or behind it. Odd: `at` is inside. */
	#edgeFrom(at: number, touching: boolean): number {
		const edges = this.#edges;
		let low = 0;
		let high = edges.length;
		while (low < high) {
			const middle = (low + high) >>> 1;
			if (edges[middle]! < at || (!touching && edges[middle] === at)) low = middle + 1;
			else high = middle;
		}
		return low;
	}
}
