import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SmallMap } from '../../../src/networks/common/small-map.ts';

const steps = fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 60 }), fc.integer()), {
	maxLength: 200,
});

it('a small map holds what a Map holds, in the same order, while it grows and shrinks', () => {
	fc.assert(
		fc.property(steps, (all) => {
			const small = new SmallMap<number, number>();
			const map = new Map<number, number>();
			for (const [sets, key, value] of all) {
				if (sets) {
					small.set(key, value);
					map.set(key, value);
				} else {
					small.delete(key);
					map.delete(key);
				}
				expect([small.size, small.get(key)]).toEqual([map.size, map.get(key)]);
			}
			expect([...small.entries()]).toEqual([...map]);
			expect([...small.keys()]).toEqual([...map.keys()]);
		}),
	);
});

it('an entry that goes while one looks through the few does not disturb', () => {
	const small = new SmallMap<string, number>();
	for (const key of ['a', 'b', 'c', 'd']) small.set(key, 1);
	const seen: string[] = [];
	for (const [key] of small.entries()) {
		seen.push(key);
		small.delete(key);
	}
	expect([seen, small.size]).toEqual([['a', 'b', 'c', 'd'], 0]);
});
