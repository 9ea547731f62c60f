import { Button, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { call, query } from '../../api.ts';
import { Section } from '../../parts/facts.tsx';
import { sentence } from '../../run.ts';
import { words } from '../../words.ts';
import css from './library.module.css';

/** Answer of files/explain. */
interface Explanation {
	readonly shared: boolean;
	readonly reason: string;
}

/** Is this file visible to others, and why not? */
export function Explain() {
	const [path, setPath] = useState('');
	const [answer, setAnswer] = useState('');
	const ask = async (event: FormEvent) => {
		event.preventDefault();
		try {
			setAnswer((await call<Explanation>('GET', `files/explain?${query({ path: path.trim() })}`)).reason);
		} catch (error) {
			setAnswer(sentence(error));
		}
	};
	return (
		<Section title={words.library.explainTitle}>
			<form className={css.explain} onSubmit={(event) => void ask(event)}>
				<TextInput
					aria-label={words.library.explainField}
					placeholder={words.library.explainField}
					value={path}
					onChange={(event) => setPath(event.currentTarget.value)}
					required
				/>
				<Button type="submit" variant="default">
					{words.library.explain}
				</Button>
			</form>
			<p role="status" className={css.answer}>
				{answer}
			</p>
		</Section>
	);
}
