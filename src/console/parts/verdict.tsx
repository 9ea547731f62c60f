/** A verdict has a word, a shape and a colour: tick in a circle, question in a diamond, cross in a square. */
import type { Transfer } from '../../node/api/schemas.ts';
import { words } from '../words.ts';
import css from './parts.module.css';

type Kind = Transfer['verdict'];

const shapes: Record<Kind, string> = {
	ok: 'M8 1.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13z',
	unverified: 'M8 .8 15.2 8 8 15.2.8 8z',
	suspicious: 'M8 .8 15.2 8 8 15.2.8 8z',
	refused: 'M2.5 1.5h11a1 1 0 0 1 1 1v11a1 1 0 0 1-1 1h-11a1 1 0 0 1-1-1v-11a1 1 0 0 1 1-1z',
};

const signs: Record<Kind, string> = {
	ok: 'M5 8.2l2.1 2.1L11.2 6',
	unverified: 'M6.3 6.3a1.8 1.8 0 1 1 2.5 1.8c-.6.3-.8.6-.8 1.2M8 11.2v.01',
	suspicious: 'M6.3 6.3a1.8 1.8 0 1 1 2.5 1.8c-.6.3-.8.6-.8 1.2M8 11.2v.01',
	refused: 'M5.2 5.2l5.6 5.6M10.8 5.2l-5.6 5.6',
};

export function Verdict({ verdict }: { verdict: Kind }) {
	return (
		<span className={css.verdict} data-verdict={verdict}>
			<svg width="17" height="17" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
				<path d={shapes[verdict]} className={css.shape} />
				<path d={signs[verdict]} className={css.sign} />
			</svg>
			<span>{words.verdict[verdict]}</span>
		</span>
	);
}
