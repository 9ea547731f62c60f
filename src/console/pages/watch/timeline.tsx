/**
 * Traffic over time, stacked by network. A drag over it, a click on a bar, or a button of its table narrows the page
 * to that time. The table has what the picture has, for those who do not see it or have no pointer.
 */
import 'uplot/dist/uPlot.min.css';
import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import type { WatchOverview } from '../../../node/api/watch-schemas.ts';
import { axisTime, bytes, duration, moment } from '../../format.ts';
import { useParam } from '../../location.ts';
import { Choices } from '../../parts/choices.tsx';
import panels from '../../parts/panels.module.css';
import { Quiet } from '../../parts/quiet.tsx';
import { words } from '../../words.ts';
import { colourOf } from './colours.ts';
import { type Look, showAllTime, showTime } from './look.ts';
import css from './watch.module.css';

const height = 190;

export function Timeline({ overview, look }: { overview: WatchOverview; look: Look }) {
	const [shown = 'picture', setShown] = useParam('chart');
	const choices = [
		{ value: 'picture', label: words.watch.picture },
		{ value: 'table', label: words.watch.table },
	];
	return (
		<figure className={css.timeline}>
			<figcaption>
				<h2>{words.watch.overTime}</h2>
				{look.begin !== undefined && look.end !== undefined && (
					<span className={css.time}>
						{words.watch.timeOf(moment(look.begin), moment(look.end))}{' '}
						<Quiet onClick={showAllTime}>{words.watch.wholeTime}</Quiet>
					</span>
				)}
				<Choices
					label={words.watch.overTime}
					value={shown}
					choices={choices}
					onChange={(value) => setShown(value === 'picture' ? undefined : value)}
				/>
			</figcaption>
			{shown === 'table' ? <Steps overview={overview} /> : <Stacked overview={overview} />}
		</figure>
	);
}

function endOf({ from, step, series }: WatchOverview): number {
	return from + step * (series[0]?.length ?? 0);
}

function namesOf({ networks }: WatchOverview): string[] {
	return networks.map(({ network }) => (network === '' ? words.watch.unknown : network));
}

function Stacked({ overview }: { overview: WatchOverview }) {
	const box = useRef<HTMLDivElement>(null);
	const scheme = useComputedColorScheme();
	// biome-ignore lint/correctness/useExhaustiveDependencies: the colours are read again with each scheme
	useEffect(() => {
		const element = box.current;
		if (element === null || overview.series.length === 0) return;
		const plot = new uPlot(optionsOf(overview, element.clientWidth), stackOf(overview), element);
		const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height }));
		observer.observe(element);
		return () => {
			observer.disconnect();
			plot.destroy();
		};
	}, [overview, scheme]);
	if (overview.series.length === 0) return <p className={css.hint}>{words.watch.noTraffic}</p>;
	const span = duration((endOf(overview) - overview.from) / 1000);
	return (
		<>
			<div
				ref={box}
				role="img"
				aria-label={words.watch.chart(namesOf(overview), span)}
				className={css.plot}
			/>
			<p className={css.hint}>{words.watch.chartHint}</p>
		</>
	);
}

/** The sum of all is drawn first, the others over it. */
function stackOf({ from, step, series }: WatchOverview): uPlot.AlignedData {
	const steps = series[0]?.length ?? 0;
	const times = Array.from({ length: steps }, (_, at) => (from + (at + 0.5) * step) / 1000);
	const sum = new Array<number>(steps).fill(0);
	const layers = [...series].reverse().map((values) => {
		for (const [at, value] of values.entries()) sum[at]! += value;
		return [...sum];
	});
	return [times, ...layers.reverse()];
}

function optionsOf(overview: WatchOverview, width: number): uPlot.Options {
	const token = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
	const { from, step, networks } = overview;
	const axis = {
		stroke: token('--ink-dim'),
		font: `11px ${getComputedStyle(document.body).fontFamily}`,
		grid: { stroke: token('--line'), width: 1 },
		ticks: { show: false },
	};
	const bars = uPlot.paths.bars?.({ size: [0.94, 100] });
	const choose = (plot: uPlot, left: number, right: number) => {
		const [first, last] = [left, right].map((at) =>
			Math.floor((plot.posToVal(at, 'x') * 1000 - from) / step),
		);
		showTime(from + Math.max(0, first!) * step, from + (last! + 1) * step);
	};
	return {
		width,
		height,
		legend: { show: false },
		padding: [8, 30, 0, 0],
		cursor: { y: false, points: { show: false }, drag: { x: true, y: false, setScale: false } },
		scales: {
			x: { range: () => [from / 1000, endOf(overview) / 1000] },
			y: { range: (_plot, _low, high) => [0, Math.max(1, high * 1.05)] },
		},
		axes: [
			{
				...axis,
				grid: { show: false },
				size: 28,
				space: 90,
				values: (_plot, splits) => splits.map((at) => axisTime(at * 1000, endOf(overview) - from)),
			},
			{ ...axis, size: 70, space: 36, values: (_plot, values) => values.map((value) => bytes(value)) },
		],
		series: [
			{},
			...networks.map(({ network }) => ({
				label: network,
				fill: token(colourOf(network)),
				width: 0,
				points: { show: false },
				...(bars !== undefined && { paths: bars }),
			})),
		],
		hooks: {
			ready: [
				(plot) => {
					let began: number | undefined;
					const at = (event: MouseEvent) => event.clientX - plot.over.getBoundingClientRect().left;
					plot.over.addEventListener('mousedown', (event) => {
						began = at(event);
					});
					plot.over.addEventListener('mouseup', (event) => {
						if (began === undefined) return;
						choose(plot, Math.min(began, at(event)), Math.max(began, at(event)));
						began = undefined;
					});
				},
			],
		},
	};
}

/** The picture as a table; steps without traffic are left out. */
function Steps({ overview }: { overview: WatchOverview }) {
	const { from, step, series } = overview;
	const sums = (series[0] ?? []).map((_, at) => series.reduce((sum, values) => sum + values[at]!, 0));
	const { columns } = words.watch;
	return (
		// biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
		<section className={css.steps} tabIndex={0} aria-label={words.watch.overTime}>
			<table className={panels.table}>
				<thead>
					<tr>
						<th scope="col">{columns.time}</th>
						<th scope="col" data-figure>
							{columns.sum}
						</th>
						{namesOf(overview).map((name) => (
							<th key={name} scope="col" data-figure>
								{name}
							</th>
						))}
					</tr>
				</thead>
				<tbody>
					{sums.map((sum, at) => {
						const begin = from + at * step;
						return sum === 0 ? null : (
							<tr key={begin}>
								<th scope="row">
									<Quiet onClick={() => showTime(begin, begin + step)}>{moment(begin)}</Quiet>
								</th>
								<td data-figure>{bytes(sum)}</td>
								{series.map((values, index) => (
									<td key={overview.networks[index]!.network} data-figure>
										{values[at] === 0 ? words.list.none : bytes(values[at]!)}
									</td>
								))}
							</tr>
						);
					})}
				</tbody>
			</table>
		</section>
	);
}
