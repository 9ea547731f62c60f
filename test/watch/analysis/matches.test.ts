/** Windows of flows in any order: as a sort of all of them would give, at the price of a selection. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Matches } from '../../../src/watch/analysis/matches.ts';
import { rowsOf } from './rows-of.ts';

describe('a window of flows', () => {
	it('is what a sort of all of them has there, whichever windows were looked at before', () => {
		const sizes = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 300 });
		const windows = fc.array(fc.tuple(fc.nat(320), fc.nat(40)), { minLength: 1, maxLength: 6 });
		fc.assert(
			fc.property(sizes, windows, fc.boolean(), (bytes, looks, descending) => {
				const rows = rowsOf(bytes.map((up) => ({ up, down: 0 })));
				const matches = new Matches(rows, [(block, at) => block.bytes(at) !== 7]);
				const sorted = bytes
					.map((size, row) => ({ size, row }))
					.filter(({ size }) => size !== 7)
					.sort(
						(one, other) =>
							(descending ? other.size - one.size : one.size - other.size) || one.row - other.row,
					)
					.map(({ row }) => row);
				expect(matches.total).toBe(sorted.length);
				for (const [from, count] of looks)
					expect(matches.window({ field: 'bytes', descending }, from, count)).toEqual(
						sorted.slice(from, from + count),
					);
			}),
		);
	});

	it('without an order is as the flows ended, or the other way round', () => {
		const matches = new Matches(rowsOf([{}, {}, {}, {}]), []);
		expect(matches.window({ descending: false }, 1, 2)).toEqual([1, 2]);
		expect(matches.window({ descending: true }, 0, 2)).toEqual([3, 2]);
		expect(matches.window({ field: 'nonsense', descending: false }, 2, 9)).toEqual([2, 3]);
		expect(matches.window({ descending: false }, 9, 9)).toEqual([]);
	});

	it('orders addresses as numbers', () => {
		const rows = rowsOf([
			{ source: '10.0.0.10' },
			{ source: '10.0.0.9' },
			{ source: '2001:db8::1', destination: '2001:db8::2' },
			{ source: '200.0.0.1' },
		]);
		const order = { field: 'source', descending: false };
		expect(new Matches(rows, []).window(order, 0, 4)).toEqual([1, 0, 3, 2]);
	});
});
