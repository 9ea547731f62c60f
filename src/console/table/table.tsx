/**
 * A list of any length: virtual rows over the live window, with a cursor, a selection, sorting, rows
 * that open, and a menu. What an action may do to rows stands in actions.ts, not here.
 */
import type { CSSProperties, ReactNode } from 'react';
import { useEffect } from 'react';
import type { Page } from '../../node/api/schemas.ts';
import type { AnyRow, RowOf } from '../actions.ts';
import { useSettled } from '../hooks.ts';
import { useParam } from '../location.ts';
import { words } from '../words.ts';
import { ActionBar } from './action-bar.tsx';
import { Body } from './body.tsx';
import type { Column, ListQuery } from './columns.ts';
import { Header } from './header.tsx';
import { RowMenu } from './row-menu.tsx';
import { Fresh, Loading, NoMatch } from './states.tsx';
import css from './table.module.css';
import { useTable } from './use-table.ts';

export interface TableProps<List extends ListQuery['list']> {
	list: List;
	label: string;
	columns: readonly Column<RowOf[List]>[];
	/** Class that lays out the cells of a row, wide and on a phone. */
	layout: string;
	heights: { wide: number; phone: number };
	search?: number | undefined;
	/** Of flows: between which times, and a number that changes when there are more. */
	begin?: number | undefined;
	end?: number | undefined;
	beat?: number;
	/** Filter of the page, in front of the user's. */
	base?: string | undefined;
	/** Order without a choice of the user. */
	usual?: string;
	filterParam?: string;
	sortParam?: string;
	selectable?: boolean;
	/** What a row shows when it is opened. */
	details?: (row: RowOf[List]) => ReactNode;
	/** Shown when the list has no row at all (before the user's filter). */
	empty: (page: Page<RowOf[List]>) => ReactNode;
	/** Tells the page what is in sight. */
	onPage?: (page: Page<RowOf[List]>) => void;
}

export function Table<List extends ListQuery['list']>(props: TableProps<List>) {
	const { list, usual, filterParam = 'filter', sortParam = 'sort', selectable = false, onPage } = props;
	const [filter = ''] = useParam(filterParam);
	const [chosenSort, setSort] = useParam(sortParam);
	const sort = chosenSort ?? usual;
	const base = props.base ?? '';
	const query = {
		list,
		search: props.search,
		sort,
		filter: `${base} ${filter}`.trim() || undefined,
		begin: props.begin,
		end: props.end,
	};
	const view = useTable(query, props.heights, props.details !== undefined, props.beat);
	// Inside, a list is a list of any rows; outside, the page's columns and details fit its own rows.
	const page = view.page as Page<RowOf[List]> | undefined;
	const columns = props.columns as unknown as readonly Column<AnyRow>[];
	const details = props.details as ((row: AnyRow) => ReactNode) | undefined;
	useEffect(() => {
		if (page !== undefined) onPage?.(page);
	}, [page, onPage]);
	const head = {
		columns,
		sort,
		onSort: setSort,
		layout: props.layout,
		selectable,
		opens: details !== undefined,
	};
	const none = page?.total === 0;
	const spoken = useSettled(page === undefined ? '' : words.list.rows(page.total, page.all));
	return (
		<div className={css.list} {...view.pointing} data-loading={view.loading || undefined}>
			<Fresh fresh={view.fresh} held={view.held !== undefined} onShow={view.accept} />
			{page === undefined && <Loading />}
			{none && (filter === '' ? props.empty(page) : <NoMatch param={filterParam} hidden={page.all} />)}
			<table
				// biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: rows are selected and opened, so it is a grid
				role="grid"
				className={css.table}
				aria-label={props.label}
				aria-rowcount={(page?.total ?? 0) + 1}
				aria-multiselectable={selectable}
				hidden={page === undefined || none}
				style={{ '--row': `${view.open.rowHeight}px` } as CSSProperties}
			>
				<Header {...head} />
				<Body {...head} view={view} page={view.page ?? noRows} details={details} />
			</table>
			<p className="only-read-aloud" role="status">
				{spoken}
			</p>
			<RowMenu menu={view.menu} />
			{selectable && <ActionBar view={view} />}
		</div>
	);
}

const noRows: Page<AnyRow> = { total: 0, all: 0, from: 0, rows: [] };
