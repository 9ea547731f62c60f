/** One field and a button. What the node says against it stands beneath the field. */
import { Button, TextInput } from '@mantine/core';
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { sheet } from '../desk.ts';
import { sentence } from '../run.ts';
import { words } from '../words.ts';
import { Dialog } from './dialog.tsx';
import css from './parts.module.css';

interface AskFormProps {
	field: string;
	hint: string;
	submit: string;
	/** What the field holds at first. */
	initial?: string;
	children?: ReactNode;
	onSubmit(value: string): Promise<unknown>;
}

const close = () => sheet.set(undefined);

/** A dialog that closes when the node has taken it. */
export function Ask({ title, onSubmit, ...form }: AskFormProps & { title: string }) {
	const submit = async (value: string) => {
		await onSubmit(value);
		close();
	};
	return (
		<Dialog title={title} size={520}>
			<AskForm {...form} onSubmit={submit} />
		</Dialog>
	);
}

/** What is in such a dialog, where the dialog goes on. */
export function AskForm({ field, hint, submit, initial = '', children, onSubmit }: AskFormProps) {
	const [value, setValue] = useState(initial);
	const [error, setError] = useState<string>();
	const [busy, setBusy] = useState(false);
	const input = useRef<HTMLInputElement>(null);
	// The dialog looks for data-autofocus only when it opens, and the form may come back later.
	useEffect(() => input.current?.focus(), []);
	const send = async (event: FormEvent) => {
		event.preventDefault();
		if (busy) return;
		setBusy(true);
		setError(undefined);
		try {
			await onSubmit(value.trim());
		} catch (problem) {
			setError(sentence(problem));
		}
		setBusy(false);
	};
	return (
		<form className={css.ask} onSubmit={(event) => void send(event)}>
			<TextInput
				ref={input}
				label={field}
				placeholder={hint}
				value={value}
				error={error}
				errorProps={{ role: 'alert' }}
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
	);
}
