/** What is fetched, and what others fetch. */
import { sheet } from '../../desk.ts';
import { useTitle } from '../../hooks.ts';
import { setParams, useParam } from '../../location.ts';
import { ActionButton } from '../../parts/action-button.tsx';
import { Ask } from '../../parts/ask.tsx';
import { Choices } from '../../parts/choices.tsx';
import { PageHead } from '../../parts/facts.tsx';
import { fetchLink, wantOf } from '../../searches.ts';
import { useStore } from '../../store.ts';
import { words } from '../../words.ts';
import { Downloads } from './downloads.tsx';
import { Uploads } from './uploads.tsx';

type Tab = 'downloads' | 'uploads';

export function TransfersPage() {
	const [tab] = useParam('tab');
	const open = useStore(sheet);
	const shown: Tab = tab === 'uploads' ? 'uploads' : 'downloads';
	useTitle(words.pages.transfers);
	return (
		<>
			<PageHead title={words.transfers.title}>
				<Choices<Tab>
					label={words.transfers.title}
					value={shown}
					choices={[
						{ value: 'downloads', label: words.transfers.downloads },
						{ value: 'uploads', label: words.transfers.uploads },
					]}
					onChange={(next) =>
						setParams({
							tab: next === 'uploads' ? next : undefined,
							state: undefined,
							filter: undefined,
							sort: undefined,
						})
					}
				/>
				<ActionButton id="addLink" icon="link" />
			</PageHead>
			{shown === 'downloads' ? <Downloads /> : <Uploads />}
			{open === 'add-link' && (
				<Ask
					title={words.transfers.addLink}
					field={words.transfers.linkField}
					hint="magnet:?xt=urn:sha1:"
					submit={words.search.get}
					onSubmit={(text) => fetchLink(wantOf(text) ?? { link: text })}
				/>
			)}
		</>
	);
}
