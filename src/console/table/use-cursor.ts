/**
 * The row that keys act on, and the rows that are selected. Both are kept by id: whatever the order
 * does, an action never hits a row that the user did not mean.
 */
import { useCallback, useRef, useState } from 'react';
import type { Page } from '../../node/api/schemas.ts';
import { add, everything, has, none, type Selection, toggle } from '../selection.ts';
import type { Identified } from '../view.ts';

export interface Cursor {
	readonly id: number | undefined;
	readonly selection: Selection;
	/** Place of the cursor in the list, as far as it is known. */
	place(): number;
	put(id: number, index: number): void;
	leave(): void;
	toggle(id: number, index: number): void;
	addRange(ids: readonly number[]): void;
	all(): void;
	none(): void;
	/** Where a range begins: the row that was last toggled or pointed at. */
	anchor(): number;
}

export function useCursor<Row extends Identified>(page: Page<Row> | undefined): Cursor {
	const [id, setId] = useState<number>();
	const [selection, setSelection] = useState<Selection>(none);
	const lastPlace = useRef(-1);
	const anchor = useRef(0);
	const put = useCallback((next: number, index: number) => {
		lastPlace.current = index;
		anchor.current = index;
		setId(next);
	}, []);
	return {
		id,
		selection,
		place() {
			const index = page?.rows.findIndex((row) => row.id === id) ?? -1;
			return index < 0 || page === undefined ? lastPlace.current : page.from + index;
		},
		put,
		leave: () => setId(undefined),
		toggle(which, index) {
			put(which, index);
			setSelection((old) => toggle(old, which));
		},
		addRange: (ids) => setSelection((old) => add(old, ids)),
		all: () => setSelection(everything),
		none: () => setSelection(none),
		anchor: () => anchor.current,
	};
}

/** Rows that are loaded and selected; without a selection the one under the cursor. */
export function chosen<Row extends Identified>(page: Page<Row> | undefined, cursor: Cursor): Row[] {
	const { selection } = cursor;
	const empty = !selection.all && selection.ids.size === 0;
	return (page?.rows ?? []).filter((row) => (empty ? row.id === cursor.id : has(selection, row.id)));
}
