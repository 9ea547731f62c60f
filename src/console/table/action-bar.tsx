/** Floats above the list while rows are selected: how many, and what can be done to them. */
import { ActionIcon, Button } from '@mantine/core';
import { act, rowActions } from '../desk.ts';
import { Icon } from '../icons.tsx';
import { count } from '../selection.ts';
import { words } from '../words.ts';
import css from './states.module.css';
import { chosen } from './use-cursor.ts';
import type { TableView } from './use-table.ts';

export function ActionBar({ view }: { view: TableView }) {
	const { cursor, page, query } = view;
	const selected = count(cursor.selection, page?.total ?? 0);
	if (selected === 0) return null;
	const present = { list: query.list, search: query.search, rows: chosen(page, cursor) };
	const offered = rowActions(present).filter((one) => !one.single);
	return (
		<div className={css.actionBar} role="toolbar" aria-label={words.list.selected(selected)}>
			<strong data-figure role="status">
				{words.list.selected(selected)}
			</strong>
			{offered.map((one) => (
				<Button
					key={one.id}
					size="xs"
					variant="default"
					{...(one.danger && { c: 'var(--red)' })}
					onClick={() => void act(one).then(() => one.id === 'remove' && cursor.none())}
				>
					{words.actions[one.id]}
				</Button>
			))}
			<ActionIcon variant="subtle" color="gray" onClick={cursor.none} aria-label={words.list.clearSelection}>
				<Icon name="close" size={16} />
			</ActionIcon>
		</div>
	);
}
