/** Makes a list the one that keys and commands act on, while it is the last that came into sight. */
import { useEffect, useRef } from 'react';
import type { AnyRow, Target } from '../actions.ts';
import { type Stage, stages } from '../desk.ts';
import { has } from '../selection.ts';
import type { Identified } from '../view.ts';
import { collect } from './collect.ts';
import type { ListQuery } from './columns.ts';
import { type Cursor, chosen } from './use-cursor.ts';
import type { LiveRows } from './use-view.ts';
import type { Rows } from './use-window.ts';

interface Parts {
	query: ListQuery;
	shown: LiveRows<AnyRow>;
	cursor: Cursor;
	rows: Rows;
	toggleOpen(id: number): void;
	/** Rows of this list open. */
	opens: boolean;
}

export function useStage(parts: Parts): void {
	const now = useRef(parts);
	now.current = parts;
	const seen = useRef(new Map<number, AnyRow>());
	const { cursor, shown } = now.current;
	for (const row of shown.page?.rows ?? []) {
		if (has(cursor.selection, row.id)) seen.current.set(row.id, row);
	}
	useEffect(() => {
		const stage = makeStage(now, seen.current);
		stages.set([...stages.get(), stage]);
		return () => stages.set(stages.get().filter((other) => other !== stage));
	}, []);
}

function makeStage(now: { readonly current: Parts }, seen: ReadonlyMap<number, AnyRow>): Stage {
	const target = (rows: readonly AnyRow[]): Target => {
		const { list, search } = now.current.query;
		return { list, rows, search };
	};
	return {
		present: () => target(chosen(now.current.shown.page, now.current.cursor)),
		complete: async () => target(await complete(now.current, seen)),
		move: (by) => move(now, by),
		select() {
			const { cursor } = now.current;
			if (cursor.id !== undefined) cursor.toggle(cursor.id, cursor.place());
		},
		selectAll: () => now.current.cursor.all(),
		clear() {
			const { cursor } = now.current;
			const some = cursor.selection.all || cursor.selection.ids.size > 0;
			if (some) cursor.none();
			return some;
		},
		open() {
			const { cursor, opens, toggleOpen } = now.current;
			if (opens && cursor.id !== undefined) toggleOpen(cursor.id);
		},
		settle: () => now.current.shown.settle(),
	};
}

async function complete(parts: Parts, seen: ReadonlyMap<number, AnyRow>): Promise<AnyRow[]> {
	const { cursor, shown, query } = parts;
	const { selection } = cursor;
	if (selection.all) {
		const rows = await collect<AnyRow>(query, 0, shown.page?.total ?? 0);
		return rows.filter((row) => has(selection, row.id));
	}
	if (selection.ids.size === 0) return chosen(shown.page, cursor);
	return [...selection.ids].map((id) => seen.get(id)).filter((row) => row !== undefined);
}

function move(now: { readonly current: Parts }, by: number): void {
	const { cursor, shown, rows } = now.current;
	const { page } = shown;
	if (page === undefined || page.total === 0) return;
	const index = Math.min(page.total - 1, Math.max(0, cursor.place() + by));
	const row: Identified | undefined = page.rows[index - page.from];
	rows.scrollToIndex(index, { align: 'auto' });
	if (row !== undefined) cursor.put(row.id, index);
}
