/** What is to be rehearsed: a scenario, and its settings with their bounds. */
import { Button } from '@mantine/core';
import { useId, useState } from 'react';
import type { LabOrder, LabScenario } from '../../../node/api/lab-schemas.ts';
import { base } from '../../api.ts';
import { Quiet } from '../../parts/quiet.tsx';
import { words } from '../../words.ts';
import { spaced } from './figures.ts';
import css from './lab.module.css';

const { lab: say } = words;

type Setting = LabScenario['settings'][number];

interface OrderProps {
	scenarios: readonly LabScenario[];
	scenario: LabScenario;
	onScenario(name: string): void;
	/** Answers what was wrong with it. */
	onOrder(order: Partial<LabOrder>): Promise<string | undefined>;
	/** Where there is something to see. */
	onWatch(order: Partial<LabOrder>): void;
}

export function Order({ scenarios, scenario, onScenario, onOrder, onWatch }: OrderProps) {
	const [typed, setTyped] = useState<Readonly<Record<string, string>>>({});
	const [wrong, setWrong] = useState<string>();
	const [busy, setBusy] = useState(false);
	const fields = fieldsOf(scenario);
	const changed = fields.filter(({ name, preset }) => (typed[name] ?? String(preset)) !== String(preset));
	const submit = async () => {
		setBusy(true);
		setWrong(await onOrder(orderOf(scenario, changed, typed)));
		setBusy(false);
	};
	return (
		<form
			className={css.order}
			aria-label={say.order}
			onSubmit={(event) => {
				event.preventDefault();
				void submit();
			}}
		>
			<div className={css.choose}>
				<label className={css.field}>
					<span>{say.scenario}</span>
					<select value={scenario.name} onChange={(event) => onScenario(event.currentTarget.value)}>
						{scenarios.map(({ name }) => (
							<option key={name}>{name}</option>
						))}
					</select>
				</label>
				<Button type="submit" loading={busy}>
					{say.run}
				</Button>
				{scenario.mostWatched > 0 && (
					<Button variant="default" onClick={() => onWatch(orderOf(scenario, changed, typed))}>
						{say.watch}
					</Button>
				)}
			</div>
			<p className={css.about}>
				{scenario.about}.{' '}
				{scenario.page && (
					<a
						href={new URL(`lab/scenarios/${scenario.name}/page`, base).href}
						target="_blank"
						rel="noreferrer"
					>
						{say.page}
					</a>
				)}
				{scenario.mostWatched === 0 && ` ${say.notWatched}`}
			</p>
			{wrong !== undefined && (
				<p role="alert" className={css.wrong}>
					{wrong}
				</p>
			)}
			<details className={css.settings} open={changed.length > 0 || undefined}>
				<summary>
					{say.more}
					{changed.length > 0 && <small>{say.changed(changed.length)}</small>}
				</summary>
				<div className={css.fields}>
					{fields.map((setting) => (
						<Field
							key={setting.name}
							setting={setting}
							value={typed[setting.name] ?? String(setting.preset)}
							onChange={(value) => setTyped({ ...typed, [setting.name]: value })}
						/>
					))}
				</div>
				{changed.length > 0 && <Quiet onClick={() => setTyped({})}>{say.presets}</Quiet>}
			</details>
		</form>
	);
}

/** Nodes and the seed are no settings of a scenario, but look like some. */
function fieldsOf({ nodes, mostNodes, settings }: LabScenario): readonly Setting[] {
	return [
		{ name: 'nodes', about: say.nodesAbout(mostNodes), preset: nodes, least: 1, most: mostNodes },
		{ name: 'randomSeed', about: say.randomSeedAbout, preset: 1, least: 0, most: 2_147_483_647 },
		...settings.map((setting) =>
			setting.most === undefined || setting.least === undefined
				? setting
				: { ...setting, about: say.upTo(setting.about, setting.least, setting.most) },
		),
	];
}

function orderOf(
	{ name }: LabScenario,
	changed: readonly Setting[],
	typed: Readonly<Record<string, string>>,
): Partial<LabOrder> {
	const said = new Map(changed.map((setting) => [setting.name, typed[setting.name] ?? '']));
	const take = (field: 'nodes' | 'randomSeed'): Partial<LabOrder> => {
		const text = said.get(field);
		said.delete(field);
		return text === undefined ? {} : { [field]: Number(text) };
	};
	return { scenario: name, ...take('nodes'), ...take('randomSeed'), set: Object.fromEntries(said) };
}

function Field({
	setting: { name, about, words: choices, least, most },
	value,
	onChange,
}: {
	setting: Setting;
	value: string;
	onChange(value: string): void;
}) {
	const [field, hint] = [useId(), useId()];
	return (
		<div className={css.field}>
			<label htmlFor={field}>{spaced(name)}</label>
			{choices === undefined ? (
				<input
					id={field}
					type={most === undefined ? 'text' : 'number'}
					required
					min={least}
					max={most}
					step={most === 1 ? 'any' : 1}
					value={value}
					aria-describedby={hint}
					onChange={(event) => onChange(event.currentTarget.value)}
				/>
			) : (
				<select
					id={field}
					value={value}
					aria-describedby={hint}
					onChange={(event) => onChange(event.currentTarget.value)}
				>
					{choices.map((choice) => (
						<option key={choice}>{choice}</option>
					))}
				</select>
			)}
			<small id={hint}>{about}</small>
		</div>
	);
}
