import { describe, expect, it, vi } from 'vitest';
import { Ordering, Orderings } from '../../src/node/api/ordering.ts';
import { MemoryList } from './memory-backend.ts';

const fields = new Set(['id', 'name', 'size', 'rate']);

function ordered(rows: { id: number }[], sort?: string, filter?: string): number[] {
	const list = new MemoryList();
	list.set(rows);
	const ordering = new Ordering(list, { sort, filter }, fields);
	ordering.refresh(false);
	return ordering.window(0, 1000).map(({ id }) => id);
}

describe('an ordering', () => {
	const rows = [
		{ id: 1, name: 'beta', size: 10 },
		{ id: 2, name: 'Alpha', size: 30 },
		{ id: 3, name: 'gamma' },
		{ id: 4, name: 'alpha', size: 20 },
	];

	it('sorts texts without regard to case, equal ones by id', () => {
		expect(ordered(rows, 'name')).toEqual([2, 4, 1, 3]);
		expect(ordered(rows, '-name')).toEqual([3, 1, 2, 4]);
	});

	it('puts rows without the value last in both directions', () => {
		expect(ordered(rows, 'size')).toEqual([1, 4, 2, 3]);
		expect(ordered(rows, '-size')).toEqual([2, 4, 1, 3]);
	});

	it('keeps the order of the list without a sort, and filters', () => {
		expect(ordered(rows)).toEqual([1, 2, 3, 4]);
		expect(ordered(rows, undefined, 'alpha')).toEqual([2, 4]);
	});

	it('does nothing while the list has not changed, however many look', () => {
		const list = new MemoryList();
		list.set(
			Array.from({ length: 100_000 }, (_, at) => ({ id: at + 1, name: `file ${at % 977}`, size: at })),
		);
		const orderings = new Orderings();
		const windows = Array.from({ length: 50 }, (_, viewer) => {
			const ordering = orderings.of(list, 'files', { sort: '-size', filter: 'file' }, fields);
			ordering.refresh(viewer > 0);
			return ordering.window(50_000, 3).map(({ id }) => id);
		});
		expect(windows[0]).toEqual([50_000, 49_999, 49_998]);
		expect(new Set(windows.map(String)).size).toBe(1);
		expect(list.asked).toBe(1);
	});

	it('rests nine times as long as a round took, but answers one who asks once', () => {
		vi.useFakeTimers({ toFake: ['performance'] });
		try {
			const list = new MemoryList();
			const slow = {
				version: () => list.version(),
				rows: () => {
					vi.advanceTimersByTime(50);
					return list.rows();
				},
			};
			const ordering = new Ordering(slow, { sort: undefined, filter: undefined }, fields);
			const change = (rows: number, soon: boolean) => {
				list.set(Array.from({ length: rows }, (_, at) => ({ id: at + 1 })));
				ordering.refresh(soon);
				return ordering.total;
			};
			expect(change(1, true)).toBe(1);
			vi.advanceTimersByTime(449);
			expect(change(2, true)).toBe(1);
			vi.advanceTimersByTime(1);
			expect(change(3, true)).toBe(3);
			expect(change(4, false)).toBe(4);
		} finally {
			vi.useRealTimers();
		}
	});

	it('is made anew for another list of the same name', () => {
		const orderings = new Orderings();
		const [one, other] = [new MemoryList(), new MemoryList()];
		one.set([{ id: 1 }]);
		other.set([{ id: 2 }, { id: 3 }]);
		const look = { sort: undefined, filter: undefined };
		orderings.of(one, 'results', look, fields).refresh(false);
		const ordering = orderings.of(other, 'results', look, fields);
		ordering.refresh(false);
		expect(ordering.total).toBe(2);
	});
});
