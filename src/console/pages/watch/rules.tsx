/** Rules that hold at an interface now: their hits, their last use, and how long temporary ones still hold. */
import type { RuleCount } from '../../../node/api/watch-schemas.ts';
import { time } from '../../format.ts';
import { useBeat, useFetched, useStatus } from '../../hooks.ts';
import { Section } from '../../parts/facts.tsx';
import { words } from '../../words.ts';
import css from './watch.module.css';

const { rules: say } = words.watch;

export function Rules() {
	const now = useStatus()?.now ?? 0;
	const { value } = useFetched<RuleCount[] | null>('watch/rules', useBeat(1));
	if (value === undefined || value === null) return null;
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
						</tr>
					))}
				</tbody>
			</table>
		</Section>
	);
}
