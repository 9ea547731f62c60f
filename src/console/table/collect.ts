/** Rows that are not loaded, where an action is for all of them. */
import type { Page } from '../../node/api/schemas.ts';
import { call, query } from '../api.ts';
import type { Identified } from '../view.ts';
import type { ListQuery, ListWindow } from './columns.ts';

const largest = 1000;

export async function collect<Row extends Identified>(
	of: ListQuery,
	from: number,
	to: number,
): Promise<Row[]> {
	const rows: Row[] = [];
	for (let at = from; at < to; at += largest) {
		const count = Math.min(largest, to - at);
		const path = windowPath({ ...of, from: at, count });
		const page = await call<Page<Row>>('GET', path);
		rows.push(...page.rows);
		if (page.rows.length < count) break;
	}
	return rows;
}

/** Path and query of a GET for a window. */
export function windowPath({ list, search, sort, filter, from, count, begin, end }: ListWindow): string {
	if (list === 'flows')
		return `watch/analyses/${search}/flows?${query({ from, count, sort, filter, begin, end })}`;
	return `${list}?${query({ search, from, count, sort, filter })}`;
}
