/** The rows in sight. Rows that are not loaded yet keep their place, empty. */
import type { MouseEvent, ReactNode } from 'react';
import type { Page } from '../../node/api/schemas.ts';
import type { AnyRow } from '../actions.ts';
import { has } from '../selection.ts';
import { words } from '../words.ts';
import { collect } from './collect.ts';
import type { Column } from './columns.ts';
import { Row } from './row.tsx';
import css from './table.module.css';
import type { TableView } from './use-table.ts';

interface BodyProps {
	view: TableView;
	page: Page<AnyRow>;
	columns: readonly Column<AnyRow>[];
	layout: string;
	selectable: boolean;
	details: ((row: AnyRow) => ReactNode) | undefined;
}

export function Body({ view, page, columns, layout, selectable, details }: BodyProps) {
	const { rows, margin, cursor, open, body, menu } = view;
	return (
		<tbody ref={body} className={css.body} style={{ height: rows.getTotalSize() }}>
			{rows.getVirtualItems().map(({ index, start }) => {
				const row = page.rows[index - page.from];
				const place = { transform: `translateY(${start - margin}px)` };
				if (row === undefined) return <Blank key={`at ${index}`} index={index} place={place} />;
				return (
					<Row
						key={row.id}
						row={row}
						index={index}
						place={place}
						columns={columns}
						layout={layout}
						atCursor={cursor.id === row.id}
						selected={selectable ? has(cursor.selection, row.id) : undefined}
						opened={details === undefined ? undefined : open.isOpen(row.id)}
						details={details}
						first={index === page.from}
						onPick={(event) => void pick(view, event, row, index, selectable)}
						onToggle={() => cursor.toggle(row.id, index)}
						onOpen={() => open.toggle(row.id)}
						onMenu={(event) => menu.open(event, row, index)}
						measure={(element) => open.measure(row.id, element)}
					/>
				);
			})}
		</tbody>
	);
}

function Blank({ index, place }: { index: number; place: { transform: string } }) {
	return (
		<tr className={`${css.item} ${css.blank}`} style={place} aria-rowindex={index + 2}>
			<td>
				<span className="only-read-aloud">{words.list.loading}</span>
			</td>
		</tr>
	);
}

/** A click: alone it moves the cursor, with Ctrl it selects one row more, with Shift a range. */
async function pick(view: TableView, event: MouseEvent, row: AnyRow, index: number, selectable: boolean) {
	const { cursor, query } = view;
	if (event.shiftKey && selectable) {
		const from = Math.min(cursor.anchor(), index);
		const to = Math.max(cursor.anchor(), index);
		const range = await collect<AnyRow>(query, from, to + 1);
		cursor.addRange(range.map((one) => one.id));
	} else if ((event.ctrlKey || event.metaKey) && selectable) cursor.toggle(row.id, index);
	else cursor.put(row.id, index);
}
