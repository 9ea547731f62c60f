import type { Page, Peer } from '../../../node/api/schemas.ts';
import { desk } from '../../desk.ts';
import { number, time } from '../../format.ts';
import { ActionButton } from '../../parts/action-button.tsx';
import { Section } from '../../parts/facts.tsx';
import { Quiet } from '../../parts/quiet.tsx';
import type { Column } from '../../table/columns.ts';
import { FilterBox, SortBox } from '../../table/filter-box.tsx';
import { Empty } from '../../table/states.tsx';
import { Table } from '../../table/table.tsx';
import { words } from '../../words.ts';
import css from './network.module.css';

const heights = { wide: 52, phone: 84 };
const { columns: titles } = words.network;

const columns: readonly Column<Peer>[] = [
	{
		id: 'address',
		title: titles.address,
		sort: 'address',
		cell: (row) => (
			<span className={css.two} title={row.compressed ? words.network.compressed : undefined}>
				<strong>{row.address}</strong>
				<small>
					{words.networks[row.network]},{' '}
					{row.state === 'connecting' ? words.network.connecting : words.network.direction[row.direction]}
				</small>
			</span>
		),
	},
	{ id: 'role', title: titles.role, sort: 'role', cell: (row) => words.network.peerRoles[row.role] },
	{
		id: 'agent',
		title: titles.agent,
		sort: 'agent',
		cell: (row) => <span title={row.agent}>{row.agent}</span>,
	},
	{ id: 'since', title: titles.since, sort: '-since', figure: true, cell: (row) => time(row.since) },
	{
		id: 'in',
		title: titles.in,
		sort: '-in',
		figure: true,
		cell: (row) => words.network.messagesOf(row.in.messages, row.in.bytes),
	},
	{
		id: 'out',
		title: titles.out,
		sort: '-out',
		figure: true,
		cell: (row) => words.network.messagesOf(row.out.messages, row.out.bytes),
	},
	{
		id: 'refused',
		title: titles.refused,
		sort: '-refused',
		figure: true,
		cell: (row) =>
			row.refused === 0 ? (
				number(0)
			) : (
				<Quiet onClick={() => desk.evidence(row.address)}>{words.network.refusedWhy(row.refused)}</Quiet>
			),
	},
	{
		id: 'actions',
		title: titles.actions,
		cell: (row) => (
			<ActionButton
				id="disconnect"
				icon="close"
				bare
				of={row.address}
				target={{ list: 'peers', rows: [row], search: undefined }}
			/>
		),
	},
];

export function Peers({ onPage }: { onPage(page: Page<Peer>): void }) {
	const tools = (
		<div className={css.tools}>
			<FilterBox />
			<SortBox columns={columns} />
			<ActionButton id="addPeer" icon="plus" />
		</div>
	);
	return (
		<Section title={words.network.peers} aside={tools}>
			<Table
				list="peers"
				label={words.network.peers}
				columns={columns}
				layout={css.layout ?? ''}
				heights={heights}
				usual="-role"
				onPage={onPage}
				empty={() => (
					<Empty title={words.network.empty} text={words.network.emptyHint}>
						<ActionButton id="addPeer" icon="plus" />
					</Empty>
				)}
			/>
		</Section>
	);
}
