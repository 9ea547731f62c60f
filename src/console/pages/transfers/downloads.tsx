import { useEffect, useState } from 'react';
import type { Page, Transfer } from '../../../node/api/schemas.ts';
import { call, query } from '../../api.ts';
import { rate } from '../../format.ts';
import { useBeat } from '../../hooks.ts';
import { live } from '../../live.ts';
import { useParam } from '../../location.ts';
import { ActionButton } from '../../parts/action-button.tsx';
import { Bar } from '../../parts/bar.tsx';
import { Choices } from '../../parts/choices.tsx';
import { Verdict } from '../../parts/verdict.tsx';
import { matters, priorityOf } from '../../priority.ts';
import { useStore } from '../../store.ts';
import type { Column } from '../../table/columns.ts';
import { FilterBox, SortBox } from '../../table/filter-box.tsx';
import { Empty } from '../../table/states.tsx';
import { Table } from '../../table/table.tsx';
import { words } from '../../words.ts';
import { LinkField } from './link-field.tsx';
import { TransferDetails } from './transfer-details.tsx';
import css from './transfers.module.css';

const heights = { wide: 64, phone: 100 };
const states = ['all', 'fetching', 'waiting', 'paused', 'quarantined', 'complete', 'failed'] as const;
type Shown = (typeof states)[number];

const { columns: titles } = words.transfers;

const columns: readonly Column<Transfer>[] = [
	{ id: 'name', title: titles.name, sort: 'name', cell: (row) => <Name row={row} /> },
	{ id: 'progress', title: titles.progress, sort: '-done', cell: (row) => <Progress row={row} /> },
	{
		id: 'rate',
		title: titles.rate,
		sort: '-rate',
		figure: true,
		cell: (row) => (row.state === 'fetching' ? rate(row.rate) : words.list.none),
	},
	{
		id: 'eta',
		title: titles.eta,
		sort: 'eta',
		figure: true,
		cell: (row) => (row.eta === null ? words.list.none : words.transfers.left(row.eta)),
	},
	{
		id: 'sources',
		title: titles.sources,
		sort: '-sources',
		figure: true,
		cell: (row) => <span title={words.transfers.sources(row.sources)}>{row.sources}</span>,
	},
	{ id: 'actions', title: titles.actions, cell: (row) => <RowActions row={row} /> },
];

function Name({ row }: { row: Transfer }) {
	return (
		<span className={css.name}>
			<span className={css.nameText} title={row.name}>
				<span>{row.name}</span>
				<PriorityMark row={row} />
				{row.verdict !== 'ok' && <Verdict verdict={row.verdict} />}
			</span>
			<small title={row.why} data-state={row.state}>
				{row.why}
			</small>
		</span>
	);
}

/** Only what is out of the usual is worth a mark. */
function PriorityMark({ row }: { row: Transfer }) {
	const priority = priorityOf(row);
	if (priority === 'usual' || !matters(row)) return null;
	return (
		<span className={css.priority}>
			{words.transfers.priority[priority]} <span>{words.transfers.priorityWord}</span>
		</span>
	);
}

const kinds: Record<Transfer['state'], Parameters<typeof Bar>[0]['state']> = {
	wanted: 'still',
	fetching: 'moving',
	waiting: 'still',
	paused: 'still',
	verifying: 'moving',
	inspecting: 'moving',
	quarantined: 'failed',
	complete: 'done',
	failed: 'failed',
	cancelled: 'still',
};

function Progress({ row }: { row: Transfer }) {
	return (
		<span className={css.progress}>
			<Bar
				label={words.transfers.progress(row.name)}
				done={row.done}
				size={row.size}
				state={kinds[row.state]}
			/>
			<small data-figure>{words.transfers.of(row.done, row.size)}</small>
		</span>
	);
}

/** The one action that a transfer most needs now; the others are in its menu. */
function RowActions({ row }: { row: Transfer }) {
	const target = { list: 'transfers' as const, rows: [row], search: undefined };
	const common = { target, of: row.name, bare: true };
	const { state } = row;
	return (
		<span className={css.actions}>
			{state === 'paused' && <ActionButton id="resume" icon="play" {...common} />}
			{(state === 'failed' || state === 'cancelled') && <ActionButton id="retry" icon="retry" {...common} />}
			{['wanted', 'fetching', 'waiting'].includes(state) && (
				<ActionButton id="pause" icon="pause" {...common} />
			)}
			{['complete', 'failed', 'cancelled'].includes(state) ? (
				<ActionButton id="remove" icon="trash" {...common} />
			) : (
				<ActionButton id="cancel" icon="close" {...common} />
			)}
		</span>
	);
}

export function Downloads() {
	const [state, setState] = useParam('state');
	const shown: Shown = states.find((one) => one === state) ?? 'all';
	const counts = useCounts();
	return (
		<>
			<div className={css.tools}>
				<Choices<Shown>
					label={words.transfers.stateFilter}
					value={shown}
					choices={states.map((value) => ({
						value,
						label: words.transfers.states[value],
						count: counts[value],
					}))}
					onChange={(next) => setState(next === 'all' ? undefined : next)}
				/>
				<FilterBox />
				<SortBox columns={columns} />
			</div>
			<Table
				list="transfers"
				label={words.transfers.downloads}
				columns={columns}
				layout={css.layout ?? ''}
				heights={heights}
				base={shown === 'all' ? undefined : `state:${shown}`}
				usual="-createdAt"
				selectable
				details={(row) => <TransferDetails row={row} />}
				empty={(page) =>
					page.all > 0 ? (
						<Empty title={words.transfers.emptyState} />
					) : (
						<Empty title={words.transfers.empty} text={words.transfers.emptyHint}>
							<LinkField />
						</Empty>
					)
				}
			/>
		</>
	);
}

/** How many transfers are in each state: a window of no rows has the total. */
function useCounts(): Partial<Record<Shown, number>> {
	const beat = useBeat(3);
	const touched = useStore(live.touched);
	const [counts, setCounts] = useState<Partial<Record<Shown, number>>>({});
	// biome-ignore lint/correctness/useExhaustiveDependencies: beat and touched only say when to ask again
	useEffect(() => {
		let stale = false;
		const asked = states.map(async (state) => {
			const filter = state === 'all' ? undefined : `state:${state}`;
			const { total } = await call<Page<Transfer>>('GET', `transfers?${query({ count: 0, filter })}`);
			return [state, total] as const;
		});
		Promise.all(asked).then(
			(list) => {
				if (!stale) setCounts(Object.fromEntries(list));
			},
			() => undefined,
		);
		return () => {
			stale = true;
		};
	}, [beat, touched]);
	return counts;
}
