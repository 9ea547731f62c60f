/** A measure over a day, where the rows of a scenario are hours: a line for each of what is compared. */
import { words } from '../../words.ts';
import { figure, spaced } from './figures.ts';
import css from './lab.module.css';

const { lab: say } = words;

interface Point {
	readonly hour: number;
	readonly value: number;
}

/** Lines by name; undefined: the rows are no hours. `3:00 off` is the fourth point of the line `off`. */
export function linesOf(
	rows: readonly { readonly shown: string; readonly value: number }[],
): Map<string, Point[]> | undefined {
	const lines = new Map<string, Point[]>();
	for (const { shown, value } of rows) {
		const [, hour, name] = /^(\d{1,2}):00 (.+)$/.exec(shown) ?? [];
		if (hour === undefined || name === undefined) return undefined;
		lines.set(name, [...(lines.get(name) ?? []), { hour: Number(hour), value }]);
	}
	return lines.size === 0 ? undefined : lines;
}

const width = 360;
const height = 170;
const left = 52;
const bottom = 22;
/** Lines differ by colour and by how they are dashed. */
const dashes = ['', '7 4', '2 3', '10 3 2 3'];
const colours = ['--chart-a', '--chart-b', '--chart-c', '--net-3'];

export function ByHour({ name, lines }: { name: string; lines: ReadonlyMap<string, readonly Point[]> }) {
	const most = Math.max(0, ...[...lines.values()].flat().map(({ value }) => value));
	const x = (hour: number) => left + (hour / 23) * (width - left - 8);
	const y = (value: number) => 8 + (1 - (most === 0 ? 0 : value / most)) * (height - bottom - 8);
	return (
		<figure className={css.plot}>
			<figcaption>{spaced(name)}</figcaption>
			<svg
				className={css.hours}
				viewBox={`0 0 ${width} ${height}`}
				role="img"
				aria-label={say.byHour(spaced(name))}
			>
				{[0, most / 2, most].map((value) => (
					<g key={value}>
						<line x1={left} x2={width - 8} y1={y(value)} y2={y(value)} className={css.rule} />
						<text x={left - 6} y={y(value) + 4} textAnchor="end">
							{figure(value)}
						</text>
					</g>
				))}
				{[0, 6, 12, 18, 23].map((hour) => (
					<text key={hour} x={x(hour)} y={height - 5} textAnchor={hour === 23 ? 'end' : 'middle'}>
						{`${hour}:00`}
					</text>
				))}
				{[...lines].map(([line, points], at) => (
					<polyline
						key={line}
						points={points.map(({ hour, value }) => `${x(hour)},${y(value)}`).join(' ')}
						strokeDasharray={dashes[at % dashes.length]}
						style={{ stroke: `var(${colours[at % colours.length]})` }}
					/>
				))}
			</svg>
			<ul className={css.legend}>
				{[...lines.keys()].map((line, at) => (
					<li key={line}>
						<svg width="26" height="4" aria-hidden="true">
							<line
								x2="26"
								y1="2"
								y2="2"
								strokeWidth="3"
								strokeDasharray={dashes[at % dashes.length]}
								style={{ stroke: `var(${colours[at % colours.length]})` }}
							/>
						</svg>
						{line}
					</li>
				))}
			</ul>
		</figure>
	);
}
