import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Origins } from '../../src/transfer/origins.ts';

const size = 30;
const step = fc.record({
	from: fc.nat(size),
	length: fc.nat(size),
	source: fc.option(fc.nat(3), { nil: undefined }),
});

test('after any row of bytes given and taken away, each byte has the source that gave it last', () => {
	fc.assert(
		fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
			const origins = new Origins();
			const plain = new Array<number | undefined>(size * 2).fill(undefined);
			for (const { from, length, source } of steps) {
				if (length === 0) continue;
				if (source === undefined) origins.remove(from, from + length);
				else origins.add(from, from + length, source);
				plain.fill(source, from, from + length);
			}
			const seen = new Array<number | undefined>(size * 2).fill(undefined);
			let before = 0;
			for (const { from, to, source } of origins.list) {
				expect(from).toBeGreaterThanOrEqual(before);
				expect(to).toBeGreaterThan(from);
				before = to;
				seen.fill(source, from, to);
			}
			expect(seen).toEqual(plain);
			for (const { from, to, source } of origins.of(5, 20)) {
				expect(from).toBeGreaterThanOrEqual(5);
				expect(to).toBeLessThanOrEqual(20);
				for (let i = from; i < to; i++) expect(plain[i]).toBe(source);
			}
			expect(new Origins(origins.list).list).toEqual(origins.list);
		}),
	);
});

test('a source that gives in order is one entry, also where two entries meet', () => {
	const origins = new Origins();
	for (let at = 0; at < 100; at += 10) origins.add(at, at + 10, 1);
	expect(origins.list).toEqual([{ from: 0, to: 100, source: 1 }]);
	origins.add(200, 300, 1);
	origins.add(100, 200, 1);
	expect(origins.list).toEqual([{ from: 0, to: 300, source: 1 }]);
});
