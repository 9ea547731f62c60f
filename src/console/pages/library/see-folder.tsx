/** A guarded node does not see the folder yet: it is agreed to on the node's terminal, and the node comes back with it. */
import { Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import { call } from '../../api.ts';
import { useBeat } from '../../hooks.ts';
import { sentence } from '../../run.ts';
import { words } from '../../words.ts';
import css from './library.module.css';

interface SeeFolderProps {
	path: string;
	onBack(): void;
	/** It may be there by now. */
	onTry(): Promise<void>;
}

export function SeeFolder({ path, onBack, onTry }: SeeFolderProps) {
	const { library } = words;
	const [state, setState] = useState<'unasked' | 'asked' | 'agreed'>('unasked');
	const [problem, setProblem] = useState<string>();
	const beat = useBeat(1);
	// biome-ignore lint/correctness/useExhaustiveDependencies: the beat says when to try again
	useEffect(() => {
		if (state === 'agreed') void onTry();
	}, [state, beat]);
	const ask = async () => {
		setState('asked');
		setProblem(undefined);
		try {
			await call('POST', 'folders/see', { path });
			setState('agreed');
		} catch (error) {
			setProblem(sentence(error));
			setState('unasked');
		}
	};
	return (
		<div className={css.preview}>
			<h3>{path}</h3>
			<p>{library.unseen}</p>
			<p role="status">{state === 'unasked' ? library.seeHow : library.seeStates[state]}</p>
			{problem !== undefined && (
				<p role="alert" className={css.refused}>
					{problem}
				</p>
			)}
			<div className={css.previewButtons}>
				<Button variant="default" onClick={onBack}>
					{library.back}
				</Button>
				<Button loading={state !== 'unasked'} onClick={() => void ask()}>
					{library.see}
				</Button>
			</div>
		</div>
	);
}
