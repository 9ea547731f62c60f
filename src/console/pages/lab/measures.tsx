/**
 * The result: which rows are compared, a table of them, and a plot of each measure with a bar for each row. Beside another run
 * each row stands with the other run's, and what the one is to the other.
 */
import { Fragment, useState } from 'react';
import type { LabOutcome } from '../../../node/api/lab-schemas.ts';
import { words } from '../../words.ts';
import { type Figures, figure, kindOf, rowsOf, spaced } from './figures.ts';
import css from './lab.module.css';

const { lab: say } = words;

/** Another run of the same scenario. */
export interface Other {
	readonly name: string;
	readonly result: LabOutcome;
}

interface Row {
	/** As the scenario names it. */
	readonly name: string;
	readonly shown: string;
	readonly measures: Figures;
	readonly confidence: Figures;
}

function rowsOfRun({ measures, confidence }: LabOutcome, run: string | undefined): Row[] {
	const spread = rowsOf(confidence);
	return Object.entries(rowsOf(measures)).map(([name, figures]) => {
		const row = name === '' ? '' : say.rowOf(name);
		const shown = run === undefined ? row || say.measures : [row, run].filter(Boolean).join(', ');
		return { name, shown, measures: figures, confidence: spread[name] ?? {} };
	});
}

interface MeasuresProps {
	/** What the run is called. */
	name: string;
	result: LabOutcome;
	other: Other | undefined;
}

export function Measures({ name: run, result, other }: MeasuresProps) {
	const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
	const all = rowsOfRun(result, other === undefined ? undefined : run);
	const others = other === undefined ? [] : rowsOfRun(other.result, other.name);
	const rows = all
		.filter(({ name }) => !hidden.has(name))
		.flatMap((row) => [row, ...others.filter(({ name }) => name === row.name)]);
	const names = Object.keys(all[0]?.measures ?? {});
	const toggle = (row: string) => {
		const next = new Set(hidden);
		if (!next.delete(row)) next.add(row);
		setHidden(next);
	};
	return (
		<>
			{all.length > 1 && (
				<fieldset className={css.compare}>
					<legend>{say.compare}</legend>
					{all.map(({ name }) => (
						<label key={name}>
							<input type="checkbox" checked={!hidden.has(name)} onChange={() => toggle(name)} />
							{say.rowOf(name)}
						</label>
					))}
					<p className={css.hint}>{say.compareHint}</p>
				</fieldset>
			)}
			{rows.length === 0 ? (
				<p className={css.hint}>{say.noRows}</p>
			) : (
				<>
					<Table rows={rows} names={names} />
					<h2 className={css.head}>{say.plots}</h2>
					<div className={css.plots}>
						{names.map((name) => (
							<Plot key={name} name={name} rows={rows} />
						))}
					</div>
				</>
			)}
		</>
	);
}

function Table({ rows, names }: { rows: readonly Row[]; names: readonly string[] }) {
	return (
		<>
			<h2 className={css.head}>{say.measures}</h2>
			<p className={css.hint}>{say.measuresHint}</p>
			{/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reached by keys */}
			<section className={css.scroll} aria-label={say.measures} tabIndex={0}>
				<table className={css.table}>
					<thead>
						<tr>
							<th scope="col">{say.row}</th>
							{names.map((name) => (
								<th key={name} scope="col" data-figure>
									{spaced(name)}
								</th>
							))}
						</tr>
					</thead>
					<tbody>
						{rows.map((row, at) => (
							<Fragment key={row.shown}>
								<tr>
									<th scope="row">{row.shown}</th>
									{names.map((name) => (
										<td key={name} data-figure>
											{figure(row.measures[name] ?? 0)}
											{(row.confidence[name] ?? 0) > 0 && (
												<small> ± {figure(row.confidence[name] ?? 0)}</small>
											)}
										</td>
									))}
								</tr>
								{rows[at - 1]?.name === row.name && <Ratio one={rows[at - 1]!} other={row} names={names} />}
							</Fragment>
						))}
					</tbody>
				</table>
			</section>
		</>
	);
}

/** What the first of two runs is to the second. */
function Ratio({ one, other, names }: { one: Row; other: Row; names: readonly string[] }) {
	return (
		<tr className={css.ratio}>
			<th scope="row">{say.ratio}</th>
			{names.map((name) => {
				const [first, second] = [one.measures[name] ?? 0, other.measures[name] ?? 0];
				return (
					<td key={name} data-figure>
						{first === second ? say.equal : second === 0 ? '' : `× ${figure(first / second)}`}
					</td>
				);
			})}
		</tr>
	);
}

function Plot({ name, rows }: { name: string; rows: readonly Row[] }) {
	const most = Math.max(
		0,
		...rows.map(({ measures, confidence }) => (measures[name] ?? 0) + (confidence[name] ?? 0)),
	);
	const part = (value: number) => `${most === 0 ? 0 : (Math.max(0, value) / most) * 100}%`;
	return (
		<figure className={css.plot}>
			<figcaption>{spaced(name)}</figcaption>
			<div role="img" aria-label={say.plot(spaced(name))}>
				{rows.map(({ name: row, shown, measures, confidence }) => {
					const [value, spread] = [measures[name] ?? 0, confidence[name] ?? 0];
					const begin = Math.max(0, value - spread);
					return (
						<div key={shown} className={css.line}>
							<span>{shown}</span>
							<span className={css.track}>
								<span className={css.bar} data-kind={kindOf(row)} style={{ width: part(value) }} />
								{spread > 0 && (
									<span
										className={css.whisker}
										style={{ left: part(begin), width: part(value + spread - begin) }}
									/>
								)}
							</span>
							<span data-figure>{figure(value)}</span>
						</div>
					);
				})}
			</div>
		</figure>
	);
}
