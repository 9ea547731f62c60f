/** A window over the page. Its name is a heading in it: a second banner would confuse who listens to the page. */
import { CloseButton, Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { sheet } from '../desk.ts';
import { words } from '../words.ts';
import css from './parts.module.css';

interface DialogProps {
	title: string;
	size: number;
	/** Without a head: what is in it has the title's place. */
	bare?: boolean;
	children: ReactNode;
}

export function Dialog({ title, size, bare = false, children }: DialogProps) {
	const close = () => sheet.set(undefined);
	return (
		<Modal
			opened
			onClose={close}
			size={size}
			withCloseButton={false}
			padding={0}
			yOffset={bare ? '12vh' : '8vh'}
			attributes={{ content: { 'aria-label': title } }}
		>
			{!bare && <DialogHead title={title} onClose={close} />}
			<div className={bare ? undefined : css.dialog}>{children}</div>
		</Modal>
	);
}

export function DialogHead({ title, onClose }: { title: string; onClose(): void }) {
	return (
		<div className={css.dialogHead}>
			<h2>{title}</h2>
			<CloseButton size={40} iconSize={18} aria-label={words.frame.dismiss} onClick={onClose} />
		</div>
	);
}
