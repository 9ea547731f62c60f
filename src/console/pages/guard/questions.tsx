/** What the program asks for: one card a question, Deny first. "Always" shows what it writes before it is written. */
import { Button } from '@mantine/core';
import { useState } from 'react';
import type { GuardQuestion, GuardReply } from '../../../node/api/guard-schemas.ts';
import { desk } from '../../desk.ts';
import { useStatus } from '../../hooks.ts';
import { sentence } from '../../run.ts';
import { words } from '../../words.ts';
import css from './guard.module.css';

const { guard: say } = words;

export function Questions({ questions }: { questions: readonly GuardQuestion[] }) {
	const newest = questions.findLast(({ answer }) => answer === undefined);
	return (
		<>
			<p role="alert" className="only-read-aloud">
				{newest === undefined ? '' : say.asking(nameOf(newest.program), newest.act)}
			</p>
			{questions.length > 0 && (
				<ul className={css.questions} aria-label={say.questions}>
					{questions.map((question) => (
						<li key={question.id} data-open={question.answer === undefined || undefined}>
							<Question question={question} />
						</li>
					))}
				</ul>
			)}
		</>
	);
}

/** The file without its folders. */
export function nameOf(path: string): string {
	return path.slice(path.lastIndexOf('/') + 1);
}

function Question({ question }: { question: GuardQuestion }) {
	const now = useStatus()?.now ?? question.askedAt;
	const { program, act, startedBy, because, rule, until, answer } = question;
	const seconds = Math.max(0, Math.ceil((until - now) / 1000));
	const why = [say.ruleOf(rule), ...(because === undefined ? [] : [because])].join(': ');
	return (
		<>
			<h2>
				<strong>{nameOf(program)}</strong> {say.wantsTo(act)}
			</h2>
			<p className={css.hint}>
				{[program, ...(startedBy.length === 0 ? [] : [say.startedBy(startedBy)]), why].join(', ')}
			</p>
			{answer === undefined ? (
				<>
					<p className={css.left}>{say.left(seconds)}</p>
					<Replies question={question} />
				</>
			) : (
				<p className={css.answered}>{say.answers[answer]}</p>
			)}
		</>
	);
}

function Replies({ question: { id, act, always } }: { question: GuardQuestion }) {
	const [writing, setWriting] = useState(false);
	const [busy, setBusy] = useState(false);
	const reply = async (answer: GuardReply) => {
		setBusy(true);
		try {
			await desk.call('POST', `guard/questions/${id}/answer`, { answer });
		} catch (problem) {
			desk.say(sentence(problem));
		}
		setBusy(false);
	};
	const button = (answer: 'no' | 'never' | 'once' | 'session', text: string) => (
		<Button
			variant={answer === 'no' ? 'filled' : 'default'}
			disabled={busy}
			aria-label={say.of(text, act)}
			onClick={() => void reply(answer)}
		>
			{text}
		</Button>
	);
	if (writing && always !== undefined)
		return (
			<div className={css.always}>
				<p>{say.means}</p>
				<pre className={css.command}>{`- ${always.rule}`}</pre>
				<p className={css.hint}>{say.into(always.file)}</p>
				<div className={css.replies}>
					<Button variant="default" onClick={() => setWriting(false)}>
						{say.back}
					</Button>
					<Button variant="default" disabled={busy} onClick={() => void reply('always')}>
						{say.write}
					</Button>
				</div>
			</div>
		);
	return (
		<div className={css.replies}>
			{button('no', say.deny)}
			{button('once', say.once)}
			{button('session', say.session)}
			{always !== undefined && (
				<Button
					variant="default"
					disabled={busy}
					aria-label={say.of(say.always, act)}
					onClick={() => setWriting(true)}
				>
					{say.always}
				</Button>
			)}
			{button('never', say.never)}
		</div>
	);
}
