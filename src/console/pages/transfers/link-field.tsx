import { Button, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { Link } from 'wouter';
import { desk } from '../../desk.ts';
import { Icon } from '../../icons.tsx';
import { sentence } from '../../run.ts';
import { fetchLink, wantOf } from '../../searches.ts';
import { words } from '../../words.ts';
import css from './transfers.module.css';

export function LinkField() {
	const [text, setText] = useState('');
	const send = (event: FormEvent) => {
		event.preventDefault();
		fetchLink(wantOf(text) ?? { link: text.trim() }).then(
			() => setText(''),
			(error: unknown) => desk.say(sentence(error)),
		);
	};
	return (
		<>
			<form className={css.linkField} onSubmit={send}>
				<TextInput
					aria-label={words.transfers.linkField}
					placeholder={words.transfers.linkField}
					leftSection={<Icon name="link" size={16} />}
					value={text}
					onChange={(event) => setText(event.currentTarget.value)}
					required
				/>
				<Button type="submit">{words.search.get}</Button>
			</form>
			<Button
				component={Link}
				href="/search"
				variant="default"
				leftSection={<Icon name="search" size={15} />}
			>
				{words.transfers.toSearch}
			</Button>
		</>
	);
}
