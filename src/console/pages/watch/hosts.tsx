/** Hosts, ranked, with the reasons: what they spoke and how that is known, and how much they behave like peers. */
import type { WatchHosts } from '../../../node/api/watch-schemas.ts';
import { desk } from '../../desk.ts';
import { bytes, number } from '../../format.ts';
import { useFetched } from '../../hooks.ts';
import { useParam } from '../../location.ts';
import { Choices } from '../../parts/choices.tsx';
import { Quiet } from '../../parts/quiet.tsx';
import { Empty, Loading } from '../../table/states.tsx';
import { exactly } from '../../terms.ts';
import { words } from '../../words.ts';
import { type Look, pathOf } from './look.ts';
import css from './watch.module.css';

const { hostColumns: titles } = words.watch;

export function Hosts({ look, version }: { look: Look; version: number }) {
	const [rank = 'moved', setRank] = useParam('rank');
	const by = rank === 'score' ? 'score' : 'moved';
	const { value } = useFetched<WatchHosts>(pathOf('hosts', look, { by, count: 100 }), version);
	if (value === undefined) return <Loading />;
	return (
		<>
			<div className={css.rank}>
				<span>{words.watch.rankedBy}</span>
				<Choices
					label={words.watch.rankedBy}
					value={by}
					choices={(['moved', 'score'] as const).map((value) => ({ value, label: words.watch.ranks[value] }))}
					onChange={(value) => setRank(value === 'moved' ? undefined : value)}
				/>
			</div>
			{value.hosts.length === 0 ? <Empty title={words.watch.noHosts} /> : <HostTable {...value} />}
			{!value.whole && <p className={css.hint}>{words.watch.notWhole}</p>}
		</>
	);
}

function HostTable({ hosts }: WatchHosts) {
	return (
		<table className={css.hosts}>
			<thead>
				<tr>
					<th scope="col">{titles.host}</th>
					<th scope="col">{titles.networks}</th>
					<th scope="col">{titles.score}</th>
					<th scope="col" data-figure>
						{titles.moved}
					</th>
					<th scope="col" data-figure>
						{titles.flows}
					</th>
					<th scope="col" data-figure>
						{titles.peers}
					</th>
				</tr>
			</thead>
			<tbody>
				{hosts.map((host) => (
					<tr key={host.host}>
						<th scope="row">
							<Quiet onClick={() => desk.narrow(exactly('host', host.host))}>{host.host}</Quiet>
						</th>
						<td>
							<span className={css.two}>
								<span>{words.watch.knownBy(host.networks) || words.list.none}</span>
								<small>{words.watch.knownBy(host.by)}</small>
							</span>
						</td>
						<td>
							<Score score={host.score} parts={host.parts} />
						</td>
						<td data-figure data-title={titles.moved}>
							{bytes(host.sent)} / {bytes(host.received)}
						</td>
						<td data-figure data-title={titles.flows}>
							{number(host.flows)}
						</td>
						<td data-figure data-title={titles.peers}>
							{number(host.peers)}
						</td>
					</tr>
				))}
			</tbody>
		</table>
	);
}

/** The parts are always shown: a score alone accuses nobody. */
function Score({ score, parts }: Pick<WatchHosts['hosts'][number], 'score' | 'parts'>) {
	const reasons = Object.entries(parts)
		.filter(([, part]) => part >= 0.2)
		.sort(([, one], [, other]) => other - one)
		.map(([part]) => words.watch.parts[part] ?? part);
	return (
		<span className={css.two}>
			<span className={css.score} data-figure>
				<span className={css.scoreTrack} aria-hidden="true">
					<span style={{ width: `${score}%` }} />
				</span>
				{words.watch.scoreOf(score)}
			</span>
			<small>{reasons.length === 0 ? words.watch.noScore : reasons.join(', ')}</small>
		</span>
	);
}
