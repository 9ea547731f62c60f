import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GuidTable, guidEquals, newGuid } from '../../../../src/networks/gnutella/wire/guid.ts';

const seed = Uint8Array.from({ length: 16 }, (_, i) => i * 31);
const numbered = (n: number) => {
	const guid = new Uint8Array(16);
	new DataView(guid.buffer).setUint32(4, n);
	return guid;
};

test('a new GUID carries the two marks and leaves the random bytes alone', () => {
	const random = new Uint8Array(20).fill(5);
	const guid = newGuid(random);
	expect([...guid]).toEqual([5, 5, 5, 5, 5, 5, 5, 5, 0xff, 5, 5, 5, 5, 5, 5, 0]);
	expect(random.every((byte) => byte === 5)).toBe(true);
	expect(() => newGuid(new Uint8Array(15))).toThrow();
});

test('equality looks at 16 bytes, wherever they are', () => {
	const frame = Uint8Array.from({ length: 40 }, (_, i) => i);
	expect(guidEquals(frame, frame.slice(8, 24), 8)).toBe(true);
	expect(guidEquals(frame, frame.slice(8, 24), 9)).toBe(false);
	expect(guidEquals(frame, frame.slice(8, 23), 8)).toBe(false);
});

describe('the table of ids', () => {
	test('is a map, as long as it does not rotate', () => {
		const operation = fc.tuple(fc.nat(60), fc.nat(1000), fc.boolean());
		fc.assert(
			fc.property(fc.array(operation, { maxLength: 300 }), (operations) => {
				const table = new GuidTable(1000, seed);
				const map = new Map<number, number>();
				for (const [id, value, write] of operations) {
					if (write) {
						table.set(numbered(id), value);
						map.set(id, value);
					}
					expect(table.get(numbered(id))).toBe(map.get(id) ?? -1);
				}
				expect(table.size).toBe(map.size);
			}),
		);
	});

	test('reads the id where it lies in a frame', () => {
		const table = new GuidTable(10, seed);
		const frame = Uint8Array.from({ length: 40 }, (_, i) => i);
		table.set(frame, 3, 5);
		expect(table.get(frame, 5)).toBe(3);
		expect(table.get(frame.slice(5, 21))).toBe(3);
		expect(table.get(frame, 4)).toBe(-1);
	});

	test('an entry lives for one rotation and is gone after two', () => {
		const table = new GuidTable(10, seed);
		table.set(numbered(1), 0);
		table.rotate();
		expect(table.get(numbered(1))).toBe(0);
		table.set(numbered(1), 8);
		expect(table.get(numbered(1))).toBe(8);
		table.rotate();
		table.rotate();
		expect(table.get(numbered(1))).toBe(-1);
		expect(table.size).toBe(0);
	});

	test('a flood of ids rotates by itself and stays within its memory', () => {
		const table = new GuidTable(1000, seed);
		let most = 0;
		for (let i = 0; i < 20_000; i++) {
			table.set(numbered(i), 1);
			most = Math.max(most, table.bytes);
			expect(table.size).toBeLessThanOrEqual(2000);
		}
		// Two generations of 2048 places, 20 bytes each.
		expect(most).toBeLessThanOrEqual(2 * 2048 * 20);
		expect(table.get(numbered(19_999))).toBe(1);
		expect(table.get(numbered(17_000))).toBe(-1);
	});

	test('a quiet table is small', () => {
		const table = new GuidTable(100_000, seed);
		for (let i = 0; i < 10; i++) table.set(numbered(i), i);
		expect(table.bytes).toBeLessThanOrEqual(1024);
	});

	test('a value that is no number of a link is our mistake', () => {
		const table = new GuidTable(10, seed);
		for (const wrong of [-1, 2 ** 31, Number.NaN]) expect(() => table.set(numbered(1), wrong)).toThrow();
	});
});
