import type { AnyRow } from '../actions.ts';
import { words } from '../words.ts';
import type { Column } from './columns.ts';
import css from './table.module.css';

interface HeaderProps {
	columns: readonly Column<AnyRow>[];
	layout: string;
	selectable: boolean;
	opens: boolean;
	sort: string | undefined;
	onSort(sort: string | undefined): void;
}

function directionOf(field: string | undefined, sort: string | undefined) {
	const bare = field?.replace(/^-/, '');
	if (bare === undefined || sort?.replace(/^-/, '') !== bare) return undefined;
	return sort?.startsWith('-') ? 'descending' : 'ascending';
}

/** First the order that the column proposes, then the other one, then the usual order again. */
function following(field: string, sort: string | undefined): string | undefined {
	const other = field.startsWith('-') ? field.slice(1) : `-${field}`;
	if (sort === field) return other;
	return sort === other ? undefined : field;
}

export function Header({ columns, layout, sort, onSort, selectable, opens }: HeaderProps) {
	return (
		<thead className={css.head}>
			<tr className={`${css.row} ${layout}`} aria-rowindex={1}>
				{selectable && <td data-col="lead" />}
				{columns.map((column) => (
					<th
						key={column.id}
						scope="col"
						data-col={column.id}
						data-figure={column.figure}
						className={column.figure ? css.figure : undefined}
						aria-sort={directionOf(column.sort, sort)}
					>
						{column.sort === undefined ? (
							<span className={column.id === 'actions' ? 'only-read-aloud' : undefined}>{column.title}</span>
						) : (
							<button
								type="button"
								className={css.sort}
								data-direction={directionOf(column.sort, sort)}
								title={words.list.order(column.title)}
								onClick={() => onSort(following(column.sort ?? '', sort))}
							>
								{column.title}
							</button>
						)}
					</th>
				))}
				{opens && <td data-col="tail" />}
			</tr>
		</thead>
	);
}
