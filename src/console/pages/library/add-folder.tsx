/** Sharing a folder takes two steps: what it would share is shown first, and then shared by a button of its own. */
import { useState } from 'react';
import type { FolderPreview, Status } from '../../../node/api/schemas.ts';
import { ApiError, call, query } from '../../api.ts';
import { sheet } from '../../desk.ts';
import { AskForm } from '../../parts/ask.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { useStore } from '../../store.ts';
import { words } from '../../words.ts';
import { Preview } from './preview.tsx';
import { SeeFolder } from './see-folder.tsx';

type Scope = Status['scope'];

export function AddFolder({ scope }: { scope: Scope }) {
	const open = useStore(sheet);
	return open === 'add-folder' ? <Steps scope={scope} /> : null;
}

function Steps({ scope }: { scope: Scope }) {
	const [asked, setAsked] = useState('');
	const [preview, setPreview] = useState<FolderPreview>();
	const { library } = words;
	const [unseen, setUnseen] = useState(false);
	const look = async (path: string) => {
		setAsked(path);
		try {
			setPreview(await call<FolderPreview>('GET', `folders/preview?${query({ path })}`));
		} catch (problem) {
			if (!(problem instanceof ApiError) || problem.code !== 'guarded') throw problem;
			setUnseen(true);
		}
	};
	return (
		<Dialog title={library.addTitle} size={640}>
			{preview === undefined && unseen ? (
				<SeeFolder
					path={asked}
					onBack={() => setUnseen(false)}
					onTry={() => look(asked).catch(() => undefined)}
				/>
			) : preview === undefined ? (
				<AskForm
					field={library.path}
					hint={library.pathHint}
					submit={library.look}
					initial={asked}
					onSubmit={look}
				>
					<p>{library.lookFirst}</p>
					<p>{library.rules}</p>
				</AskForm>
			) : (
				<Preview preview={preview} scope={scope} onBack={() => setPreview(undefined)} />
			)}
		</Dialog>
	);
}
