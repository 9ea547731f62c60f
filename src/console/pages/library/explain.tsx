import { Button, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { Explanation } from '../../../node/api/schemas.ts';
import { call, query } from '../../api.ts';
import { Section } from '../../parts/facts.tsx';
import { sentence } from '../../run.ts';
import { words } from '../../words.ts';
import css from './library.module.css';

/** Is this file visible to others, and why not? */
export function Explain() {
	const [path, setPath] = useState('');
	const [answer, setAnswer] = useState<Explanation | string>();
	const [busy, setBusy] = useState(false);
	const ask = async (event: FormEvent) => {
		event.preventDefault();
		if (busy) return;
		setBusy(true);
		try {
			setAnswer(await call<Explanation>('GET', `files/explain?${query({ path: path.trim() })}`));
		} catch (error) {
			setAnswer(sentence(error));
		}
		setBusy(false);
	};
	return (
		<Section title={words.library.explainTitle}>
			<form className={css.explain} onSubmit={(event) => void ask(event)}>
				<TextInput
					label={words.library.explainField}
					placeholder={words.library.explainHint}
					value={path}
					onChange={(event) => setPath(event.currentTarget.value)}
					required
					withAsterisk={false}
				/>
				<Button type="submit" variant="default">
					{words.library.explain}
				</Button>
			</form>
			<div role="status" className={css.answer}>
				{typeof answer === 'string' ? <p>{answer}</p> : answer && <Answer answer={answer} />}
			</div>
		</Section>
	);
}

function Answer({ answer: { path, shared, reason, advice } }: { answer: Explanation }) {
	return (
		<>
			<p>
				<strong data-shared={shared}>{shared ? words.library.shared : words.library.notShared}</strong>{' '}
				<code>{path}</code>
			</p>
			<p>{reason}</p>
			{advice !== undefined && <p>{advice}</p>}
		</>
	);
}
