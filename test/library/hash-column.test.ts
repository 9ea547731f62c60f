import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HashColumn } from '../../src/library/hash-column.ts';

/** Few hashes, so that many rows have the same. */
const hash = (number: number) => new Uint8Array(16).fill(number % 5);

test('rows are found by their hash, as the plainest map finds them, while they come and go', () => {
	const step = fc.record({ row: fc.nat(40), number: fc.nat(20), remove: fc.boolean() });
	fc.assert(
		fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
			const column = new HashColumn(16);
			const plain = new Map<number, Uint8Array>();
			for (const { row, number, remove } of steps) {
				column.remove(row);
				plain.delete(row);
				if (remove) continue;
				column.set(row, hash(number), 64);
				plain.set(row, hash(number));
			}
			for (let row = 0; row <= 40; row++) expect(column.get(row)).toEqual(plain.get(row));
			for (let number = 0; number < 6; number++) {
				const wanted = new Uint8Array(16).fill(number);
				const rows = [...plain].filter(([, one]) => one[0] === number).map(([row]) => row);
				expect([...column.find(wanted)].sort()).toEqual(rows.sort());
			}
			const distinct = new Set([...plain.values()].map((one) => one[0]));
			expect(new Set([...column.distinct()].map((one) => one[0]))).toEqual(distinct);
		}),
	);
	expect([...new HashColumn(16).find(new Uint8Array(3))]).toEqual([]);
});
