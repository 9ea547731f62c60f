import { createContext, type ReactNode, type RefObject } from 'react';
import type { AnyRow, ListId } from '../actions.ts';

export interface Column<Row> {
	/** Also the name of its place in the layout of the page's style sheet. */
	readonly id: string;
	readonly title: string;
	/** Field that the node sorts by; a leading `-` means that large comes first. */
	readonly sort?: string;
	/** Figures stand at the right and all have one width. */
	readonly figure?: boolean;
	cell(row: Row): ReactNode;
}

/** What is needed to ask the node for rows of a list. */
export interface ListQuery {
	readonly list: ListId;
	/** Of which search, or of which analysis. */
	readonly search: number | undefined;
	readonly sort: string | undefined;
	readonly filter: string | undefined;
	/** Of flows: between which times. */
	readonly begin?: number | undefined;
	readonly end?: number | undefined;
}

/** A part of it. */
export interface ListWindow extends ListQuery {
	readonly from: number;
	readonly count: number;
}

/** The element that scrolls: the page, or the drawer. */
export const Scroller = createContext<RefObject<HTMLElement | null>>({ current: null });

/** What a row is called where it is read aloud. */
export function nameOf(row: AnyRow): string {
	if ('name' in row) return row.name;
	if ('address' in row) return row.address;
	if ('words' in row) return row.words;
	if ('destination' in row) return `${row.source} ${row.destination}`;
	return row.short;
}
