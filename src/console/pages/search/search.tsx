/** The first page: ask, watch results arrive, see the end, fetch. */
import { useEffect, useState } from 'react';
import type { Page, Search } from '../../../node/api/schemas.ts';
import { offered } from '../../desk.ts';
import { useBeat, useFetched, useFromStatus, useTitle } from '../../hooks.ts';
import { useParam } from '../../location.ts';
import { Empty } from '../../table/states.tsx';
import { words } from '../../words.ts';
import { Hero } from './hero.tsx';
import { ResultList } from './result-list.tsx';
import { SearchField } from './search-field.tsx';
import { SearchTabs } from './search-tabs.tsx';

export function SearchPage() {
	const [id] = useParam('id');
	const scope = useFromStatus((status) => status?.scope ?? 'practice');
	const [asking, setAsking] = useState(true);
	const beat = useBeat(asking ? 1 : 5);
	const { value: page } = useFetched<Page<Search>>('searches?sort=-startedAt&count=50', beat);
	const searches = page?.rows ?? [];
	const someAsk = page === undefined || searches.some(({ state }) => state === 'asking');
	useEffect(() => setAsking(someAsk), [someAsk]);
	const search = searches.find((one) => String(one.id) === id);
	useTitle(search === undefined ? words.pages.search : search.words);
	useEffect(() => {
		offered.set(search && { list: 'searches', rows: [search], search: undefined });
		return () => offered.set(undefined);
	}, [search]);
	if (id === undefined) return <Hero scope={scope} searches={searches} />;
	return (
		<>
			<h1 className="only-read-aloud">{words.search.title}</h1>
			<SearchField />
			<SearchTabs searches={searches} open={search?.id} />
			{search !== undefined && <ResultList key={search.id} search={search} />}
			{search === undefined && page !== undefined && <Empty title={words.search.gone} />}
		</>
	);
}
