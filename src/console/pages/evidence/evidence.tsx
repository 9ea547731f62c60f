/** The drawer that opens from every page: what was refused or noticed, and why. */
import { Drawer } from '@mantine/core';
import { useRef } from 'react';
import type { EvidenceRow } from '../../../node/api/schemas.ts';
import { moment, time } from '../../format.ts';
import { setParams, useParam } from '../../location.ts';
import { DialogHead } from '../../parts/dialog.tsx';
import { type Column, Scroller } from '../../table/columns.ts';
import { FilterBox } from '../../table/filter-box.tsx';
import { Empty } from '../../table/states.tsx';
import { Table } from '../../table/table.tsx';
import { words } from '../../words.ts';
import css from './evidence.module.css';

const heights = { wide: 82, phone: 118 };
const { columns: titles } = words.evidence;

const columns: readonly Column<EvidenceRow>[] = [
	{
		id: 'what',
		title: titles.what,
		cell: (row) => (
			<span className={css.what}>
				<span className={css.short}>
					<strong>{row.short}</strong>
					{row.count > 1 && (
						<small className={css.times} data-figure>
							{words.evidence.times(row.count)}
						</small>
					)}
				</span>
				<span className={css.sentence} title={row.sentence}>
					{row.sentence}
				</span>
				<small>
					{row.subject} {row.detail !== undefined && <>· {row.detail}</>}
				</small>
			</span>
		),
	},
	{
		id: 'at',
		title: titles.at,
		sort: '-at',
		figure: true,
		cell: (row) => <time dateTime={new Date(row.at).toISOString()}>{time(row.at)}</time>,
	},
];

function Details({ row }: { row: EvidenceRow }) {
	return (
		<div className={css.details}>
			<p>{row.sentence}</p>
			<p className={css.small}>
				<code>{row.code}</code> · {words.evidence.fault[row.fault] ?? row.fault} · {moment(row.at)} ·{' '}
				{words.evidence.times(row.count)}
			</p>
		</div>
	);
}

export function EvidenceDrawer() {
	const [filter] = useParam('evidence');
	const body = useRef<HTMLDivElement>(null);
	const close = () => setParams({ evidence: undefined, evidenceSort: undefined });
	return (
		<Drawer
			opened={filter !== undefined}
			onClose={close}
			position="right"
			size={620}
			withCloseButton={false}
			padding={0}
			attributes={{ content: { 'aria-label': words.evidence.title } }}
			classNames={{
				inner: css.inner ?? '',
				overlay: css.inner ?? '',
				content: css.content ?? '',
				body: css.drawer ?? '',
			}}
		>
			<DialogHead title={words.evidence.title} onClose={close} />
			<p className={css.intro}>{words.evidence.intro}</p>
			<div className={css.tools}>
				<FilterBox param="evidence" />
			</div>
			<div className={css.body} ref={body}>
				<Scroller value={body}>
					<Table
						list="evidence"
						label={words.evidence.title}
						columns={columns}
						layout={css.layout ?? ''}
						heights={heights}
						usual="-at"
						filterParam="evidence"
						sortParam="evidenceSort"
						details={(row) => <Details row={row} />}
						empty={() => <Empty title={words.evidence.empty} text={words.evidence.emptyHint} />}
					/>
				</Scroller>
			</div>
		</Drawer>
	);
}
