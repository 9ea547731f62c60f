import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Aged, AgeList } from '../../../src/watch/recognise/age-list.ts';

class One implements Aged {
	older: Aged | undefined;
	newer: Aged | undefined;
}

describe('a list by age', () => {
	it('knows its oldest as an array does, whatever was removed', () => {
		fc.assert(
			fc.property(fc.array(fc.nat(9), { maxLength: 200 }), (steps) => {
				const list = new AgeList<One>();
				const model: One[] = [];
				for (const step of steps) {
					if (step < 5) {
						const one = new One();
						list.add(one);
						model.push(one);
					} else if (model.length > 0) {
						const [gone] = model.splice(step % model.length, 1);
						list.remove(gone!);
					}
					expect(list.oldest).toBe(model[0]);
					expect(list.size).toBe(model.length);
				}
			}),
		);
	});
});
