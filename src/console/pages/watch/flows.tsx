import type { Analysis, WatchFlow } from '../../../node/api/watch-schemas.ts';
import { bytes, clock, day } from '../../format.ts';
import { Quiet } from '../../parts/quiet.tsx';
import type { Column } from '../../table/columns.ts';
import { Empty } from '../../table/states.tsx';
import { Table } from '../../table/table.tsx';
import { words } from '../../words.ts';
import { colourOf } from './colours.ts';
import { FlowDetails } from './flow-details.tsx';
import { type Look, showRule } from './look.ts';
import css from './watch.module.css';

const heights = { wide: 52, phone: 92 };
const { flowColumns: titles } = words.watch;

const columns: readonly Column<WatchFlow>[] = [
	{
		id: 'start',
		title: titles.start,
		sort: 'start',
		cell: (row) => (
			<time className={css.two} dateTime={new Date(row.start).toISOString()}>
				<span data-figure>{clock(row.start)}</span>
				<small>{day(row.start)}</small>
			</time>
		),
	},
	{
		id: 'source',
		title: titles.source,
		sort: 'source',
		cell: (row) => <End host={row.source} port={row.sourcePort} />,
	},
	{
		id: 'destination',
		title: titles.destination,
		sort: 'destination',
		cell: (row) => <End host={row.destination} port={row.destinationPort} protocol={row.protocol} />,
	},
	{
		id: 'network',
		title: titles.network,
		sort: 'network',
		cell: ({ network }) =>
			network === undefined ? (
				<span className={css.dim}>{words.list.none}</span>
			) : (
				<span>
					<span className={css.swatch} style={{ background: `var(${colourOf(network)})` }} />
					{network}
				</span>
			),
	},
	{
		id: 'by',
		title: titles.by,
		sort: 'by',
		cell: ({ by, evidence, state }) => (
			<span className={css.two} title={evidence}>
				<span>{by ?? ''}</span>
				<small>{evidence ?? (state === 'new' ? words.watch.attempt : '')}</small>
			</span>
		),
	},
	{
		id: 'rule',
		title: titles.rule,
		sort: '-rule',
		cell: ({ rule }) => (rule === undefined ? '' : <Quiet onClick={() => showRule(rule)}>{rule}</Quiet>),
	},
	{ id: 'bytes', title: titles.bytes, sort: '-bytes', figure: true, cell: (row) => bytes(row.bytes) },
];

function End({ host, port, protocol }: { host: string; port: number; protocol?: string }) {
	return (
		<span className={css.two}>
			<strong title={host}>{host}</strong>
			<small data-figure>
				{port} {protocol}
			</small>
		</span>
	);
}

export { columns as flowColumns };

export function Flows({ look, analysis }: { look: Look; analysis: Analysis }) {
	return (
		<Table
			list="flows"
			label={words.watch.flows}
			columns={columns}
			layout={css.layout ?? ''}
			heights={heights}
			search={look.id}
			begin={look.begin}
			end={look.end}
			beat={analysis.version}
			usual="-bytes"
			details={(row) => <FlowDetails row={row} analysis={analysis} />}
			empty={() => <Empty title={words.watch.noFlows} text={words.watch.noFlowsHint} />}
		/>
	);
}
