/** What was decided, the newest first; each opens into its evidence record: who, what, rule, reason. */
import { Button } from '@mantine/core';
import type { GuardDecision } from '../../../node/api/guard-schemas.ts';
import type { Page } from '../../../node/api/schemas.ts';
import { query } from '../../api.ts';
import { desk } from '../../desk.ts';
import { moment, time } from '../../format.ts';
import { useFetched } from '../../hooks.ts';
import { useParam } from '../../location.ts';
import { Facts } from '../../parts/facts.tsx';
import { FilterBox } from '../../table/filter-box.tsx';
import { Empty, Loading, NoMatch } from '../../table/states.tsx';
import { words } from '../../words.ts';
import css from './guard.module.css';

const { guard: say } = words;
const most = 200;

export function Decisions({ beat }: { beat: number }) {
	const [filter] = useParam('filter');
	const path = `guard/decisions?${query({ count: most, filter })}`;
	const { value } = useFetched<Page<GuardDecision>>(path, beat);
	return (
		<section aria-label={say.views.decisions}>
			<FilterBox hint={say.filterHint} />
			{value === undefined ? (
				<Loading />
			) : value.all === 0 ? (
				<Empty title={say.noDecisions} text={say.noDecisionsHint} />
			) : value.total === 0 ? (
				<NoMatch param="filter" hidden={value.all} />
			) : (
				<>
					<ul className={css.decisions} aria-label={say.views.decisions}>
						{value.rows.map((one) => (
							<li key={one.id}>
								<Decision decision={one} />
							</li>
						))}
					</ul>
					{value.total > value.rows.length && (
						<p className={css.hint}>{say.shown(value.rows.length, value.total)}</p>
					)}
				</>
			)}
		</section>
	);
}

function ruleOf({ rule, because }: GuardDecision): string {
	if (rule === 'none') return say.none;
	return because === undefined ? rule : `${rule}: ${because}`;
}

function Decision({ decision }: { decision: GuardDecision }) {
	const { action, subject, act, at, count } = decision;
	return (
		<details className={css.decision}>
			<summary>
				<span className={css.action} data-action={action}>
					{say.actions[action]}
				</span>
				<span className={css.what}>
					{say.decided(subject, act)}
					<small>
						{ruleOf(decision)}
						{count > 1 && `, ${say.times(count)}`}
					</small>
				</span>
				<time dateTime={new Date(at).toISOString()}>{time(at)}</time>
			</summary>
			<Record decision={decision} />
		</details>
	);
}

function Record({ decision }: { decision: GuardDecision }) {
	const { record } = say;
	const { subject, program, act, at, code, sentence, grant } = decision;
	const json = JSON.stringify(decision, undefined, 2);
	return (
		<div className={css.record}>
			<p>{sentence}</p>
			<Facts
				facts={[
					[record.who, `${subject}, ${program}`],
					[record.what, act],
					[record.rule, ruleOf(decision)],
					[record.when, moment(at)],
					[record.code, code],
				]}
			/>
			{grant !== undefined && (
				<>
					<p className={css.hint}>{record.grant}</p>
					<pre className={css.command}>{`- ${grant}`}</pre>
				</>
			)}
			<div className={css.replies}>
				{grant !== undefined && (
					<Button variant="default" onClick={() => void desk.copy(`- ${grant}`)}>
						{record.copyGrant}
					</Button>
				)}
				<Button variant="default" onClick={() => void desk.copy(json)}>
					{record.copy}
				</Button>
			</div>
		</div>
	);
}
