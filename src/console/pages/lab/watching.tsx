/** Rows that are watched: which ones, and one or two of them side by side, on one clock. */
import { Button } from '@mantine/core';
import { useEffect, useMemo, useState } from 'react';
import type { LabOrder, LabPicture, LabScenario } from '../../../node/api/lab-schemas.ts';
import { desk } from '../../desk.ts';
import { sentence } from '../../run.ts';
import { Loading } from '../../table/states.tsx';
import { words } from '../../words.ts';
import css from './lab.module.css';
import { Player } from './player.tsx';

const { lab: say } = words;

interface WatchingProps {
	scenario: LabScenario;
	order: Partial<LabOrder>;
	onClose(): void;
}

/** What one would compare first: an attack with and without defences; else a row in the middle, alone. */
function firstRows(rows: readonly string[]): [string, string | undefined] {
	if (rows.includes('on')) return ['on', rows.includes('on + all') ? 'on + all' : undefined];
	return [rows[Math.floor((rows.length - 1) / 2)] ?? '', undefined];
}

export function Watching({ scenario, order, onClose }: WatchingProps) {
	const [[row, beside], setRows] = useState(() => firstRows(scenario.rows));
	const left = usePicture(order, row);
	const right = usePicture(order, beside);
	const wrong = left.wrong ?? right.wrong;
	// The same list as long as it is of the same pictures: the node's beat draws the page anew.
	const shown = useMemo(() => {
		const asked = beside === undefined ? [left] : [left, right];
		return asked.flatMap(({ row: of, picture }) =>
			picture === undefined ? [] : [{ name: of === '' ? scenario.name : say.rowOf(of), picture }],
		);
	}, [left, right, beside, scenario.name]);
	return (
		<section className={css.watching} aria-label={say.watching}>
			<div className={css.watchHead}>
				<h2>{say.watching}</h2>
				<Button variant="default" onClick={onClose}>
					{say.stopWatching}
				</Button>
			</div>
			<p className={css.hint}>{say.watchingHint}</p>
			{scenario.rows.length > 1 && (
				<div className={css.watchRows}>
					<RowChoice
						name={say.row}
						rows={scenario.rows}
						value={row}
						onChoose={(one) => setRows([one, beside])}
					/>
					<RowChoice
						name={say.beside}
						rows={scenario.rows}
						value={beside ?? ''}
						nothing={say.nothingBeside}
						onChoose={(one) => setRows([row, one || undefined])}
					/>
				</div>
			)}
			{wrong !== undefined ? (
				<p role="alert" className={css.wrong}>
					{wrong}
				</p>
			) : shown.length === (beside === undefined ? 1 : 2) ? (
				<Player key={`${row} ${beside}`} shown={shown} />
			) : (
				<Loading />
			)}
		</section>
	);
}

interface RowChoiceProps {
	name: string;
	rows: readonly string[];
	value: string;
	/** What it is called to choose none, where that may be. */
	nothing?: string;
	onChoose(row: string): void;
}

function RowChoice({ name, rows, value, nothing, onChoose }: RowChoiceProps) {
	return (
		<label className={css.field}>
			<span>{name}</span>
			<select value={value} onChange={(event) => onChoose(event.currentTarget.value)}>
				{nothing !== undefined && <option value="">{nothing}</option>}
				{rows.map((one) => (
					<option key={one} value={one}>
						{say.rowOf(one)}
					</option>
				))}
			</select>
		</label>
	);
}

interface Asked {
	readonly row: string;
	readonly picture?: LabPicture;
	readonly wrong?: string;
}

const nobody: Asked = { row: '' };

/** Asks for it once, and again where the row or the order is another. */
function usePicture(order: Partial<LabOrder>, row: string | undefined): Asked {
	const [answer, setAnswer] = useState<Asked & { readonly key: string }>();
	const body = row === undefined ? undefined : JSON.stringify({ ...order, row });
	useEffect(() => {
		if (body === undefined) return;
		let isOld = false;
		const take = (told: Omit<Asked, 'row'>) => {
			if (!isOld) setAnswer({ key: body, row: (JSON.parse(body) as { row: string }).row, ...told });
		};
		desk.call('POST', 'lab/pictures', JSON.parse(body)).then(
			(picture) => take({ picture: picture as LabPicture }),
			(problem: unknown) => take({ wrong: sentence(problem) }),
		);
		return () => {
			isOld = true;
		};
	}, [body]);
	if (row === undefined) return nobody;
	return answer?.key === body && answer !== undefined ? answer : { row };
}
