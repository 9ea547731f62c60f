import { Button } from '@mantine/core';
import { Link } from 'wouter';
import type { Upload } from '../../../node/api/schemas.ts';
import { rate, time } from '../../format.ts';
import { Bar } from '../../parts/bar.tsx';
import type { Column } from '../../table/columns.ts';
import { FilterBox, SortBox } from '../../table/filter-box.tsx';
import { Empty } from '../../table/states.tsx';
import { Table } from '../../table/table.tsx';
import { words } from '../../words.ts';
import css from './transfers.module.css';

const heights = { wide: 64, phone: 92 };
const { uploadColumns: titles } = words.transfers;

const rateOf = (row: Upload) => (row.state === 'sending' ? rate(row.rate) : words.list.none);

const columns: readonly Column<Upload>[] = [
	{
		id: 'name',
		title: titles.name,
		sort: 'name',
		cell: (row) => (
			<span className={css.name}>
				<span className={css.nameText} title={row.name}>
					<span>{row.name}</span>
				</span>
				{row.state === 'sending' && <small data-figure>{words.transfers.range(row.from, row.to)}</small>}
			</span>
		),
	},
	{
		id: 'peer',
		title: titles.peer,
		sort: 'peer',
		cell: (row) => (
			<span className={css.name}>
				<span>{row.peer}</span>
				<small>{row.agent}</small>
			</span>
		),
	},
	{
		id: 'progress',
		title: titles.progress,
		sort: '-done',
		cell: (row) => <Progress row={row} />,
	},
	{ id: 'rate', title: titles.rate, sort: '-rate', figure: true, cell: rateOf },
	{
		id: 'started',
		title: titles.started,
		sort: '-startedAt',
		figure: true,
		cell: (row) => time(row.startedAt),
	},
];

function Progress({ row }: { row: Upload }) {
	const size = row.to - row.from;
	const place = row.position === undefined ? undefined : words.transfers.place(row.position);
	return (
		<span className={css.progress}>
			<Bar
				label={words.transfers.progress(row.name)}
				done={row.done}
				size={size}
				state={row.state === 'queued' ? 'still' : 'moving'}
			/>
			<small data-figure>{place ?? words.transfers.of(row.done, size)}</small>
		</span>
	);
}

export function Uploads() {
	return (
		<>
			<div className={css.tools}>
				<FilterBox />
				<SortBox columns={columns} />
			</div>
			<Table
				list="uploads"
				label={words.transfers.uploads}
				columns={columns}
				layout={css.uploadLayout ?? ''}
				heights={heights}
				usual="-startedAt"
				empty={() => (
					<Empty title={words.transfers.noUploads} text={words.transfers.noUploadsHint}>
						<Button component={Link} href="/library" variant="default">
							{words.transfers.toLibrary}
						</Button>
					</Empty>
				)}
			/>
		</>
	);
}
