import { CloseButton } from '@mantine/core';
import { forget, notices } from '../desk.ts';
import { live } from '../live.ts';
import { useStore } from '../store.ts';
import { words } from '../words.ts';
import css from './frame.module.css';

/** Says what was done, or why not, and goes away by itself. */
export function Notices() {
	const list = useStore(notices);
	return (
		<div className={css.notices} role="status">
			{list.map(({ id, sentence }) => (
				<div key={id} className={css.notice}>
					<span>{sentence}</span>
					<CloseButton size="sm" aria-label={words.frame.dismiss} onClick={() => forget(id)} />
				</div>
			))}
		</div>
	);
}

/** The node cannot be heard: the figures stay, grey, and this says from when they are. */
export function ReconnectBar() {
	const link = useStore(live.link);
	const heard = useStore(live.heard);
	return (
		<div role="status">
			{link === 'lost' && (
				<div className={css.lost}>
					<span data-figure>{words.frame.lostSince(heard)}</span>
					<button type="button" className={css.lostTry} onClick={() => live.retry()}>
						{words.frame.retryNow}
					</button>
				</div>
			)}
		</div>
	);
}
