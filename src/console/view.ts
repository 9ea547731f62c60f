/**
 * What a list shows, and when its order may change.
 *
 * Values of rows change in place at any time. Places change only when nobody can be hurt by it:
 * - a window for another part of the list, another sort or another filter is what the user asked for;
 * - a window that keeps every row in sight in its place only adds behind them;
 * - any other window is taken at once while nobody points at the list or has scrolled it. Otherwise it
 *   is held, with the number of new rows for the pill, until the user asks; later windows are held too.
 *
 * When the user scrolls on into an order that has grown meanwhile, the rows in sight stay in sight:
 * `shift` tells by how many places they moved.
 */
import type { Page } from '../node/api/schemas.ts';

export interface Identified {
	readonly id: number;
}

export interface Shown<Row extends Identified> {
	readonly page: Page<Row> | undefined;
	/** A newer order that waits for the user. */
	readonly held: Page<Row> | undefined;
	/** Rows of the held page that are not shown yet. */
	readonly fresh: number;
	/** By how many places the rows in sight moved with this window. */
	readonly shift: number;
}

/** Where the user's attention is when a window comes. */
export interface Attention {
	/** Nobody points at the list, and it is not scrolled. */
	readonly calm: boolean;
	/** Place of the last row in sight: what happens behind it hurts nobody. */
	readonly until: number;
}

export const nothing: Shown<never> = { page: undefined, held: undefined, fresh: 0, shift: 0 };

export function takeWindow<Row extends Identified>(
	shown: Shown<Row>,
	next: Page<Row>,
	{ calm, until }: Attention,
): Shown<Row> {
	const { page } = shown;
	if (page === undefined || keepsPlaces(page, next, until)) return settled(next);
	if (page.from !== next.from) return { ...settled(next), shift: shiftOf(page, next) };
	if (calm && shown.held === undefined) return settled(next);
	const known = new Set(page.rows.map((row) => row.id));
	const unseen = next.rows.filter((row) => !known.has(row.id)).length;
	const merged = mergeInto(page, next.rows, page.total, page.all);
	return { page: merged, held: next, shift: 0, fresh: Math.max(unseen, next.total - page.total) };
}

export function takeRows<Row extends Identified>(
	shown: Shown<Row>,
	rows: readonly Row[],
	total: number,
	all: number,
): Shown<Row> {
	if (shown.page === undefined) return shown;
	if (shown.held === undefined) return settled(mergeInto(shown.page, rows, total, all));
	return {
		...shown,
		shift: 0,
		page: mergeInto(shown.page, rows, shown.page.total, shown.page.all),
		held: mergeInto(shown.held, rows, total, all),
	};
}

/** The user asked for the new order. */
export function accept<Row extends Identified>(shown: Shown<Row>): Shown<Row> {
	return shown.held === undefined ? shown : settled(shown.held);
}

function settled<Row extends Identified>(page: Page<Row>): Shown<Row> {
	return { page, held: undefined, fresh: 0, shift: 0 };
}

/** How far the first row that both windows hold has moved. */
function shiftOf<Row extends Identified>(old: Page<Row>, next: Page<Row>): number {
	const places = new Map(old.rows.map((row, index) => [row.id, old.from + index]));
	for (const [index, row] of next.rows.entries()) {
		const place = places.get(row.id);
		if (place !== undefined) return next.from + index - place;
	}
	return 0;
}

function keepsPlaces<Row extends Identified>(old: Page<Row>, next: Page<Row>, until: number): boolean {
	if (old.from !== next.from) return false;
	const inSight = old.rows.slice(0, Math.max(0, until + 1 - old.from));
	return inSight.every((row, index) => next.rows[index]?.id === row.id);
}

function mergeInto<Row extends Identified>(
	page: Page<Row>,
	rows: readonly Row[],
	total: number,
	all: number,
): Page<Row> {
	const changed = new Map(rows.map((row) => [row.id, row]));
	return { ...page, total, all, rows: page.rows.map((row) => changed.get(row.id) ?? row) };
}
