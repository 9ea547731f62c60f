import { useState } from 'react';
import type { Folder } from '../../../node/api/schemas.ts';
import { desk } from '../../desk.ts';
import { Icon } from '../../icons.tsx';
import { Quiet } from '../../parts/quiet.tsx';
import { sentence } from '../../run.ts';
import { words } from '../../words.ts';
import css from './library.module.css';

function remove(folder: Folder): void {
	desk.call('DELETE', `folders/${folder.id}`).catch((error: unknown) => desk.say(sentence(error)));
}

export function FolderCard({ folder }: { folder: Folder }) {
	const [open, setOpen] = useState(false);
	const { library } = words;
	const state = folder.hashing > 0 ? library.hashing(folder.hashing) : scanned(folder.scannedAt);
	return (
		<li className={css.folder}>
			<Icon name="library" size={22} />
			<div className={css.folderText}>
				<strong title={folder.path}>{folder.path}</strong>
				<p data-figure>
					{library.filesOf(folder.files, folder.bytes)} · {state}
					{folder.hashing > 0 && <Hashing folder={folder} />}
				</p>
			</div>
			{folder.leftOutCount > 0 && (
				<Quiet expanded={open} onClick={() => setOpen(!open)}>
					{library.leftOut(folder.leftOutCount)}, {words.search.why}
				</Quiet>
			)}
			<button
				type="button"
				className={css.remove}
				aria-label={`${library.unshare}: ${folder.path}`}
				title={library.unshare}
				onClick={() => remove(folder)}
			>
				<Icon name="close" size={16} />
			</button>
			{open && <LeftOut folder={folder} />}
		</li>
	);
}

function scanned(at: number | null): string {
	return at === null ? words.library.scanning : words.library.scanned(at);
}

function Hashing({ folder }: { folder: Folder }) {
	const value = folder.files - folder.hashing;
	return (
		<progress
			className={css.hashing}
			aria-label={folder.path}
			max={Math.max(1, folder.files)}
			value={value}
		/>
	);
}

function LeftOut({ folder }: { folder: Folder }) {
	const more = folder.leftOutCount - folder.leftOut.length;
	return (
		<section className={css.leftOut} aria-label={words.library.leftOutTitle}>
			<h2>{words.library.leftOutTitle}</h2>
			<dl>
				{folder.leftOut.map(({ path, reason }) => (
					<div key={path}>
						<dt>{path}</dt>
						<dd>{reason}</dd>
					</div>
				))}
			</dl>
			{more > 0 && <p data-figure>{words.library.leftOutMore(more)}</p>}
		</section>
	);
}
