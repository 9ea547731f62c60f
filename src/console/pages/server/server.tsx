/** The page of whoever runs a server: who is here, what is asked, what is held back, and who stays out. */
import { Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { ServerView } from '../../../node/api/server-schemas.ts';
import { desk } from '../../desk.ts';
import { bytes, duration, number } from '../../format.ts';
import type { Point } from '../../history.ts';
import { useBeat, useFetched, useStatus, useTitle } from '../../hooks.ts';
import { Icon } from '../../icons.tsx';
import { Chart } from '../../parts/chart.tsx';
import { Facts, PageHead, Section } from '../../parts/facts.tsx';
import panels from '../../parts/panels.module.css';
import { Empty, Loading } from '../../table/states.tsx';
import { words } from '../../words.ts';
import { Bans, Clients, Refused } from './lists.tsx';
import css from './server.module.css';

const { server: say } = words;
/** Ten minutes. */
const mostPoints = 300;

/** With a name of its own, for the import that loads it when it is opened. */
export default function ServerPage() {
	useTitle(words.pages.server);
	const status = useStatus();
	const offered = status?.offers.includes('server') ?? false;
	const { value: view } = useFetched<ServerView>(offered ? 'server' : undefined, useBeat(2));
	const points = usePoints(view, status?.now ?? 0);
	if (status !== undefined && !offered) return <Empty title={say.notOffered} />;
	if (view === undefined) return <Loading />;
	const answersDatagrams = view.figures['datagrams'] !== undefined;
	return (
		<>
			<PageHead title={say.title} text={say.text(words.networks[view.network], view.address)}>
				{view.link !== undefined && <CopyLink link={view.link} />}
			</PageHead>
			<Standing view={view} now={status?.now ?? view.startedAt} />
			<div className={css.charts}>
				<Chart title={say.requests} points={points.requests} series={requestSeries} unit="count" />
				{answersDatagrams && (
					<Chart title={say.datagrams} points={points.datagrams} series={datagramSeries} unit="rate" />
				)}
			</div>
			{answersDatagrams && <Defence view={view} />}
			<Refused view={view} />
			<Bans view={view} />
			<Clients view={view} now={status?.now ?? view.startedAt} />
		</>
	);
}

function CopyLink({ link }: { link: string }) {
	const copy = () => void desk.copy(link).then(() => desk.say(say.copied));
	return (
		<Button variant="default" leftSection={<Icon name="link" size={15} />} title={link} onClick={copy}>
			{say.copyLink}
		</Button>
	);
}

function Standing({ view, now }: { view: ServerView; now: number }) {
	const { facts } = say;
	const figure = figureOf(view);
	// Which there are depends on the network.
	const has = (name: string) => view.figures[name] !== undefined;
	return (
		<section className={`${panels.card} ${css.standing}`} aria-label={say.now}>
			<Facts
				facts={[
					[facts.users, number(figure('users'))],
					[facts.high, number(Math.max(0, figure('users') - figure('lowIds') - figure('checking')))],
					[facts.low, number(figure('lowIds'))],
					[facts.checking, number(figure('checking'))],
					[facts.files, number(figure('files'))],
					...(has('sources') ? [[facts.sources, number(figure('sources'))] as const] : []),
					[facts.words, number(figure('words'))],
					...(has('neighbours') ? [[facts.neighbours, number(figure('neighbours'))] as const] : []),
					...(has('indexBytes') ? [[facts.memory, bytes(figure('indexBytes'))] as const] : []),
					[facts.up, duration((now - view.startedAt) / 1000)],
				]}
			/>
			<p className={panels.hint}>{say.idsHint}</p>
		</section>
	);
}

function Defence({ view }: { view: ServerView }) {
	const { defenceFacts: facts } = say;
	const figure = figureOf(view);
	return (
		<Section title={say.defence}>
			<div className={`${panels.card} ${css.standing}`}>
				<Facts
					facts={[
						[facts.answered, number(figure('datagrams'))],
						[facts.held, number(figure('datagramsHeld'))],
						[facts.sealed, number(figure('datagramsSealed'))],
						[facts.in, bytes(figure('datagramBytesIn'))],
						[facts.out, bytes(figure('datagramBytesOut'))],
						[facts.unproven, bytes(figure('datagramBytesUnproven'))],
					]}
				/>
				<p className={panels.hint}>{say.defenceText}</p>
			</div>
		</Section>
	);
}

function figureOf({ figures }: ServerView): (name: string) => number {
	return (name) => figures[name] ?? 0;
}

const { series } = say;
const requestSeries = [
	{ label: series.logins, colour: '--chart-a' },
	{ label: series.offered, colour: '--chart-b' },
	{ label: series.searches, colour: '--chart-c' },
];
const datagramSeries = [
	{ label: series.in, colour: '--chart-a' },
	{ label: series.out, colour: '--chart-b' },
	{ label: series.unproven, colour: '--chart-c' },
];

interface Points {
	readonly requests: readonly Point[];
	readonly datagrams: readonly Point[];
}

/** The rates that this page has seen. */
function usePoints(view: ServerView | undefined, now: number): Points {
	const [points, setPoints] = useState<Points>({ requests: [], datagrams: [] });
	// biome-ignore lint/correctness/useExhaustiveDependencies: a point for each answer
	useEffect(() => {
		if (view === undefined || view.rates['logins'] === undefined) return;
		const at = Math.floor(now / 1000);
		const { rates } = view;
		const of = (...names: string[]): Point => ({ at, values: names.map((name) => rates[name] ?? 0) });
		const grown = (old: readonly Point[], point: Point) =>
			(old.at(-1)?.at ?? 0) >= at ? old : [...old.slice(-mostPoints + 1), point];
		setPoints((old) => ({
			requests: grown(old.requests, of('logins', 'offered', 'searches')),
			datagrams: grown(old.datagrams, of('datagramBytesIn', 'datagramBytesOut', 'datagramBytesUnproven')),
		}));
	}, [view]);
	return points;
}
