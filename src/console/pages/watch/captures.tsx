/** The captures that are analysed, and the ways in which one comes here: dropped, opened, or by the terminal. */
import { ActionIcon, Button } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import type { Analysis } from '../../../node/api/watch-schemas.ts';
import { query, send } from '../../api.ts';
import { desk, sheet } from '../../desk.ts';
import { Icon } from '../../icons.tsx';
import { live } from '../../live.ts';
import { setParams } from '../../location.ts';
import { Bar } from '../../parts/bar.tsx';
import { sentence } from '../../run.ts';
import { createStore, useStore } from '../../store.ts';
import { words } from '../../words.ts';
import css from './watch.module.css';

/** They are asked to go: nothing more is asked about them. */
export const closing = createStore<ReadonlySet<number>>(new Set());

/** The node takes no more; a browser that is cut off in the middle does not hear why. */
const mostBytes = 4_000_000_000;

async function upload(file: File): Promise<void> {
	if (file.size > mostBytes) return desk.say(words.watch.tooLarge(file.name));
	desk.say(words.watch.uploaded(file.name));
	try {
		const path = `watch/analyses?${query({ name: file.name })}`;
		const { id } = await send<Analysis>(path, file);
		setParams({ capture: String(id), filter: undefined, time: undefined });
	} catch (problem) {
		desk.say(sentence(problem));
	}
	live.touch();
}

/** A button; the action `openCapture` presses it too. */
export function OpenCapture() {
	const input = useRef<HTMLInputElement>(null);
	const open = useStore(sheet);
	useEffect(() => {
		if (open !== 'open-capture') return;
		sheet.set(undefined);
		input.current?.click();
	}, [open]);
	return (
		<>
			<input
				ref={input}
				type="file"
				hidden
				accept=".pcap,.pcapng,.cap,.dmp"
				aria-label={words.watch.choose}
				onChange={({ currentTarget }) => {
					for (const file of currentTarget.files ?? []) void upload(file);
					currentTarget.value = '';
				}}
			/>
			<Button leftSection={<Icon name="plus" size={15} />} onClick={() => input.current?.click()}>
				{words.watch.choose}
			</Button>
		</>
	);
}

/** While files are dragged over the page, and what is dropped. */
export function DropZone() {
	const [over, setOver] = useState(false);
	useEffect(() => {
		const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') === true;
		const drag = (event: DragEvent) => {
			if (!hasFiles(event)) return;
			event.preventDefault();
			setOver(true);
		};
		const leave = (event: DragEvent) => event.relatedTarget === null && setOver(false);
		const drop = (event: DragEvent) => {
			if (!hasFiles(event)) return;
			event.preventDefault();
			setOver(false);
			for (const file of event.dataTransfer?.files ?? []) void upload(file);
		};
		addEventListener('dragover', drag);
		addEventListener('dragleave', leave);
		addEventListener('drop', drop);
		return () => {
			removeEventListener('dragover', drag);
			removeEventListener('dragleave', leave);
			removeEventListener('drop', drop);
		};
	}, []);
	return over ? <p className={css.drop}>{words.watch.drop}</p> : null;
}

export function Captures({ list, chosen }: { list: readonly Analysis[]; chosen: Analysis }) {
	const remove = (analysis: Analysis) => {
		closing.set(new Set([...closing.get(), analysis.id]));
		if (analysis.id === chosen.id) setParams({ capture: undefined, filter: undefined, time: undefined });
		void desk
			.call('DELETE', `watch/analyses/${analysis.id}`)
			.catch((problem: unknown) => desk.say(sentence(problem)));
	};
	return (
		<ul className={css.captures} aria-label={words.watch.analyses}>
			{list.map((analysis) => (
				<li key={analysis.id} data-chosen={analysis.id === chosen.id || undefined}>
					<button
						type="button"
						className={css.capture}
						aria-pressed={analysis.id === chosen.id}
						onClick={() => setParams({ capture: String(analysis.id), filter: undefined, time: undefined })}
					>
						<strong>{analysis.name}</strong>
						<small>
							{analysis.live && analysis.state === 'reading'
								? words.watch.live
								: words.watch.states[analysis.state]}
						</small>
					</button>
					<ActionIcon
						variant="subtle"
						color="gray"
						size={34}
						aria-label={words.watch.remove(analysis.name)}
						onClick={() => remove(analysis)}
					>
						<Icon name="close" size={15} />
					</ActionIcon>
				</li>
			))}
		</ul>
	);
}

export function Progress({ analysis }: { analysis: Analysis }) {
	if (analysis.state !== 'reading' || analysis.size === undefined) return null;
	return (
		<Bar
			done={analysis.read}
			size={analysis.size}
			label={words.watch.progress(analysis.name)}
			state="moving"
		/>
	);
}
