import { Button, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { Icon } from '../../icons.tsx';
import { startSearch, wantOf } from '../../searches.ts';
import { words } from '../../words.ts';
import css from './search.module.css';

/** Of a link with the hashes of its parts; how many words there may be, the node says. */
const mostLetters = 50_000;

/** Takes words, and also a link or a hash: then the button says so. */
export function SearchField({ large = false }: { large?: boolean }) {
	const [text, setText] = useState('');
	const isLink = wantOf(text) !== undefined;
	const send = (event: FormEvent) => {
		event.preventDefault();
		if (text.trim() === '') return;
		void startSearch(text.trim());
		setText('');
	};
	return (
		<search>
			<form className={css.form} data-large={large || undefined} onSubmit={send}>
				<TextInput
					className={css.field ?? ''}
					size={large ? 'lg' : 'md'}
					data-field="search"
					aria-label={words.search.field}
					placeholder={words.search.hint}
					value={text}
					maxLength={mostLetters}
					autoComplete="off"
					spellCheck={false}
					enterKeyHint="search"
					onChange={(event) => setText(event.currentTarget.value)}
					onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
					leftSection={<Icon name={isLink ? 'link' : 'search'} />}
				/>
				<Button type="submit" size={large ? 'lg' : 'md'}>
					{isLink ? words.search.get : words.search.go}
				</Button>
			</form>
		</search>
	);
}
