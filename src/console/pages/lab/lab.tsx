/** Rehearsals: a scenario is ordered, played by the node's machine, and shown row beside row. */
import { ActionIcon, Button } from '@mantine/core';
import { useState } from 'react';
import type { LabOrder, LabRun, LabScenario } from '../../../node/api/lab-schemas.ts';
import { desk } from '../../desk.ts';
import { useBeat, useFetched, useOffered, useTitle } from '../../hooks.ts';
import { Icon } from '../../icons.tsx';
import { setParams, useParam } from '../../location.ts';
import { PageHead } from '../../parts/facts.tsx';
import { sentence } from '../../run.ts';
import { Empty, Loading } from '../../table/states.tsx';
import { words } from '../../words.ts';
import css from './lab.module.css';
import { Order } from './order.tsx';
import { RunView } from './run.tsx';
import { Watching } from './watching.tsx';

const { lab: say } = words;

/** Answers what was wrong with the order, in a sentence. */
async function begin(order: Partial<LabOrder>): Promise<string | undefined> {
	try {
		const { id } = (await desk.call('POST', 'lab/runs', order)) as LabRun;
		setParams({ run: String(id) });
		return undefined;
	} catch (problem) {
		return sentence(problem);
	}
}

/** With a name of its own, for the import that loads it when it is opened. */
export default function LabPage() {
	useTitle(words.pages.lab);
	const offered = useOffered('lab');
	const { value: scenarios } = useFetched<LabScenario[]>('lab/scenarios', 0);
	const { value: runs } = useFetched<LabRun[]>('lab/runs', useBeat(1));
	const [scenario, setScenario] = useParam('scenario');
	const [wanted] = useParam('run');
	const [watched, setWatched] = useState<Partial<LabOrder>>();
	if (offered === false) return <Empty title={say.notOffered} />;
	if (scenarios === undefined || runs === undefined) return <Loading />;
	const run = runs.find(({ id }) => String(id) === wanted) ?? runs.at(-1);
	const chosen =
		scenarios.find(({ name }) => name === (scenario ?? run?.scenario ?? 'failures')) ?? scenarios[0]!;
	return (
		<>
			<PageHead title={say.title} text={say.text} />
			<Order
				key={chosen.name}
				scenarios={scenarios}
				scenario={chosen}
				onScenario={setScenario}
				onOrder={begin}
				onWatch={setWatched}
			/>
			{watched?.scenario === chosen.name && (
				<Watching
					key={JSON.stringify(watched)}
					scenario={chosen}
					order={watched}
					onClose={() => setWatched(undefined)}
				/>
			)}
			{run === undefined ? (
				<Questions scenarios={scenarios} />
			) : (
				<>
					<Runs runs={runs} chosen={run} />
					<RunView key={run.id} run={run} runs={runs} />
				</>
			)}
		</>
	);
}

/** The claims of the talk, each a click away from its measurement. */
function Questions({ scenarios }: { scenarios: readonly LabScenario[] }) {
	const asked = scenarios.filter(({ name }) => say.questions[name] !== undefined);
	return (
		<section aria-label={say.emptyTitle} className={css.questions}>
			<h2>{say.emptyTitle}</h2>
			<p className={css.hint}>{say.emptyText}</p>
			<ul>
				{asked.map(({ name, about }) => (
					<li key={name} className={css.question}>
						<strong>{say.questions[name]}</strong>
						<p className={css.hint}>{about}</p>
						<Button
							variant="default"
							aria-label={`${say.run}: ${name}`}
							onClick={async () => {
								setParams({ scenario: name });
								const problem = await begin({ scenario: name });
								if (problem !== undefined) desk.say(problem);
							}}
						>
							{say.run}
						</Button>
					</li>
				))}
			</ul>
		</section>
	);
}

function Runs({ runs, chosen }: { runs: readonly LabRun[]; chosen: LabRun }) {
	const close = ({ id }: LabRun) =>
		void desk.call('DELETE', `lab/runs/${id}`).catch((problem: unknown) => desk.say(sentence(problem)));
	return (
		<ul className={css.runs} aria-label={say.runs}>
			{runs.map((run) => {
				const name = say.runName(run.id, run.scenario);
				return (
					<li key={run.id} data-chosen={run.id === chosen.id || undefined}>
						<button
							type="button"
							className={css.run}
							aria-pressed={run.id === chosen.id}
							onClick={() => setParams({ run: String(run.id), scenario: run.scenario })}
						>
							<strong>{name}</strong>
							<small>{say.states[run.state]}</small>
						</button>
						{run.state !== 'running' && (
							<ActionIcon
								variant="subtle"
								color="gray"
								size={34}
								aria-label={say.close(name)}
								onClick={() => close(run)}
							>
								<Icon name="close" size={15} />
							</ActionIcon>
						)}
					</li>
				);
			})}
		</ul>
	);
}
