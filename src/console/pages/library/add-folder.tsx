import type { Status } from '../../../node/api/schemas.ts';
import { desk, sheet } from '../../desk.ts';
import { Ask } from '../../parts/ask.tsx';
import { useStore } from '../../store.ts';
import { words } from '../../words.ts';

/** Says what will happen before it happens. */
export function AddFolder({ scope }: { scope: Status['scope'] }) {
	const open = useStore(sheet);
	if (open !== 'add-folder') return null;
	return (
		<Ask
			title={words.library.addTitle}
			field={words.library.path}
			hint={words.library.pathHint}
			submit={words.actions.addFolder}
			onSubmit={async (path) => {
				await desk.call('POST', 'folders', { path });
				desk.say(words.done.folder(path));
			}}
		>
			<p>{words.library.consequence(scope)}</p>
			<p>{words.library.rules}</p>
		</Ask>
	);
}
