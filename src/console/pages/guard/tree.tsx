/** Processes beneath those that started them, each with what it did. */
import type { GuardProcess } from '../../../node/api/guard-schemas.ts';
import { useFetched } from '../../hooks.ts';
import { Empty, Loading } from '../../table/states.tsx';
import { words } from '../../words.ts';
import css from './guard.module.css';
import { nameOf } from './questions.tsx';

const { tree: say } = words.guard;
const kinds = ['run', 'out', 'in', 'socket', 'create', 'write', 'read', 'other'] as const;
type Kind = (typeof kinds)[number];
type Act = GuardProcess['acts'][number];

export function Tree({ beat }: { beat: number }) {
	const { value } = useFetched<GuardProcess[]>('guard/tree', beat);
	if (value === undefined) return <Loading />;
	if (value.length === 0) return <Empty title={say.empty} />;
	return (
		<section aria-label={say.title}>
			<p className={css.hint}>{say.text}</p>
			<Branch processes={value} parent={undefined} />
		</section>
	);
}

function Branch({ processes, parent }: { processes: readonly GuardProcess[]; parent: number | undefined }) {
	const own = processes.filter((one) => one.parent === parent && one.pid !== parent);
	if (own.length === 0) return null;
	return (
		<ul className={css.tree}>
			{own.map((one) => (
				<li key={one.pid}>
					<Process process={one} orphan={parent === undefined && one !== processes[0]} />
					<Branch processes={processes} parent={one.pid} />
				</li>
			))}
		</ul>
	);
}

function Process({ process, orphan }: { process: GuardProcess; orphan: boolean }) {
	const { pid, programs, acts, more } = process;
	const latest = programs.at(-1) ?? '';
	const notes = [
		say.pid(pid),
		...(programs.length > 1 ? [say.before(programs.slice(0, -1).map(nameOf))] : []),
		...(orphan ? [say.orphan] : []),
	];
	const byKind = Map.groupBy(acts, kindOf);
	return (
		<div className={css.process}>
			<p title={latest}>
				<strong>{nameOf(latest)}</strong> <small>{notes.join(', ')}</small>
			</p>
			{kinds.map((kind) => {
				const found = byKind.get(kind);
				return found === undefined ? null : <Acts key={kind} kind={kind} acts={found} />;
			})}
			{more > 0 && <p className={css.hint}>{say.more(more)}</p>}
		</div>
	);
}

function kindOf({ act }: Act): Kind {
	const verb = act.slice(0, act.indexOf(' '));
	return kinds.find((kind) => kind === verb) ?? 'other';
}

function Acts({ kind, acts }: { kind: Kind; acts: readonly Act[] }) {
	const refused = acts.filter(({ action }) => action === 'deny' || action === 'kill').length;
	const cut = kind === 'other' ? 0 : kind.length + 1;
	return (
		<details className={css.acts} data-refused={refused > 0 || undefined}>
			<summary>
				{say.kinds[kind](acts.length)}
				{refused > 0 && <em>{say.refused(refused)}</em>}
			</summary>
			<ul>
				{acts.map(({ act, action }) => (
					<li key={act}>
						<code>{act.slice(cut)}</code>
						{action !== 'allow' && (
							<span className={css.action} data-action={action}>
								{words.guard.actions[action]}
							</span>
						)}
					</li>
				))}
			</ul>
		</details>
	);
}
