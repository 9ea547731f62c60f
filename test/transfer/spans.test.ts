import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Spans } from '../../src/transfer/spans.ts';

const size = 40;
const span = fc.tuple(fc.nat(size), fc.nat(size)).map(([one, other]) => ({
	from: Math.min(one, other),
	to: Math.max(one, other),
}));
const step = fc.record({ what: fc.constantFrom('add', 'remove'), span });

/** The same set as a row of booleans. */
function plain(steps: readonly { what: string; span: { from: number; to: number } }[]): boolean[] {
	const set = new Array<boolean>(size).fill(false);
	for (const { what, span: one } of steps) set.fill(what === 'add', one.from, one.to);
	return set;
}

test('any row of additions and removals gives the set that a row of booleans gives', () => {
	fc.assert(
		fc.property(fc.array(step, { maxLength: 30 }), span, (steps, asked) => {
			const spans = new Spans();
			for (const { what, span: one } of steps) {
				if (what === 'add') spans.add(one.from, one.to);
				else spans.remove(one.from, one.to);
			}
			const set = plain(steps);
			const seen = new Array<boolean>(size).fill(false);
			let before = -1;
			for (const { from, to } of spans.list()) {
				expect(from).toBeGreaterThan(before);
				expect(to).toBeGreaterThan(from);
				before = to;
				seen.fill(true, from, to);
			}
			expect(seen).toEqual(set);
			expect(spans.bytes).toBe(set.filter(Boolean).length);
			const part = set.slice(asked.from, asked.to);
			expect(spans.has(asked.from, asked.to)).toBe(part.every(Boolean));
			expect(spans.touches(asked.from, asked.to)).toBe(part.some(Boolean));
			const gaps = new Array<boolean>(size).fill(true);
			for (const { from, to } of spans.missing(asked.from, asked.to)) gaps.fill(false, from, to);
			for (let i = asked.from; i < asked.to; i++) expect(gaps[i]).toBe(set[i]);
			for (let i = 0; i < asked.from; i++) expect(gaps[i]).toBe(true);
			const inside = new Array<boolean>(size).fill(false);
			for (const { from, to } of spans.within(asked.from, asked.to)) inside.fill(true, from, to);
			expect(inside).toEqual(set.map((has, i) => has && i >= asked.from && i < asked.to));
			let reach = asked.from;
			while (set[reach] === true) reach++;
			expect(spans.reach(asked.from)).toBe(reach);
			expect(new Spans(spans.list()).list()).toEqual(spans.list());
		}),
	);
});
