import { useParam } from '../../location.ts';
import { words } from '../../words.ts';
import css from './results.module.css';

/** Kinds of files by the ending of their name: `type:` of the filter language. */
export function TypeBox() {
	const [type, setType] = useParam('type');
	return (
		<select
			className={css.typeBox}
			aria-label={words.search.type}
			value={type ?? ''}
			onChange={(event) => setType(event.currentTarget.value || undefined)}
		>
			<option value="">{words.search.anyType}</option>
			{Object.entries(words.search.types).map(([kind, label]) => (
				<option key={kind} value={kind}>
					{label}
				</option>
			))}
		</select>
	);
}
