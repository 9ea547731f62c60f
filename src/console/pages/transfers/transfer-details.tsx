/** What opens beneath a transfer: why it is held, its pieces, who gives which of them, and how they are checked. */
import { Button } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import type { Transfer, TransferDetail } from '../../../node/api/schemas.ts';
import { type ActionId, action } from '../../actions.ts';
import { act, desk } from '../../desk.ts';
import { bytes, rate } from '../../format.ts';
import { useBeat, useFetched } from '../../hooks.ts';
import { Choices } from '../../parts/choices.tsx';
import { matters, type Priority, priorityOf } from '../../priority.ts';
import { words } from '../../words.ts';
import { PieceMap } from './piece-map.tsx';
import css from './transfers.module.css';

const text = words.transferDetails;

export function TransferDetails({ row }: { row: Transfer }) {
	const beat = useBeat(row.state === 'fetching' ? 1 : 5);
	const { value } = useFetched<TransferDetail>(`transfers/${row.id}`, beat);
	return (
		<div className={css.details}>
			{row.state === 'quarantined' && <Quarantine row={row} scanners={value?.scanners ?? []} />}
			{value !== undefined && (
				<>
					<Part title={text.pieces} wide>
						<PieceMap detail={value} />
						<p>{value.tree === undefined ? text.wholeOnly : text.checked(value.tree.slice)}</p>
					</Part>
					<Part title={text.sources(value.sourceList.length)} wide>
						<Sources detail={value} />
					</Part>
				</>
			)}
			{matters(row) && (
				<Part title={text.priority}>
					<PriorityChoice row={row} />
				</Part>
			)}
			<Part title={words.search.hashTitle}>
				{(row.sha1 ?? row.ed2k ?? row.fthash) === undefined && <p>{words.search.noHash}</p>}
				{row.sha1 !== undefined && <code>urn:sha1:{row.sha1}</code>}
				{row.ed2k !== undefined && <code>urn:ed2k:{row.ed2k}</code>}
				{row.fthash !== undefined && row.kzhash === undefined && <code>urn:fthash:{row.fthash}</code>}
				{row.kzhash !== undefined && <code>urn:kzhash:{row.kzhash}</code>}
				{value?.tree !== undefined && !isNamed(value.tree.root, row) && (
					<code>urn:tree:tiger:{value.tree.root}</code>
				)}
			</Part>
		</div>
	);
}

/** It is in the urn of the file. */
function isNamed(root: string, { ed2k, kzhash }: Transfer): boolean {
	return root === ed2k || root === kzhash?.slice(40);
}

/** The reasons, and the one deliberate step past them. */
function Quarantine({ row, scanners }: { row: Transfer; scanners: readonly string[] }) {
	const [sure, setSure] = useState(false);
	return (
		<Part title={text.held} wide>
			<ul>
				{row.findings.map(({ code, short, sentence, detail }) => (
					<li key={`${code} ${detail}`}>
						<strong>{short}</strong> {sentence} {detail !== undefined && <em>{detail}</em>}
					</li>
				))}
			</ul>
			{scanners.length > 0 && <p>{text.lookedAt(scanners)}</p>}
			<div className={css.release}>
				<label className={css.sure}>
					<input type="checkbox" checked={sure} onChange={(event) => setSure(event.currentTarget.checked)} />
					{text.sure(row.name)}
				</label>
				<Button
					variant="default"
					disabled={!sure}
					onClick={() => void desk.call('POST', `transfers/${row.id}/release`)}
				>
					{text.release}
				</Button>
				<Button variant="default" onClick={() => void desk.call('POST', `transfers/${row.id}/cancel`)}>
					{text.discard}
				</Button>
			</div>
		</Part>
	);
}

const orders: Readonly<Record<Priority, ActionId>> = {
	high: 'highPriority',
	usual: 'usualPriority',
	low: 'lowPriority',
};

function PriorityChoice({ row }: { row: Transfer }) {
	const values = ['high', 'usual', 'low'] as const;
	return (
		<div className={css.priorities}>
			<Choices<Priority>
				label={text.priorityOf(row.name)}
				value={priorityOf(row)}
				choices={values.map((value) => ({ value, label: text.priorities[value] }))}
				onChange={(next) =>
					void act(action(orders[next]), { list: 'transfers', rows: [row], search: undefined })
				}
			/>
			<p>{text.priorityText}</p>
		</div>
	);
}

function Sources({ detail }: { detail: TransferDetail }) {
	if (detail.sourceList.length === 0) return <p>{text.noSources}</p>;
	return (
		<table className={css.sources}>
			<thead>
				<tr>
					<th scope="col">{text.columns.address}</th>
					<th scope="col">{text.columns.state}</th>
					<th scope="col">{text.columns.rate}</th>
					<th scope="col">{text.columns.gave}</th>
				</tr>
			</thead>
			<tbody>
				{detail.sourceList.map((source) => (
					<tr key={source.number} data-trust={source.trust}>
						<td>
							<code>{source.address}</code> {words.networks[source.network]} {source.agent}
						</td>
						<td>
							{text.trust[source.trust]} {source.why}
						</td>
						<td data-figure>{source.rate > 0 ? rate(source.rate) : words.list.none}</td>
						<td data-figure>{bytes(source.gave)}</td>
					</tr>
				))}
			</tbody>
		</table>
	);
}

function Part({ title, wide = false, children }: { title: string; wide?: boolean; children: ReactNode }) {
	return (
		<section data-wide={wide || undefined}>
			<h2>{title}</h2>
			{children}
		</section>
	);
}
