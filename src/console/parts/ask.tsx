/** A dialog with one field. It closes when the node has taken it; otherwise it says why not. */
import { Button, TextInput } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { sheet } from '../desk.ts';
import { sentence } from '../run.ts';
import { words } from '../words.ts';
import { Dialog } from './dialog.tsx';
import css from './parts.module.css';

interface AskProps {
	title: string;
	field: string;
	hint: string;
	submit: string;
	children?: ReactNode;
	onSubmit(value: string): Promise<unknown>;
}

export function Ask({ title, field, hint, submit, children, onSubmit }: AskProps) {
	const [value, setValue] = useState('');
	const [error, setError] = useState<string>();
	const [busy, setBusy] = useState(false);
	const close = () => sheet.set(undefined);
	const send = async (event: FormEvent) => {
		event.preventDefault();
		setBusy(true);
		try {
			await onSubmit(value.trim());
			close();
		} catch (problem) {
			setError(sentence(problem));
			setBusy(false);
		}
	};
	return (
		<Dialog title={title} size={520}>
			<form className={css.ask} onSubmit={(event) => void send(event)}>
				<TextInput
					label={field}
					placeholder={hint}
					value={value}
					error={error}
					onChange={(event) => setValue(event.currentTarget.value)}
					data-autofocus
					required
				/>
				{children}
				<div className={css.askButtons}>
					<Button variant="default" onClick={close}>
						{words.cancel}
					</Button>
					<Button type="submit" loading={busy}>
						{submit}
					</Button>
				</div>
			</form>
		</Dialog>
	);
}
