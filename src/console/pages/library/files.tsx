import type { LibraryFile } from '../../../node/api/schemas.ts';
import { bytes, number } from '../../format.ts';
import { Section } from '../../parts/facts.tsx';
import type { Column } from '../../table/columns.ts';
import { FilterBox, SortBox } from '../../table/filter-box.tsx';
import { Empty } from '../../table/states.tsx';
import { Table } from '../../table/table.tsx';
import { words } from '../../words.ts';
import css from './library.module.css';

const heights = { wide: 44, phone: 68 };
const { columns: titles } = words.library;

const columns: readonly Column<LibraryFile>[] = [
	{
		id: 'name',
		title: titles.name,
		sort: 'name',
		cell: (row) => (
			<span className={css.fileName} title={row.path}>
				{row.name}
			</span>
		),
	},
	{ id: 'path', title: titles.path, sort: 'path', cell: (row) => <span title={row.path}>{row.path}</span> },
	{ id: 'size', title: titles.size, sort: '-size', figure: true, cell: (row) => bytes(row.size) },
	{
		id: 'requests',
		title: titles.requests,
		sort: '-requests',
		figure: true,
		cell: (row) => number(row.requests),
	},
	{ id: 'served', title: titles.served, sort: '-served', figure: true, cell: (row) => bytes(row.served) },
	{
		id: 'state',
		title: titles.state,
		cell: (row) => (
			<span title={urnsOf(row)}>{row.sha1 === undefined ? words.library.waits : words.library.hashed}</span>
		),
	},
];

function urnsOf({ sha1, ed2k, fthash, kzhash }: LibraryFile): string {
	const kazaa = kzhash === undefined ? fthash && `urn:fthash:${fthash}` : `urn:kzhash:${kzhash}`;
	const urns = [sha1 && `urn:sha1:${sha1}`, ed2k && `urn:ed2k:${ed2k}`, kazaa];
	return urns.filter((urn) => urn !== undefined).join(' ');
}

export function Files() {
	const tools = (
		<div className={css.tools}>
			<FilterBox />
			<SortBox columns={columns} />
		</div>
	);
	return (
		<Section title={words.library.files} aside={tools}>
			<Table
				list="files"
				label={words.library.files}
				columns={columns}
				layout={css.layout ?? ''}
				heights={heights}
				usual="name"
				empty={() => <Empty title={words.library.noFiles} text={words.library.noFilesHint} />}
			/>
		</Section>
	);
}
