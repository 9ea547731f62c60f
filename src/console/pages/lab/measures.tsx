/** The result: which rows are compared, a table of them, and a plot of each measure with a bar for each row. */
import { useState } from 'react';
import type { LabOutcome } from '../../../node/api/lab-schemas.ts';
import { words } from '../../words.ts';
import { type Figures, figure, kindOf, rowsOf, spaced } from './figures.ts';
import css from './lab.module.css';

const { lab: say } = words;

interface Row {
	readonly name: string;
	readonly measures: Figures;
	readonly confidence: Figures;
}

export function Measures({ result }: { result: LabOutcome }) {
	const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
	const confidence = rowsOf(result.confidence);
	const all = Object.entries(rowsOf(result.measures)).map(
		([name, measures]): Row => ({ name, measures, confidence: confidence[name] ?? {} }),
	);
	const rows = all.filter(({ name }) => !hidden.has(name));
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
						{rows.map(({ name: row, measures, confidence }) => (
							<tr key={row}>
								<th scope="row">{row === '' ? say.measures : say.rowOf(row)}</th>
								{names.map((name) => (
									<td key={name} data-figure>
										{figure(measures[name] ?? 0)}
										{(confidence[name] ?? 0) > 0 && <small> ± {figure(confidence[name] ?? 0)}</small>}
									</td>
								))}
							</tr>
						))}
					</tbody>
				</table>
			</section>
		</>
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
				{rows.map(({ name: row, measures, confidence }) => {
					const [value, spread] = [measures[name] ?? 0, confidence[name] ?? 0];
					const begin = Math.max(0, value - spread);
					return (
						<div key={row} className={css.line}>
							<span>{say.rowOf(row)}</span>
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
