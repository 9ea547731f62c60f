/** What a policy grants, read aloud: that of the program, and the profiles that come with Sallyport. */
import type { GuardProfile, GuardRun } from '../../../node/api/guard-schemas.ts';
import { useFetched } from '../../hooks.ts';
import { Loading } from '../../table/states.tsx';
import { words } from '../../words.ts';
import css from './guard.module.css';

const { policy: say } = words.guard;

export function PolicyAloud({ policy }: { policy: GuardRun['policy'] }) {
	return (
		<section className={css.aloud} aria-label={say.title(policy.name)}>
			<h2>{say.title(policy.name)}</h2>
			{policy.about !== '' && <p className={css.hint}>{policy.about}</p>}
			<Sentences aloud={policy.aloud} />
			{policy.files.length > 0 && (
				<p className={css.hint}>
					{say.files} {policy.files.join(', ')}
				</p>
			)}
		</section>
	);
}

function Sentences({ aloud }: { aloud: readonly string[] }) {
	return (
		<ul className={css.sentences}>
			{aloud.map((one) => (
				<li key={one}>{one}</li>
			))}
		</ul>
	);
}

export function Profiles() {
	const { value } = useFetched<GuardProfile[]>('guard/profiles', 0);
	if (value === undefined) return <Loading />;
	return (
		<section aria-label={say.profiles}>
			<h2 className={css.head}>{say.profiles}</h2>
			{value.map(({ name, about, aloud }) => (
				<details key={name} className={css.profile}>
					<summary>
						<strong>{name}</strong>
						<span>{about}</span>
					</summary>
					<Sentences aloud={aloud} />
					<pre className={css.command}>{say.use(name)}</pre>
				</details>
			))}
		</section>
	);
}
