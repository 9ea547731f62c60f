/** Every action by name (Ctrl K), and the words typed as a search of the network. */
import { TextInput } from '@mantine/core';
import { useEffect, useId, useMemo, useState } from 'react';
import { type Action, actions, fits } from '../actions.ts';
import { act, presentTargets, sheet } from '../desk.ts';
import { Icon } from '../icons.tsx';
import type { PageName } from '../page-names.ts';
import { Dialog } from '../parts/dialog.tsx';
import { startSearch } from '../searches.ts';
import { words } from '../words.ts';
import { KeyCaps } from './key-caps.tsx';
import css from './sheets.module.css';

interface Entry {
	readonly id: string;
	readonly label: string;
	readonly group: string;
	readonly action?: Action;
	run(): void;
}

/** Moving a cursor makes no sense from a list of commands. */
const unfit = new Set(['palette', 'next', 'previous', 'select', 'open', 'clear']);

function entries(page: PageName, typed: string): Entry[] {
	const targets = presentTargets();
	const wanted = typed.toLowerCase().split(/\s+/).filter(Boolean);
	const found: Entry[] = actions
		.filter((one) => !unfit.has(one.id) && fits(one, page, targets))
		.map((one) => ({
			id: one.id,
			label: words.actions[one.id],
			group: words.palette.groups[one.group],
			action: one,
			run: () => void act(one),
		}))
		.filter(({ label }) => wanted.every((word) => label.toLowerCase().includes(word)));
	if (wanted.length > 0) {
		const label = words.palette.searchFor(typed.trim());
		found.push({
			id: 'search-for',
			label,
			group: words.pages.search,
			run: () => void startSearch(typed.trim()),
		});
	}
	return found;
}

export function Palette({ page }: { page: PageName }) {
	const [typed, setTyped] = useState('');
	const [at, setAt] = useState(0);
	const list = useId();
	const found = useMemo(() => entries(page, typed), [page, typed]);
	const option = (index: number) => `${list}-${index}`;
	useEffect(() => document.getElementById(`${list}-${at}`)?.scrollIntoView({ block: 'nearest' }), [at, list]);
	const close = () => sheet.set(undefined);
	const run = (entry: Entry | undefined) => {
		if (entry === undefined) return;
		close();
		entry.run();
	};
	const onKeyDown = (event: React.KeyboardEvent) => {
		if (event.key === 'Enter') run(found[at]);
		else if (event.key === 'ArrowDown') setAt(Math.min(found.length - 1, at + 1));
		else if (event.key === 'ArrowUp') setAt(Math.max(0, at - 1));
		else return;
		event.preventDefault();
	};
	return (
		<Dialog title={words.palette.title} size={560} bare>
			<TextInput
				size="lg"
				variant="unstyled"
				className={css.paletteField ?? ''}
				leftSection={<Icon name="command" />}
				placeholder={words.palette.field}
				aria-label={words.palette.field}
				role="combobox"
				aria-expanded
				aria-controls={list}
				aria-activedescendant={found.length > 0 ? option(at) : undefined}
				value={typed}
				onChange={(event) => {
					setTyped(event.currentTarget.value);
					setAt(0);
				}}
				onKeyDown={onKeyDown}
				data-autofocus
			/>
			<div className={css.options} role="listbox" id={list} aria-label={words.palette.title}>
				{found.map((entry, index) => (
					// biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the keys of this list
					<div
						key={entry.id}
						id={option(index)}
						role="option"
						tabIndex={-1}
						aria-selected={index === at}
						className={css.option}
						onClick={() => run(entry)}
						onPointerMove={() => setAt(index)}
					>
						<span className={css.optionLabel}>{entry.label}</span>
						<span className={css.optionGroup}>{entry.group}</span>
						{entry.action?.keys[0] !== undefined && <KeyCaps keys={entry.action.keys[0]} />}
					</div>
				))}
			</div>
		</Dialog>
	);
}
