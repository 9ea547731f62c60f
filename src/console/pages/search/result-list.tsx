/**
 * The results of one search: one row for one content, with its sources beneath. Refused answers are
 * counted and folded away, never dropped: "why?" shows them with their reasons.
 */
import { useMemo } from 'react';
import type { Result, Search } from '../../../node/api/schemas.ts';
import { bytes, number } from '../../format.ts';
import { useFromStatus } from '../../hooks.ts';
import { useParam } from '../../location.ts';
import { ActionButton } from '../../parts/action-button.tsx';
import { Pulse, Quiet } from '../../parts/quiet.tsx';
import { Verdict } from '../../parts/verdict.tsx';
import type { Column } from '../../table/columns.ts';
import { FilterBox, SortBox } from '../../table/filter-box.tsx';
import { Table } from '../../table/table.tsx';
import { words } from '../../words.ts';
import { NoResults } from './no-results.tsx';
import { ResultDetails } from './result-details.tsx';
import css from './results.module.css';
import { TypeBox } from './type-box.tsx';

const heights = { wide: 52, phone: 76 };

function columnsOf(search: number): Column<Result>[] {
	const { columns } = words.search;
	const target = (row: Result) => ({ list: 'results' as const, rows: [row], search });
	return [
		{
			id: 'verdict',
			title: columns.verdict,
			sort: 'verdict',
			cell: (row) => <Verdict verdict={row.verdict} />,
		},
		{ id: 'name', title: columns.name, sort: 'name', cell: (row) => <Name row={row} /> },
		{ id: 'size', title: columns.size, sort: '-size', figure: true, cell: (row) => bytes(row.size) },
		{
			id: 'sources',
			title: columns.sources,
			sort: '-sourceCount',
			figure: true,
			cell: (row) => <Sources row={row} />,
		},
		{
			id: 'get',
			title: columns.get,
			cell: (row) =>
				row.have ? (
					<span className={css.have}>{words.search.have}</span>
				) : (
					row.verdict !== 'refused' && (
						<ActionButton id="get" icon="down" size="xs" target={target(row)} of={row.name} />
					)
				),
		},
	];
}

function Name({ row }: { row: Result }) {
	const networks = useNetworks(row);
	return (
		<span className={css.name}>
			<span className={css.nameText} title={row.name}>
				{row.name}
			</span>
			{row.verdict === 'ok' && row.otherNames.length > 0 && (
				<small>{words.search.otherNames(row.otherNames.length)}</small>
			)}
			{networks !== undefined && <small className={css.wideOnly}>{networks}</small>}
			{row.verdict !== 'ok' && row.reasons.length > 0 && <small>{row.reasons.join(' · ')}</small>}
		</span>
	);
}

/** In which networks it was found, where that says something. */
function useNetworks(row: Result): string | undefined {
	const spoken = useFromStatus((status) => status?.networks.length ?? 0);
	if (spoken < 2) return undefined;
	return [...new Set(row.sources.map(({ network }) => words.networks[network]))].join(', ');
}

function Sources({ row }: { row: Result }) {
	const networks = useNetworks(row);
	return (
		<>
			{number(row.sourceCount)}
			<span className={css.phoneOnly}>
				{' '}
				{words.search.sourcesWord(row.sourceCount)}
				{networks !== undefined && `, ${networks}`}
			</span>
		</>
	);
}

export function ResultList({ search }: { search: Search }) {
	const [refused, setRefused] = useParam('refused');
	const [type] = useParam('type');
	const columns = useMemo(() => columnsOf(search.id), [search.id]);
	const onlyRefused = refused !== undefined;
	const base = [onlyRefused ? 'verdict:refused' : '-verdict:refused', type && `type:${type}`];
	return (
		<>
			<StateLine search={search} />
			<div className={css.tools}>
				<FilterBox />
				<TypeBox />
				<SortBox columns={columns} />
				{search.refused > 0 && (
					<p className={css.hidden}>
						<span data-figure>
							{onlyRefused ? words.search.showing(search.refused) : words.search.hidden(search.refused)}
						</span>{' '}
						<Quiet onClick={() => setRefused(onlyRefused ? undefined : '1')}>
							{onlyRefused ? words.search.backToResults : words.search.why}
						</Quiet>
					</p>
				)}
			</div>
			<Table
				list="results"
				search={search.id}
				label={words.search.found(search.results)}
				columns={columns}
				layout={css.layout ?? ''}
				heights={heights}
				base={base.filter(Boolean).join(' ')}
				usual="verdict"
				selectable
				details={(row) => <ResultDetails row={row} />}
				empty={() => <NoResults search={search} />}
			/>
		</>
	);
}

/** How the search stands, in the words of the node, with a visible end. */
function StateLine({ search }: { search: Search }) {
	const target = { list: 'searches' as const, rows: [search], search: undefined };
	const asking = search.state === 'asking';
	return (
		<div className={css.state} data-state={search.state}>
			<p>
				<Pulse on={asking} />
				<strong data-figure>{words.search.found(search.results - search.refused)}</strong>
				<span data-figure>{search.why}</span>
			</p>
			<ActionButton
				id={asking ? 'stopSearch' : 'repeatSearch'}
				icon={asking ? 'stop' : 'retry'}
				size="xs"
				target={target}
			/>
		</div>
	);
}
