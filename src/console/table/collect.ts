/** Rows that are not loaded, where an action is for all of them. */
import type { Page } from '../../node/api/schemas.ts';
import { call, query } from '../api.ts';
import type { Identified } from '../view.ts';
import type { ListQuery } from './columns.ts';

const largest = 1000;

export async function collect<Row extends Identified>(of: ListQuery, from: number, to: number): Promise<Row[]> {
	const rows: Row[] = [];
	for (let at = from; at < to; at += largest) {
		const { list, search, sort, filter } = of;
		const count = Math.min(largest, to - at);
		const path =
			list === 'results'
				? `results?${query({ search, from: at, count, sort, filter })}`
				: `${list}?${query({ from: at, count, sort, filter })}`;
		const page = await call<Page<Row>>('GET', path);
		rows.push(...page.rows);
		if (page.rows.length < count) break;
	}
	return rows;
}
