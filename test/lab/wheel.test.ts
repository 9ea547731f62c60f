import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Slab } from '../../src/lab/slab.ts';
import { Wheel } from '../../src/lab/wheel.ts';

it('events come in the order of their time, and within one in the order in which they were asked for', () => {
	const step = fc.record({ delay: fc.integer({ min: 1, max: 900 }), takes: fc.integer({ min: 0, max: 3 }) });
	fc.assert(
		fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
			const wheel = new Wheel(64);
			const due: { at: number; order: number }[] = [];
			const expectNext = (): void => {
				expect(wheel.take()).toBe(true);
				expect(wheel.now).toBe(Math.min(...due.map(({ at }) => at)));
				const at = due.findIndex(({ order }) => order === wheel.to);
				expect(due[at]?.at).toBe(wheel.now);
				expect([wheel.from, wheel.frame]).toEqual([wheel.to + 1, wheel.to + 2]);
				due.splice(at, 1);
			};
			for (const [order, { delay, takes }] of steps.entries()) {
				wheel.add(delay, order, order + 1, order + 2);
				due.push({ at: wheel.now + delay, order });
				for (let take = 0; take < takes && due.length > 0; take++) expectNext();
			}
			while (due.length > 0) expectNext();
			expect(wheel.take()).toBe(false);
			expect(wheel.waiting).toBe(0);
		}),
		{ numRuns: 50 },
	);
});

it('a thousand events of one millisecond keep their order over many chunks', () => {
	const wheel = new Wheel();
	for (let event = 0; event < 1000; event++) wheel.add(7, event, 0, 0);
	const seen: number[] = [];
	while (wheel.take()) seen.push(wheel.to);
	expect(seen).toEqual(Array.from({ length: 1000 }, (_, event) => event));
});

it('a place in the slab comes back when its last delivery is done, and frames do not touch each other', () => {
	const slab = new Slab();
	const one = slab.put(new Uint8Array(50).fill(1), 2);
	const other = slab.put(new Uint8Array(300).fill(2), 1);
	const copy = slab.copy(one, 50);
	slab.count(copy, 1);
	slab.done(one);
	expect(slab.bytes.subarray(slab.at(one), slab.at(one) + 50)).toEqual(new Uint8Array(50).fill(1));
	slab.done(one);
	expect(slab.put(new Uint8Array(40).fill(3), 1)).toBe(one);
	expect(slab.bytes.subarray(slab.at(copy), slab.at(copy) + 50)).toEqual(new Uint8Array(50).fill(1));
	expect(slab.bytes.subarray(slab.at(other), slab.at(other) + 300)).toEqual(new Uint8Array(300).fill(2));
	const many = Array.from({ length: 500 }, (_, at) => slab.put(new Uint8Array(30 + at).fill(at), 1));
	for (const [at, place] of many.entries())
		expect(slab.bytes.subarray(slab.at(place), slab.at(place) + 30 + at)).toEqual(
			new Uint8Array(30 + at).fill(at),
		);
});
