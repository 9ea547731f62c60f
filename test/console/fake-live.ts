/** Windows of the canned lists and the stream that sends them, as the API's contract has it. */
import type { ServerResponse } from 'node:http';
import { fieldsOf } from '../../src/node/api/fields.ts';
import { parseFilter } from '../../src/node/api/filter.ts';
import type { ListName, Page, Status } from '../../src/node/api/schemas.ts';
import type { FakeNode } from './fake-api.ts';

export interface Row {
	readonly id: number;
}

export interface Watcher {
	refresh(): void;
	status(status: Status): void;
	end(): void;
}

export function pageOf(node: FakeNode, list: ListName, query: URLSearchParams): Page<Row> {
	const from = Number(query.get('from') ?? 0);
	const count = Number(query.get('count') ?? 100);
	const all = node.rows(list, Number(query.get('search')));
	const filter = parseFilter<Row>(query.get('filter') ?? '', fieldsOf[list]);
	const kept = filter.empty ? [...all] : all.filter((row) => filter.matches(row));
	const sort = query.get('sort');
	if (sort !== null) kept.sort(comparison(sort));
	return { total: kept.length, all: all.length, from, rows: kept.slice(from, from + count) };
}

function comparison(sort: string): (one: Row, other: Row) => number {
	const way = sort.startsWith('-') ? -1 : 1;
	const field = sort.replace(/^-/, '');
	const key = (row: Row) => {
		const value = (row as unknown as Record<string, unknown>)[field];
		if (typeof value === 'object' && value !== null) return Number((value as { bytes: number }).bytes);
		return typeof value === 'string' ? value : Number(value ?? 0);
	};
	return (one, other) => {
		const [first, second] = [key(one), key(other)];
		return first === second ? one.id - other.id : first < second ? -way : way;
	};
}

export function watch(node: FakeNode, query: URLSearchParams, response: ServerResponse): void {
	response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
	const send = (event: string, value: unknown) =>
		response.write(`event: ${event}\ndata: ${JSON.stringify(value)}\n\n`);
	const list = query.get('list') as ListName | null;
	let sent: Page<Row> | undefined;
	const refresh = () => {
		if (list === null) return;
		const page = pageOf(node, list, query);
		const same =
			sent?.rows.length === page.rows.length && page.rows.every(({ id }, at) => sent?.rows[at]?.id === id);
		const changed = page.rows.filter((row, at) => sent?.rows[at] !== row);
		if (!same) send('window', page);
		else if (changed.length > 0 || sent?.total !== page.total || sent.all !== page.all) {
			send('rows', { rows: changed, total: page.total, all: page.all });
		}
		sent = page;
	};
	const watcher: Watcher = {
		refresh,
		status: (status) => send('status', status),
		end: () => response.destroy(),
	};
	node.watchers.add(watcher);
	response.on('close', () => node.watchers.delete(watcher));
	watcher.status(node.status);
	refresh();
	// An empty list is a window too.
	if (list !== null && sent?.rows.length === 0) send('window', sent);
}
