import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Rate } from '../../src/defence/rate.ts';

/** The same with a map alone, and nothing forgotten but what has leaked. */
class Plain {
	readonly #empty = new Map<string, number>();

	take(now: number, key: string): boolean {
		const next = Math.max(this.#empty.get(key) ?? now, now) + 10;
		const taken = next - now <= 40;
		if (taken) this.#empty.set(key, next);
		return taken;
	}

	forget(key: string): void {
		this.#empty.delete(key);
	}
}

test('a rate counts alike for few keys and for many, and what it forgets is empty', () => {
	const step = fc.record({ key: fc.nat(40), wait: fc.nat(12), forget: fc.boolean() });
	fc.assert(
		fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
			const [rate, plain] = [new Rate<string>(4, 40, 1000), new Plain()];
			let now = 1000;
			for (const { key, wait, forget } of steps) {
				now += wait;
				if (forget && wait === 0) for (const one of [rate, plain]) one.forget(String(key));
				else expect(rate.take(now, String(key))).toBe(plain.take(now, String(key)));
			}
		}),
	);
});

test('a rate knows no more keys than it may, and forgets the oldest first', () => {
	for (const most of [3, 20]) {
		const rate = new Rate<number>(1, 1e9, most);
		for (let key = 0; key <= most; key++) expect(rate.take(key, key)).toBe(true);
		expect(rate.size).toBe(most);
		expect([rate.take(100, 0), rate.take(100, most)]).toEqual([true, false]);
	}
});
