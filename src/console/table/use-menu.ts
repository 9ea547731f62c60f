import { type MouseEvent, useState } from 'react';
import type { AnyRow, Target } from '../actions.ts';
import { has } from '../selection.ts';
import type { ListQuery } from './columns.ts';
import type { Cursor } from './use-cursor.ts';

interface MenuPlace {
	readonly x: number;
	readonly y: number;
	readonly target: Target;
	/** The row is one of the selected: the menu is for all of them. */
	readonly selected: boolean;
}

export interface RowMenuState {
	readonly place: MenuPlace | undefined;
	/** From a right click (at the pointer) or from a button (beneath it). */
	open(event: MouseEvent, row: AnyRow, index: number): void;
	close(): void;
}

export function useMenu({ list, search }: ListQuery, cursor: Cursor): RowMenuState {
	const [place, setPlace] = useState<MenuPlace>();
	return {
		place,
		open(event, row, index) {
			event.preventDefault();
			const box = event.currentTarget.getBoundingClientRect();
			const atPointer = event.type === 'contextmenu';
			const selected = has(cursor.selection, row.id);
			if (!selected) cursor.put(row.id, index);
			setPlace({
				x: atPointer ? event.clientX : box.left,
				y: atPointer ? event.clientY : box.bottom,
				target: { list, search, rows: [row] },
				selected,
			});
		},
		close: () => setPlace(undefined),
	};
}
