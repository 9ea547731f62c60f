/** Rules that hold at an interface now: their hits, their last use, and how long temporary ones still hold. */
import { Button } from '@mantine/core';
import { useState } from 'react';
import type { RuleCount, WatchFlow, WatchOrder } from '../../../node/api/watch-schemas.ts';
import { desk } from '../../desk.ts';
import { duration, time } from '../../format.ts';
import { useBeat, useFetched, useStatus } from '../../hooks.ts';
import { Section } from '../../parts/facts.tsx';
import { sentence } from '../../run.ts';
import { words } from '../../words.ts';
import css from './watch.module.css';

const { rules: say } = words.watch;

/** undefined: nothing is enforced. */
function useRules(): readonly RuleCount[] | undefined {
	const { value } = useFetched<RuleCount[] | null>('watch/rules', useBeat(1));
	return value ?? undefined;
}

export function Rules() {
	const now = useStatus()?.now ?? 0;
	const value = useRules();
	if (value === undefined) return null;
	const { columns } = say;
	return (
		<Section title={say.title}>
			<table className={css.rules}>
				<thead>
					<tr>
						<th scope="col">{columns.rule}</th>
						<th scope="col">{columns.action}</th>
						<th scope="col" data-figure>
							{columns.live}
						</th>
						<th scope="col" data-figure>
							{columns.hits}
						</th>
						<th scope="col" data-figure>
							{columns.used}
						</th>
						<th scope="col" data-figure>
							{columns.left}
						</th>
						<th scope="col">
							<span className="only-read-aloud">{say.actions}</span>
						</th>
					</tr>
				</thead>
				<tbody>
					{value.map((rule) => (
						<tr key={rule.rule}>
							<th scope="row">{rule.rule}</th>
							<td>{words.watch.policy.actionOf(rule.action, rule.rateBits)}</td>
							<td data-figure>{say.liveOf(rule.live, rule.orders)}</td>
							<td data-figure>{say.hitsOf(rule.packets, rule.bytes)}</td>
							<td data-figure>{rule.lastUse === undefined ? say.never : time(rule.lastUse)}</td>
							<td data-figure>
								{rule.until === undefined ? say.always : say.left((rule.until - now) / 1000)}
							</td>
							<td>{rule.until !== undefined && <End rule={rule.rule} />}</td>
						</tr>
					))}
				</tbody>
			</table>
		</Section>
	);
}

function End({ rule }: { rule: string }) {
	const end = () =>
		desk
			.call('DELETE', `watch/rules/${encodeURIComponent(rule)}`)
			.catch((problem: unknown) => desk.say(sentence(problem)));
	return (
		<Button size="xs" variant="default" aria-label={say.endOf(rule)} onClick={() => void end()}>
			{say.end}
		</Button>
	);
}

const spans = [60, 600, 3600, 86_400];
const rates = [256_000, 1_000_000, 10_000_000];

/** Blocks or slows down a flow, or one of its ends, for a time. */
export function Order({ flow }: { flow: WatchFlow }) {
	const enforced = useRules() !== undefined;
	const [target, setTarget] = useState('flow');
	const [act, setAct] = useState('block');
	const [span, setSpan] = useState('600');
	const { protocol, source, sourcePort, destination, destinationPort } = flow;
	if (!enforced || (protocol !== 'tcp' && protocol !== 'udp')) return null;
	const ends = { source, sourcePort, destination, destinationPort, protocol } as const;
	const send = async () => {
		const order: WatchOrder = {
			target: target === 'flow' ? { flow: ends } : { host: target },
			act: act === 'block' ? { action: 'block' } : { action: 'throttle', rateBits: Number(act) },
			seconds: Number(span),
		};
		try {
			const { rule } = (await desk.call('POST', 'watch/orders', order)) as { rule: string };
			desk.say(say.ordered(rule));
		} catch (problem) {
			desk.say(sentence(problem));
		}
	};
	return (
		<fieldset className={css.order}>
			<legend>{say.order}</legend>
			<Pick
				label={say.target}
				value={target}
				onPick={setTarget}
				choices={[
					['flow', say.flow],
					...[source, destination].map((host) => [host, say.host(host)] as const),
				]}
			/>
			<Pick
				label={say.act}
				value={act}
				onPick={setAct}
				choices={[['block', say.block], ...rates.map((bits) => [String(bits), say.throttle(bits)] as const)]}
			/>
			<Pick
				label={say.span}
				value={span}
				onPick={setSpan}
				choices={spans.map((seconds) => [String(seconds), duration(seconds)])}
			/>
			<Button size="xs" onClick={() => void send()}>
				{say.go}
			</Button>
		</fieldset>
	);
}

interface PickProps {
	label: string;
	value: string;
	choices: readonly (readonly [value: string, label: string])[];
	onPick(value: string): void;
}

function Pick({ label, value, choices, onPick }: PickProps) {
	return (
		<select aria-label={label} value={value} onChange={(event) => onPick(event.currentTarget.value)}>
			{choices.map(([one, name]) => (
				<option key={one} value={one}>
					{name}
				</option>
			))}
		</select>
	);
}
