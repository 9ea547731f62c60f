/** One run: how far it is, what it was ordered as, and its result as far as it is there. */
import { Button } from '@mantine/core';
import { useState } from 'react';
import type { LabOutcome, LabRun } from '../../../node/api/lab-schemas.ts';
import { desk } from '../../desk.ts';
import { number } from '../../format.ts';
import { useFetched } from '../../hooks.ts';
import { Bar } from '../../parts/bar.tsx';
import { Facts } from '../../parts/facts.tsx';
import { sentence } from '../../run.ts';
import { Loading } from '../../table/states.tsx';
import { words } from '../../words.ts';
import { spaced } from './figures.ts';
import css from './lab.module.css';
import { Measures } from './measures.tsx';

const { lab: say } = words;

/** `run` is of the list, and has no result; `runs` are all of them. */
export function RunView({ run, runs }: { run: LabRun; runs: readonly LabRun[] }) {
	const [beside, setBeside] = useState<number>();
	const alike = runs.filter(
		({ id, scenario, progress }) => id !== run.id && scenario === run.scenario && progress.done > 0,
	);
	const chosen = alike.find(({ id }) => id === beside);
	const { value: other } = useFetched<LabRun>(
		chosen === undefined ? undefined : `lab/runs/${chosen.id}`,
		chosen?.progress.done ?? 0,
	);
	const { done, of } = run.progress;
	const beat = done * 2 + (run.state === 'running' ? 0 : 1);
	const { value } = useFetched<LabRun>(`lab/runs/${run.id}`, beat);
	const name = say.runName(run.id, run.scenario);
	return (
		<section aria-label={name}>
			<div className={css.standing}>
				<Going run={run} name={name} />
				{run.note !== undefined && <p className={css.note}>{run.note}</p>}
				{run.state === 'stopped' && done < of && <p className={css.note}>{say.partial}</p>}
				<Identity run={run} result={value?.result} />
			</div>
			{value === undefined ? (
				<Loading />
			) : value.result === undefined ? (
				run.state === 'running' && <p className={css.hint}>{say.waiting}</p>
			) : (
				<>
					{alike.length > 0 && (
						<label className={css.beside}>
							<span>{say.compareWith}</span>
							<select
								value={chosen?.id ?? ''}
								onChange={(event) => setBeside(Number(event.currentTarget.value) || undefined)}
							>
								<option value="">{say.nothingBeside}</option>
								{alike.map(({ id, scenario }) => (
									<option key={id} value={id}>
										{say.runName(id, scenario)}
									</option>
								))}
							</select>
						</label>
					)}
					<Measures
						name={say.runShort(run.id)}
						result={value.result}
						other={
							chosen === undefined || other?.result === undefined
								? undefined
								: { name: say.runShort(chosen.id), result: other.result }
						}
					/>
				</>
			)}
		</section>
	);
}

function Going({ run, name }: { run: LabRun; name: string }) {
	const { done, of, secondsLeft } = run.progress;
	const stop = () =>
		void desk.call('DELETE', `lab/runs/${run.id}`).catch((problem: unknown) => desk.say(sentence(problem)));
	const state = { running: 'moving', done: 'done', stopped: 'still', failed: 'failed' } as const;
	return (
		<div className={css.going}>
			<div>
				<Bar label={say.progress(name)} done={done} size={of} state={state[run.state]} />
				<p className={css.hint}>
					{say.plays(done, of)}
					{secondsLeft !== undefined && `, ${say.left(secondsLeft)}`}
				</p>
			</div>
			{run.state === 'running' && (
				<Button variant="default" onClick={stop}>
					{say.stop}
				</Button>
			)}
		</div>
	);
}

function Identity({ run, result }: { run: LabRun; result: LabOutcome | undefined }) {
	const { facts } = say;
	const settings = Object.entries(result?.settings ?? {}).filter(([name]) => name !== 'runs');
	return (
		<>
			<Facts
				facts={[
					[facts.nodes, number(run.nodes)],
					[facts.seed, String(run.randomSeed)],
					...(result === undefined ? [] : ([[facts.runs, number(result.runs)]] as const)),
					...(settings.length === 0
						? []
						: ([
								[facts.settings, settings.map(([name, value]) => `${spaced(name)} ${value}`).join(', ')],
							] as const)),
					...(result === undefined
						? []
						: ([[facts.digest, <code key="digest">{result.digest}</code>]] as const)),
				]}
			/>
			<p className={css.hint}>{say.command}</p>
			<pre className={css.command}>{run.command}</pre>
			<div className={css.take}>
				<Button variant="default" onClick={() => void desk.copy(run.command)}>
					{say.copy}
				</Button>
				{result !== undefined && (
					<Button
						variant="default"
						component="a"
						href={`data:application/json,${encodeURIComponent(JSON.stringify(result))}`}
						download={`${run.scenario}-${run.randomSeed}.json`}
					>
						{say.save}
					</Button>
				)}
			</div>
		</>
	);
}
