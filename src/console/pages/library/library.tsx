/** What this node shares: exactly what others can see, and what is left out and why. */
import type { Folder } from '../../../node/api/schemas.ts';
import { useBeat, useFetched, useFromStatus, useTitle } from '../../hooks.ts';
import { ActionButton } from '../../parts/action-button.tsx';
import { PageHead } from '../../parts/facts.tsx';
import { Empty, Loading } from '../../table/states.tsx';
import { words } from '../../words.ts';
import { AddFolder } from './add-folder.tsx';
import { Explain } from './explain.tsx';
import { Files } from './files.tsx';
import { FolderCard } from './folder-card.tsx';
import css from './library.module.css';

export function LibraryPage() {
	const hashing = useFromStatus((status) => (status?.shared.hashing ?? 0) > 0);
	const beat = useBeat(hashing ? 1 : 5);
	const { value: folders } = useFetched<Folder[]>('folders', beat);
	const scope = useFromStatus((status) => status?.scope ?? 'practice');
	useTitle(words.pages.library);
	if (folders === undefined) return <Loading />;
	const files = folders.reduce((sum, folder) => sum + folder.files, 0);
	const size = folders.reduce((sum, folder) => sum + folder.bytes, 0);
	const none = folders.length === 0;
	return (
		<>
			<PageHead
				title={words.library.title}
				text={
					none
						? undefined
						: `${words.library.sharedWith(scope)}: ${words.library.sum(files, size, folders.length)}.`
				}
			>
				{!none && <ActionButton id="rescan" icon="retry" />}
				{!none && <ActionButton id="addFolder" icon="plus" variant="filled" />}
			</PageHead>
			{none ? (
				<Empty title={words.library.empty} text={words.library.emptyHint}>
					<ActionButton id="addFolder" icon="plus" variant="filled" size="md" />
				</Empty>
			) : (
				<>
					<ul className={css.folders} aria-label={words.library.folders}>
						{folders.map((folder) => (
							<FolderCard key={folder.id} folder={folder} />
						))}
					</ul>
					<Explain />
					<Files />
				</>
			)}
			<AddFolder scope={scope} />
		</>
	);
}
