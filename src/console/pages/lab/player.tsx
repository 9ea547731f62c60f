/** Pictures that are played together: controls, each picture with what it says in words, and the same as a table. */
import { Button, useComputedColorScheme } from '@mantine/core';
import { useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { LabPicture } from '../../../node/api/lab-schemas.ts';
import { useSettled } from '../../hooks.ts';
import { Icon } from '../../icons.tsx';
import { words } from '../../words.ts';
import { draw } from './draw.ts';
import css from './lab.module.css';
import { arrivalsOf, listeners, momentsOf, type Sight, standingAt } from './moments.ts';
import { placesOf } from './placing.ts';
import { type Playhead, usePlayhead } from './playhead.ts';

const { lab: say } = words;

interface Shown {
	readonly name: string;
	readonly picture: LabPicture;
}

const paces = { slow: 0.5, usual: 1.5, fast: 6, faster: 25 } as const;
type Pace = keyof typeof paces;

export function Player({ shown }: { shown: readonly Shown[] }) {
	const moments = useMemo(() => momentsOf(shown.map(({ picture }) => picture)), [shown]);
	const [pace, setPace] = useState<Pace>('usual');
	const head = usePlayhead(moments.length, paces[pace]);
	const over = Math.floor(head.at);
	if (moments.length === 0) return <p className={css.hint}>{say.nothingSeen}</p>;
	return (
		<>
			<Controls head={head} moments={moments} pace={pace} onPace={setPace} />
			<div className={css.scenes}>
				{shown.map(({ name, picture }) => (
					<SceneView
						key={name}
						name={name}
						picture={picture}
						moments={moments}
						at={head.at}
						playing={head.playing}
					/>
				))}
			</div>
			<Legend />
			<Told shown={shown} moments={moments} over={over} />
		</>
	);
}

interface ControlsProps {
	head: Playhead;
	moments: readonly number[];
	pace: Pace;
	onPace(pace: Pace): void;
}

function Controls({ head, moments, pace, onPace }: ControlsProps) {
	const whole = Math.floor(head.at);
	return (
		// biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms
		<div className={css.controls} role="group" aria-label={say.controls}>
			<Button variant="default" onClick={() => head.go(-1)} aria-label={say.fromStart} disabled={head.at < 0}>
				<Icon name="retry" size={16} />
			</Button>
			<Button
				onClick={head.playing ? head.pause : head.play}
				aria-label={head.playing ? say.pause : say.play}
			>
				<Icon name={head.playing ? 'pause' : 'play'} size={16} />
			</Button>
			<Button variant="default" onClick={() => head.go(whole - 1)} disabled={whole < 0}>
				{say.stepBack}
			</Button>
			<Button variant="default" onClick={() => head.go(whole + 1)} disabled={whole >= moments.length - 1}>
				{say.step}
			</Button>
			<label className={css.seek}>
				<span className="only-read-aloud">{say.moment}</span>
				<input
					type="range"
					min={-1}
					max={moments.length - 1}
					value={whole}
					aria-valuetext={say.momentOf(whole + 1, moments.length, moments[whole] ?? 0)}
					onChange={(event) => head.go(Number(event.currentTarget.value))}
				/>
			</label>
			<label className={css.pace}>
				<span className="only-read-aloud">{say.pace}</span>
				<select value={pace} onChange={(event) => onPace(event.currentTarget.value as Pace)}>
					{(Object.keys(paces) as Pace[]).map((one) => (
						<option key={one} value={one}>
							{say.paces[one]}
						</option>
					))}
				</select>
			</label>
			<span data-figure className={css.hint}>
				{say.momentOf(whole + 1, moments.length, moments[whole] ?? 0)}
			</span>
		</div>
	);
}

interface SceneProps {
	name: string;
	picture: LabPicture;
	moments: readonly number[];
	at: number;
	playing: boolean;
}

function SceneView({ name, picture, moments, at, playing }: SceneProps) {
	const canvas = useRef<HTMLCanvasElement>(null);
	const scheme = useComputedColorScheme();
	const [width, setWidth] = useState(0);
	const places = useMemo(() => placesOf(picture), [picture]);
	const arrivals = useMemo(() => arrivalsOf(picture, moments), [picture, moments]);
	const over = Math.floor(at);
	const standing = useMemo(() => standingAt(picture, arrivals, over), [picture, arrivals, over]);
	// Measured and drawn before the page is painted: the picture never shows less than the words beside it.
	useLayoutEffect(() => {
		const drawn = canvas.current;
		if (drawn === null) return;
		const measure = () => setWidth(drawn.clientWidth);
		measure();
		const watcher = new ResizeObserver(measure);
		watcher.observe(drawn);
		return () => watcher.disconnect();
	}, []);
	// biome-ignore lint/correctness/useExhaustiveDependencies: colours and size are read from the page
	useLayoutEffect(() => {
		if (canvas.current === null || width === 0) return;
		// Between two moments the next one is on its way; in a moment its messages have just arrived.
		const isBetween = at > over;
		const arriving: readonly Sight[] = arrivals[isBetween ? over + 1 : over] ?? [];
		draw(canvas.current, {
			picture,
			places,
			standing,
			arriving,
			part: isBetween ? at - over : 1,
			moment: over,
		});
	}, [picture, places, standing, arrivals, at, over, scheme, width]);
	const told = say.told(listeners(picture), standing);
	const settled = useSettled(playing ? '' : told);
	return (
		<figure className={css.scene}>
			<figcaption>{name}</figcaption>
			<canvas ref={canvas} className={css.canvas} role="img" aria-label={say.picture(name, told)} />
			<p data-figure>{told}</p>
			<p className="only-read-aloud" aria-live="polite">
				{settled}
			</p>
			{picture.cut && <p className={css.hint}>{say.cut}</p>}
		</figure>
	);
}

function Legend() {
	return (
		<ul className={css.legend} aria-label={say.legend}>
			{say.legendOf.map(([mark, text]) => (
				<li key={mark}>
					<span data-mark={mark} aria-hidden="true" />
					{text}
				</li>
			))}
		</ul>
	);
}

/** Rows of the table: more than a screen of them helps nobody. */
const mostRows = 60;

/** The picture in words: moment by moment, up to where one is. */
function Told({
	shown,
	moments,
	over,
}: {
	shown: readonly Shown[];
	moments: readonly number[];
	over: number;
}) {
	const [open, setOpen] = useState(false);
	const first = Math.max(0, over + 1 - mostRows);
	return (
		<details className={css.settings} onToggle={(event) => setOpen(event.currentTarget.open)}>
			<summary>{say.asTable}</summary>
			{open &&
				shown.map(({ name, picture }) => {
					const arrivals = arrivalsOf(picture, moments);
					return (
						// biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reached by keys
						<section key={name} className={css.scroll} aria-label={say.tableOf(name)} tabIndex={0}>
							<table className={css.table}>
								<caption>{name}</caption>
								<thead>
									<tr>
										{say.tableHead.map((head) => (
											<th key={head} scope="col" data-figure>
												{head}
											</th>
										))}
									</tr>
								</thead>
								<tbody>
									{moments.slice(first, over + 1).map((at, place) => {
										const { heard, queries, again, hits, pushes, dials } = standingAt(
											picture,
											arrivals,
											first + place,
										);
										return (
											<tr key={at}>
												<th scope="row" data-figure>
													{say.seconds(at)}
												</th>
												{[heard, queries, again, hits, pushes, dials].map((figure, column) => (
													// biome-ignore lint/suspicious/noArrayIndexKey: columns never move
													<td key={column} data-figure>
														{figure}
													</td>
												))}
											</tr>
										);
									})}
								</tbody>
							</table>
						</section>
					);
				})}
			{open && (
				<p className={css.hint}>{over < 0 ? say.nothingYet : first > 0 ? say.tableCut(mostRows) : null}</p>
			)}
		</details>
	);
}
