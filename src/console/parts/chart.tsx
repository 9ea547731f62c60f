import 'uplot/dist/uPlot.min.css';
import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import { duration, number, rate } from '../format.ts';
import type { Point } from '../history.ts';
import { words } from '../words.ts';
import css from './chart.module.css';

interface Series {
	readonly label: string;
	/** Name of a token of theme.css. */
	readonly colour: string;
}

interface ChartProps {
	title: string;
	points: readonly Point[];
	series: readonly Series[];
	unit: 'rate' | 'count';
}

const height = 128;

const show = {
	rate,
	count: (value: number) => number(Math.round(value * 10) / 10),
};

function optionsOf(series: readonly Series[], unit: ChartProps['unit'], width: number): uPlot.Options {
	const token = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
	const axis = {
		stroke: token('--ink-dim'),
		font: `11px ${getComputedStyle(document.body).fontFamily}`,
		grid: { stroke: token('--line'), width: 1 },
		ticks: { show: false },
	};
	return {
		width,
		height,
		legend: { show: false },
		cursor: { show: false },
		padding: [8, 30, 0, 0],
		scales: { y: { range: (_plot, _low, high) => [0, Math.max(unit === 'rate' ? 10_000 : 5, high * 1.1)] } },
		axes: [
			{ ...axis, space: 90, values: '{HH}:{mm}:{ss}', grid: { show: false }, size: 26 },
			{ ...axis, size: 64, space: 34, values: (_plot, values) => values.map((value) => show[unit](value)) },
		],
		series: [
			{},
			...series.map(({ label, colour }, index) => ({
				label,
				stroke: token(colour),
				width: 2,
				points: { show: false },
				...(index === 0 && { fill: `${token(colour)}22` }),
			})),
		],
	};
}

function dataOf(points: readonly Point[], series: readonly Series[]): uPlot.AlignedData {
	const values = series.map((_, index) => points.map((point) => point.values[index] ?? null));
	return [points.map((point) => point.at), ...values];
}

/** A curve, and beneath it the present figures as text: whoever cannot see the curve misses nothing. */
export function Chart({ title, points, series, unit }: ChartProps) {
	const box = useRef<HTMLDivElement>(null);
	const plot = useRef<uPlot>(undefined);
	const latest = useRef(points);
	latest.current = points;
	const scheme = useComputedColorScheme();
	// biome-ignore lint/correctness/useExhaustiveDependencies: the colours are read again with each scheme
	useEffect(() => {
		const element = box.current;
		if (element === null) return;
		const options = optionsOf(series, unit, element.clientWidth);
		const made = new uPlot(options, dataOf(latest.current, series), element);
		plot.current = made;
		const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }));
		observer.observe(element);
		return () => {
			observer.disconnect();
			made.destroy();
		};
	}, [series, unit, scheme]);
	useEffect(() => plot.current?.setData(dataOf(points, series)), [points, series]);
	const first = points[0];
	const last = points.at(-1);
	const span = first === undefined || last === undefined ? 0 : last.at - first.at;
	return (
		<figure className={css.chart}>
			<figcaption>
				<h2>{title}</h2>
				<ul>
					{series.map(({ label, colour }, index) => (
						<li key={label}>
							<span className={css.swatch} style={{ background: `var(${colour})` }} />
							{label}{' '}
							<strong data-figure>
								{last === undefined ? words.list.none : show[unit](last.values[index] ?? 0)}
							</strong>
						</li>
					))}
				</ul>
			</figcaption>
			<div
				ref={box}
				role="img"
				aria-label={words.network.chart(title, duration(span))}
				className={css.plot}
			/>
			{points.length < 3 && <p className={css.gathering}>{words.network.gathering}</p>}
		</figure>
	);
}
