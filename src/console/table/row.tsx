import { type CSSProperties, type MouseEvent, type ReactNode, useEffect, useRef } from 'react';
import type { AnyRow } from '../actions.ts';
import { Icon } from '../icons.tsx';
import { words } from '../words.ts';
import { type Column, nameOf } from './columns.ts';
import css from './table.module.css';

interface RowProps {
	row: AnyRow;
	index: number;
	place: CSSProperties;
	columns: readonly Column<AnyRow>[];
	layout: string;
	atCursor: boolean;
	/** Undefined: rows of this list are not selected. */
	selected: boolean | undefined;
	/** Undefined: rows of this list do not open. */
	opened: boolean | undefined;
	details: ((row: AnyRow) => ReactNode) | undefined;
	/** The row that the Tab key reaches while no row has the cursor. */
	first: boolean;
	onPick(event: MouseEvent): void;
	onToggle(): void;
	onOpen(): void;
	onMenu(event: MouseEvent): void;
	measure(element: HTMLElement | null): (() => void) | undefined;
}

function onControl(event: MouseEvent): boolean {
	return (event.target as Element).closest('button, a, input, [data-details]') !== null;
}

export function Row(props: RowProps) {
	const { row, atCursor, selected, opened, details } = props;
	const element = useRef<HTMLTableRowElement>(null);
	useEffect(() => {
		if (atCursor && !element.current?.contains(document.activeElement)) {
			element.current?.focus({ preventScroll: true });
		}
	}, [atCursor]);
	const click = (event: MouseEvent) => {
		if (onControl(event)) return;
		const plain = !event.shiftKey && !event.ctrlKey && !event.metaKey;
		props.onPick(event);
		if (plain && opened !== undefined) props.onOpen();
	};
	return (
		<tr
			ref={element}
			className={`${css.item} ${css.row} ${props.layout}`}
			style={props.place}
			tabIndex={atCursor || props.first ? 0 : -1}
			aria-rowindex={props.index + 2}
			aria-selected={selected}
			data-open={opened || undefined}
			data-cursor={atCursor || undefined}
			onClick={click}
			onContextMenu={props.onMenu}
		>
			<Cells {...props} />
			{opened && details !== undefined && (
				<td className={css.details} colSpan={props.columns.length} data-details>
					<div ref={props.measure}>{details(row)}</div>
				</td>
			)}
		</tr>
	);
}

function Cells({ row, columns, selected, opened, onToggle, onPick, onOpen }: RowProps) {
	return (
		<>
			{selected !== undefined && (
				<td data-col="lead">
					<label className={css.lead}>
						<input
							type="checkbox"
							className={css.check}
							checked={selected}
							aria-label={words.list.selectRow(nameOf(row))}
							onChange={(event) => !(event.nativeEvent as PointerEvent).shiftKey && onToggle()}
							onClick={(event) => event.shiftKey && onPick(event)}
						/>
					</label>
				</td>
			)}
			{columns.map((column) => (
				<td
					key={column.id}
					data-col={column.id}
					data-figure={column.figure}
					className={column.figure ? css.figure : undefined}
				>
					{column.cell(row)}
				</td>
			))}
			{opened !== undefined && (
				<td data-col="tail">
					<button
						type="button"
						aria-expanded={opened}
						className={css.tail}
						aria-label={words.list.open(nameOf(row))}
						onClick={onOpen}
					>
						<Icon name="chevron" size={16} />
					</button>
				</td>
			)}
		</>
	);
}
