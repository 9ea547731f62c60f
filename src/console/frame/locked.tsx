import { Button, Code } from '@mantine/core';
import { useEffect } from 'react';
import { words } from '../words.ts';
import css from './frame.module.css';
import { Gate } from './marks.tsx';

/** No cookie: the token of the printed address has not been brought along. */
export function Locked() {
	useEffect(() => {
		document.title = words.title(words.locked.title);
	}, []);
	return (
		<main className={css.locked}>
			<Gate size={72} />
			<h1>{words.locked.title}</h1>
			<p>{words.locked.text}</p>
			<Code>{words.locked.command}</Code>
			<Button variant="default" onClick={() => location.reload()}>
				{words.locked.again}
			</Button>
		</main>
	);
}
