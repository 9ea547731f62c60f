/** A policy, tried on the flows of the capture: each rule shows what it would have done before it is switched on. */
import { Button } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import type { Analysis, PolicyTrial } from '../../../node/api/watch-schemas.ts';
import { desk } from '../../desk.ts';
import { bytes, number } from '../../format.ts';
import { useFetched } from '../../hooks.ts';
import { useParam } from '../../location.ts';
import { Quiet } from '../../parts/quiet.tsx';
import { sentence } from '../../run.ts';
import { exactly } from '../../terms.ts';
import { words } from '../../words.ts';
import { showFlows } from './look.ts';
import { keepPolicy, keptPolicy } from './policy-text.ts';
import css from './watch.module.css';

const { policy: say } = words.watch;

export function Policy({ analysis }: { analysis: Analysis }) {
	const [typed, setText] = useState<string>();
	const [faults, setFaults] = useState<PolicyTrial['faults']>([]);
	const [busy, setBusy] = useState(false);
	const [rule] = useParam('rule');
	const field = useRef<HTMLTextAreaElement>(null);
	const path = `watch/analyses/${analysis.id}/policy`;
	const { value: trial } = useFetched<PolicyTrial>(path, analysis.version);
	const text = typed ?? (trial?.text || keptPolicy() || say.example);
	const attempt = async () => {
		setBusy(true);
		keepPolicy(text);
		try {
			setFaults(((await desk.call('PUT', path, { text })) as PolicyTrial).faults);
		} catch (problem) {
			desk.say(sentence(problem));
		}
		setBusy(false);
	};
	useEffect(() => {
		if (rule !== undefined) select(field.current, lineOf(field.current?.value ?? '', rule));
	}, [rule]);
	return (
		<div className={css.policy}>
			<form
				onSubmit={(event) => {
					event.preventDefault();
					void attempt();
				}}
			>
				<p className={css.hint}>{say.text}</p>
				<Editor field={field} text={text} faults={faults} onText={setText} onTry={() => void attempt()} />
				{faults.length > 0 && (
					<div role="alert" className={css.faults}>
						<h3>{say.faults}</h3>
						<ul>
							{faults.map(({ line, message }) => (
								<li key={`${line} ${message}`}>
									<Quiet onClick={() => select(field.current, line)}>{say.line(line)}</Quiet> {message}
								</li>
							))}
						</ul>
					</div>
				)}
				<Button type="submit" loading={busy}>
					{say.try}
				</Button>
			</form>
			{trial !== undefined && trial.rules.length > 0 && (
				<Tried trial={trial} all={analysis.flows} current={rule} />
			)}
		</div>
	);
}

interface EditorProps {
	field: React.RefObject<HTMLTextAreaElement | null>;
	text: string;
	faults: PolicyTrial['faults'];
	onText(text: string): void;
	onTry(): void;
}

function Editor({ field, text, faults, onText, onTry }: EditorProps) {
	const lines = text.split('\n').length;
	const wrong = new Set(faults.map(({ line }) => line));
	return (
		<div className={css.editor}>
			<ol aria-hidden="true">
				{Array.from({ length: lines }, (_, at) => at + 1).map((line) => (
					<li key={line} data-wrong={wrong.has(line) || undefined}>
						{line}
					</li>
				))}
			</ol>
			<textarea
				ref={field}
				aria-label={say.field}
				aria-invalid={faults.length > 0}
				spellCheck={false}
				rows={Math.max(12, lines + 1)}
				wrap="off"
				value={text}
				onChange={(event) => onText(event.currentTarget.value)}
				onKeyDown={(event) => {
					if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
					event.preventDefault();
					onTry();
				}}
			/>
		</div>
	);
}

/** Selects a line, from 1; there may be none. */
function select(field: HTMLTextAreaElement | null, line: number | undefined): void {
	if (field === null || line === undefined) return;
	const lines = field.value.split('\n');
	const from = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
	field.focus();
	field.setSelectionRange(from, from + (lines[line - 1]?.length ?? 0));
}

/** Where a rule's name stands. */
function lineOf(text: string, rule: string): number | undefined {
	const at = text.split('\n').findIndex((line) => /^[\s-]*name:/.test(line) && line.includes(rule));
	return at < 0 ? undefined : at + 1;
}

function Tried({ trial, all, current }: { trial: PolicyTrial; all: number; current: string | undefined }) {
	const { columns } = say;
	return (
		<section aria-label={say.rules}>
			<h3>{say.rules}</h3>
			<p className={css.hint} role="status">
				{trial.judged < all ? say.trying(trial.judged, all) : say.tried(trial.judged)} {say.hint}
			</p>
			<table className={css.rules}>
				<thead>
					<tr>
						<th scope="col">{columns.rule}</th>
						<th scope="col">{columns.action}</th>
						<th scope="col" data-figure>
							{columns.flows}
						</th>
						<th scope="col" data-figure>
							{columns.bytes}
						</th>
					</tr>
				</thead>
				<tbody>
					{trial.rules.map(({ rule, action, rateBits, flows, bytes: moved }) => (
						<tr key={rule} aria-current={rule === current || undefined}>
							<th scope="row">
								{flows === 0 ? rule : <Quiet onClick={() => showFlows(exactly('rule', rule))}>{rule}</Quiet>}
							</th>
							<td>{say.actionOf(action, rateBits)}</td>
							<td data-figure>{flows === 0 ? say.none : number(flows)}</td>
							<td data-figure>{bytes(moved)}</td>
						</tr>
					))}
				</tbody>
			</table>
		</section>
	);
}
