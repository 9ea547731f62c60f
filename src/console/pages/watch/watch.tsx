/** A capture, or an interface: networks over time, hosts, flows with their evidence, and what a policy would do. */
import type { Analysis, WatchOverview } from '../../../node/api/watch-schemas.ts';
import { bytes, duration, moment, number } from '../../format.ts';
import { useBeat, useFetched, useOffered, useTitle } from '../../hooks.ts';
import { useParam } from '../../location.ts';
import { Choices } from '../../parts/choices.tsx';
import { Facts, PageHead } from '../../parts/facts.tsx';
import { useStore } from '../../store.ts';
import { FilterBox, SortBox } from '../../table/filter-box.tsx';
import { Empty, Loading } from '../../table/states.tsx';
import { words } from '../../words.ts';
import { Captures, closing, DropZone, OpenCapture, Progress } from './captures.tsx';
import { Flows, flowColumns } from './flows.tsx';
import { Hosts } from './hosts.tsx';
import { pathOf, useLook } from './look.ts';
import { Networks } from './networks.tsx';
import { Policy } from './policy.tsx';
import { Rules } from './rules.tsx';
import { Timeline } from './timeline.tsx';
import css from './watch.module.css';

/** With a name of its own, for the import that loads it when it is opened. */
export default function WatchPage() {
	useTitle(words.pages.watch);
	const offered = useOffered('watch');
	const [wanted] = useParam('capture');
	const { value } = useFetched<Analysis[]>('watch/analyses', useBeat(1));
	const gone = useStore(closing);
	const list = value?.filter(({ id }) => !gone.has(id));
	if (offered === false) return <Empty title={words.watch.notOffered} />;
	if (list === undefined) return <Loading />;
	const chosen = list.find(({ id }) => String(id) === wanted) ?? list.at(-1);
	return (
		<>
			<PageHead title={words.watch.title} text={words.watch.text}>
				<OpenCapture />
			</PageHead>
			<DropZone />
			<Rules />
			{chosen === undefined ? (
				<NoCapture />
			) : (
				<>
					<Captures list={list} chosen={chosen} />
					<Capture key={chosen.id} analysis={chosen} />
				</>
			)}
		</>
	);
}

function NoCapture() {
	const { watch } = words;
	return (
		<Empty title={watch.empty} text={watch.emptyText}>
			<p className={css.hint}>{watch.commandTitle}</p>
			<pre className={css.commands}>
				{watch.commandRecord}
				{'\n'}
				{watch.commandFile}
			</pre>
		</Empty>
	);
}

function Capture({ analysis }: { analysis: Analysis }) {
	const look = useLook(analysis.id);
	const asked =
		analysis.state === 'receiving' || analysis.state === 'failed' ? undefined : pathOf('overview', look);
	const { value: overview } = useFetched<WatchOverview>(asked, analysis.version);
	return (
		<>
			<Standing analysis={analysis} />
			{overview !== undefined && analysis.flows > 0 && (
				<>
					<Networks overview={overview} look={look} />
					<Timeline overview={overview} look={look} />
				</>
			)}
			{asked !== undefined && <Views analysis={analysis} />}
		</>
	);
}

function Standing({ analysis }: { analysis: Analysis }) {
	const { facts, recognisedOf, flowsOf } = words.watch;
	const { from, to, flows } = analysis;
	return (
		<section className={css.standing} aria-label={analysis.name}>
			<Facts
				facts={[
					[facts.recognised, recognisedOf(analysis.recognised, flows)],
					[facts.flows, flowsOf(flows, analysis.open)],
					[facts.packets, number(analysis.packets)],
					[facts.moved, bytes(analysis.bytes)],
					...(from === undefined || to === undefined
						? []
						: ([
								[facts.from, moment(from)],
								[facts.span, duration((to - from) / 1000)],
							] as const)),
				]}
			/>
			<Progress analysis={analysis} />
			{analysis.notes.map((note) => (
				<p key={note} className={css.note}>
					{note}
				</p>
			))}
		</section>
	);
}

const views = ['flows', 'hosts', 'policy'] as const;

function Views({ analysis }: { analysis: Analysis }) {
	const look = useLook(analysis.id);
	const [wanted, setView] = useParam('view');
	const view = views.find((one) => one === wanted) ?? 'flows';
	return (
		<section className={css.views} aria-label={words.watch.views[view]}>
			<div className={css.tools}>
				<Choices
					label={words.watch.view}
					value={view}
					choices={views.map((value) => ({ value, label: words.watch.views[value] }))}
					onChange={(value) => setView(value === 'flows' ? undefined : value)}
				/>
				{view !== 'policy' && <FilterBox hint={words.watch.filterHint} />}
				{view === 'flows' && <SortBox columns={flowColumns} />}
			</div>
			{view === 'flows' && <Flows look={look} analysis={analysis} />}
			{view === 'hosts' && <Hosts look={look} version={analysis.version} />}
			{view === 'policy' && <Policy analysis={analysis} />}
		</section>
	);
}
