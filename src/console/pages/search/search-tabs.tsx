import { Link } from 'wouter';
import type { Search } from '../../../node/api/schemas.ts';
import { action } from '../../actions.ts';
import { act } from '../../desk.ts';
import { number } from '../../format.ts';
import { Icon } from '../../icons.tsx';
import { Pulse } from '../../parts/quiet.tsx';
import { words } from '../../words.ts';
import css from './search.module.css';

/** Several searches at once, the newest first; each has an address of its own. */
export function SearchTabs({ searches, open }: { searches: readonly Search[]; open: number | undefined }) {
	return (
		<nav className={css.tabs} aria-label={words.search.tabs}>
			<ul>
				{searches.map((search) => (
					<li key={search.id} className={css.tab} data-open={search.id === open || undefined}>
						<Link href={`/search?id=${search.id}`} aria-current={search.id === open ? 'page' : undefined}>
							<span className={css.tabWords}>{search.words}</span>
							<small data-figure>{number(search.results - search.refused)}</small>
							{search.state === 'asking' && <Pulse on title={words.search.asking} />}
						</Link>
						<button
							type="button"
							className={css.tabClose}
							aria-label={words.search.close(search.words)}
							onClick={() =>
								void act(action('closeSearch'), { list: 'searches', rows: [search], search: undefined })
							}
						>
							<Icon name="close" size={13} />
						</button>
					</li>
				))}
				<li>
					<Link href="/search" className={css.newTab} aria-label={words.search.again}>
						<Icon name="plus" size={15} />
					</Link>
				</li>
			</ul>
		</nav>
	);
}
