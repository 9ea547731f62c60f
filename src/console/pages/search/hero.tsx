/** The empty Search page: where the search would go, words that will be found, and what was asked before. */
import { Link } from 'wouter';
import type { Search, Status } from '../../../node/api/schemas.ts';
import { number } from '../../format.ts';
import { Gate } from '../../frame/marks.tsx';
import { Icon } from '../../icons.tsx';
import { Quiet } from '../../parts/quiet.tsx';
import { forgetSearches, recent } from '../../recent.ts';
import { startSearch } from '../../searches.ts';
import { useStore } from '../../store.ts';
import { words } from '../../words.ts';
import css from './hero.module.css';
import { SearchField } from './search-field.tsx';

export function Hero({ scope, searches }: { scope: Status['scope']; searches: readonly Search[] }) {
	const earlier = useStore(recent);
	return (
		<div className={css.hero}>
			<Gate size={64} />
			<h1>{words.search.hero}</h1>
			<p className={css.heroText}>{words.search.heroText[scope]}</p>
			<SearchField large />
			{scope === 'practice' && (
				<WordButtons title={words.search.examplesTitle} list={words.search.examples} />
			)}
			{searches.length > 0 && (
				<section className={css.heroPart} aria-label={words.search.tabs}>
					<h2>{words.search.tabs}</h2>
					<ul className={css.wordList}>
						{searches.slice(0, 8).map((search) => (
							<li key={search.id}>
								<Link className={css.word} href={`/search?id=${search.id}`}>
									{search.words}
									<small data-figure>{number(search.results)}</small>
								</Link>
							</li>
						))}
					</ul>
				</section>
			)}
			{earlier.length > 0 && (
				<WordButtons title={words.search.recent} list={earlier}>
					<Quiet onClick={forgetSearches}>{words.search.forget}</Quiet>
				</WordButtons>
			)}
		</div>
	);
}

interface WordButtonsProps {
	title: string;
	list: readonly string[];
	children?: React.ReactNode;
}

function WordButtons({ title, list, children }: WordButtonsProps) {
	return (
		<section className={css.heroPart} aria-label={title}>
			<h2>{title}</h2>
			<ul className={css.wordList}>
				{list.map((text) => (
					<li key={text}>
						<button type="button" className={css.word} onClick={() => void startSearch(text)}>
							<Icon name="search" size={14} />
							{text}
						</button>
					</li>
				))}
				{children !== undefined && <li>{children}</li>}
			</ul>
		</section>
	);
}
