/** Filters as one types: the filter is in the address at once and goes to the node with the window. */
import { ActionIcon, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { after } from '../clock.ts';
import { Icon } from '../icons.tsx';
import { useParam } from '../location.ts';
import { words } from '../words.ts';
import css from './states.module.css';

const pause = 120;
const longest = 120;

export function FilterBox({
	param = 'filter',
	hint = words.list.filterHint,
}: {
	param?: string;
	hint?: string;
}) {
	const [filter = '', setFilter] = useParam(param);
	/** Typed, and not yet in the address. Nothing else is ever put there: a filter that was clicked is not undone by a box drawn late. */
	const [draft, setDraft] = useState<string>();
	const typed = draft ?? filter;
	useEffect(() => {
		if (draft === undefined) return;
		return after(pause, () => {
			setFilter(draft === '' && param === 'filter' ? undefined : draft);
			setDraft((now) => (now === draft ? undefined : now));
		});
	}, [draft, setFilter, param]);
	return (
		<TextInput
			className={css.filter ?? ''}
			data-field="filter"
			aria-label={words.list.filter}
			placeholder={hint}
			value={typed}
			maxLength={longest}
			onChange={(event) => setDraft(event.currentTarget.value)}
			onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
			leftSection={<Icon name="filter" size={16} />}
			rightSection={
				typed !== '' && (
					<ActionIcon
						variant="subtle"
						color="gray"
						aria-label={words.list.clearFilter}
						onClick={() => setDraft('')}
					>
						<Icon name="close" size={14} />
					</ActionIcon>
				)
			}
		/>
	);
}

/** Sorting where there are no column heads: on a phone. */
export function SortBox({ columns, param = 'sort' }: { columns: readonly SortChoice[]; param?: string }) {
	const [sort, setSort] = useParam(param);
	return (
		<select
			className={css.sortBox}
			aria-label={words.list.sortBy}
			value={sort ?? ''}
			onChange={(event) => setSort(event.currentTarget.value || undefined)}
		>
			<option value="">{words.list.usual}</option>
			{columns.map(
				(column) =>
					column.sort !== undefined && (
						<option key={column.id} value={column.sort}>
							{column.title}
						</option>
					),
			)}
		</select>
	);
}

interface SortChoice {
	readonly id: string;
	readonly title: string;
	readonly sort?: string;
}
