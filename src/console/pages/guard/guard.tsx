/** A program behind the guard: its questions first, then what was decided, what it did, and what its policy grants. */
import type { GuardDecision, GuardQuestion, GuardRun } from '../../../node/api/guard-schemas.ts';
import type { Page } from '../../../node/api/schemas.ts';
import { number } from '../../format.ts';
import { useBeat, useFetched, useOffered, useTitle } from '../../hooks.ts';
import { useParam } from '../../location.ts';
import { Choices } from '../../parts/choices.tsx';
import { Facts, PageHead } from '../../parts/facts.tsx';
import { Pulse } from '../../parts/quiet.tsx';
import { Empty, Loading } from '../../table/states.tsx';
import { words } from '../../words.ts';
import { Decisions } from './decisions.tsx';
import css from './guard.module.css';
import { PolicyAloud, Profiles } from './policy.tsx';
import { Questions } from './questions.tsx';
import { Tree } from './tree.tsx';

const { guard: say } = words;
const views = ['decisions', 'tree', 'policy', 'profiles'] as const;

/** With a name of its own, for the import that loads it when it is opened. */
export default function GuardPage() {
	const offered = useOffered('guard');
	const beat = useBeat(1);
	const { value: run } = useFetched<GuardRun>(offered === true ? 'guard/run' : undefined, beat);
	const { value: questions } = useFetched<GuardQuestion[]>(
		offered === true ? 'guard/questions' : undefined,
		beat,
	);
	const open = questions?.filter(({ answer }) => answer === undefined).length ?? 0;
	useTitle(open > 0 ? say.asks(open) : words.pages.guard);
	if (offered === false)
		return (
			<Empty title={say.notOffered}>
				<pre className={css.command}>{say.command}</pre>
			</Empty>
		);
	if (run === undefined || questions === undefined) return <Loading />;
	return (
		<>
			<PageHead title={say.title} text={say.text} />
			<Standing run={run} open={open} />
			<Questions questions={questions} />
			<Views run={run} beat={beat} />
		</>
	);
}

function Standing({ run, open }: { run: GuardRun; open: number }) {
	const { value } = useFetched<Page<GuardDecision>>('guard/decisions?filter=action:deny&count=0', useBeat(1));
	const { facts } = say;
	return (
		<section className={css.standing} aria-label={facts.program}>
			<code className={css.command}>{run.words.join(' ')}</code>
			{run.learn && <p className={css.warning}>{say.learning}</p>}
			{run.note !== undefined && <p className={css.warning}>{run.note}</p>}
			<Facts
				facts={[
					[
						facts.state,
						<span key="state" className={css.state}>
							<Pulse on={run.state === 'running'} />
							{say.states[run.state]}
						</span>,
					],
					[facts.policy, run.policy.name],
					[facts.questions, number(open)],
					[facts.refused, number(value?.total ?? 0)],
					...(run.status === undefined ? [] : ([[facts.status, String(run.status)]] as const)),
				]}
			/>
			{run.opens === 'silent' && <p className={css.hint}>{say.silent}</p>}
		</section>
	);
}

function Views({ run, beat }: { run: GuardRun; beat: number }) {
	const [wanted, setWanted] = useParam('view');
	const view = views.find((one) => one === wanted) ?? 'decisions';
	return (
		<>
			<div className={css.views}>
				<Choices
					label={say.view}
					value={view}
					choices={views.map((value) => ({ value, label: say.views[value] }))}
					onChange={(value) => setWanted(value === 'decisions' ? undefined : value)}
				/>
			</div>
			{view === 'decisions' && <Decisions beat={beat} />}
			{view === 'tree' && <Tree beat={beat} />}
			{view === 'policy' && <PolicyAloud policy={run.policy} />}
			{view === 'profiles' && <Profiles />}
		</>
	);
}
