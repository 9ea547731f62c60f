/** The rules of a list that changes while somebody looks at it. */
import { describe, expect, it } from 'vitest';
import { accept, nothing, type Shown, takeRows, takeWindow } from '../../src/console/view.ts';

interface Row {
	readonly id: number;
	readonly value: number;
}

const pageOf = (ids: readonly number[], from = 0, total = ids.length) => ({
	total,
	all: total,
	from,
	rows: ids.map((id) => ({ id, value: 0 })),
});
const pointing = { calm: false, until: 99 };
const away = { calm: true, until: 99 };
const idsOf = (shown: Shown<Row>) => shown.page?.rows.map(({ id }) => id);
const first = takeWindow<Row>(nothing, pageOf([1, 2, 3]), pointing);

describe('the order of a list', () => {
	it('is taken at once the first time', () => {
		expect(idsOf(first)).toEqual([1, 2, 3]);
		expect(first.held).toBeUndefined();
	});

	it('follows at once while nobody points at it', () => {
		expect(idsOf(takeWindow(first, pageOf([9, 1, 2, 3]), away))).toEqual([9, 1, 2, 3]);
	});

	it('stays while one points at it, and counts what is new', () => {
		const held = takeWindow(first, pageOf([8, 9, 1, 2, 3]), pointing);
		expect(idsOf(held)).toEqual([1, 2, 3]);
		expect(held.fresh).toBe(2);
		expect(idsOf(accept(held))).toEqual([8, 9, 1, 2, 3]);
		expect(accept(held).fresh).toBe(0);
	});

	it('counts new rows that are behind the window too', () => {
		expect(takeWindow(first, pageOf([9, 1, 2], 0, 41), pointing).fresh).toBe(38);
	});

	it('stays held when the pointer leaves, until it is asked for', () => {
		const held = takeWindow(first, pageOf([9, 1, 2, 3]), pointing);
		const later = takeWindow(held, pageOf([10, 9, 1, 2, 3]), away);
		expect(idsOf(later)).toEqual([1, 2, 3]);
		expect(later.fresh).toBe(2);
	});

	it('grows at the end even while one points at it', () => {
		const grown = takeWindow(first, pageOf([1, 2, 3, 4]), pointing);
		expect(idsOf(grown)).toEqual([1, 2, 3, 4]);
		expect(grown.held).toBeUndefined();
	});

	it('may change behind the last row in sight', () => {
		const next = takeWindow(first, pageOf([1, 2, 9, 3]), { calm: false, until: 1 });
		expect(idsOf(next)).toEqual([1, 2, 9, 3]);
		expect(takeWindow(first, pageOf([1, 2, 9, 3]), { calm: false, until: 2 }).held).toBeDefined();
	});

	it('changes with another window, and tells how far the rows in sight have moved', () => {
		const next = takeWindow(first, pageOf([2, 3, 4], 3), pointing);
		expect(idsOf(next)).toEqual([2, 3, 4]);
		expect(next.shift).toBe(2);
	});
});

describe('the values of rows', () => {
	it('change in place', () => {
		const changed = takeRows(first, [{ id: 2, value: 7 }], 3, 3);
		expect(changed.page?.rows[1]).toEqual({ id: 2, value: 7 });
		expect(idsOf(changed)).toEqual([1, 2, 3]);
	});

	it('change in the shown and in the held order', () => {
		const held = takeWindow(first, pageOf([9, 1, 2, 3]), pointing);
		const changed = takeRows(held, [{ id: 2, value: 7 }], 4, 4);
		expect(changed.page?.rows.find(({ id }) => id === 2)?.value).toBe(7);
		expect(accept(changed).page?.rows.find(({ id }) => id === 2)?.value).toBe(7);
	});

	it('of an unknown row change nothing', () => {
		expect(takeRows(first, [{ id: 77, value: 7 }], 3, 3).page?.rows).toEqual(first.page?.rows);
	});
});
