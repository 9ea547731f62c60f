/** What sharing a folder would share. The button shares the very path that is shown, links resolved. */
import { Button } from '@mantine/core';
import { useEffect, useId, useRef, useState } from 'react';
import type { FolderPreview, Status } from '../../../node/api/schemas.ts';
import { desk, sheet } from '../../desk.ts';
import { bytes, number } from '../../format.ts';
import { Facts } from '../../parts/facts.tsx';
import { sentence } from '../../run.ts';
import { words } from '../../words.ts';
import css from './library.module.css';

interface PreviewProps {
	preview: FolderPreview;
	scope: Status['scope'];
	onBack(): void;
}

export function Preview({ preview, scope, onBack }: PreviewProps) {
	const { library } = words;
	const head = useRef<HTMLHeadingElement>(null);
	const summary = useId();
	// Whoever listens hears the new content, and Enter, pressed once more, shares nothing.
	useEffect(() => head.current?.focus(), []);
	return (
		<div className={css.preview}>
			<h3 ref={head} tabIndex={-1} aria-describedby={summary}>
				{preview.path}
			</h3>
			<div id={summary} className={css.summary}>
				<Facts
					facts={[
						[library.would, library.filesOf(preview.files, preview.bytes)],
						[library.wouldNot, library.entries(preview.leftOutCount)],
					]}
				/>
				{!preview.whole && <p className={css.warning}>{library.notWhole}</p>}
				<p>
					{preview.files === 0 ? library.wouldBeNone : library.consequence(scope)} {library.nothingYet}
				</p>
			</div>
			<LeftOutReasons preview={preview} />
			<Surprising preview={preview} />
			<Buttons path={preview.path} onBack={onBack} />
		</div>
	);
}

function LeftOutReasons({ preview: { byReason } }: { preview: FolderPreview }) {
	if (byReason.length === 0) return null;
	return (
		<section>
			<h4>{words.library.leftOutTitle}</h4>
			<ul className={css.reasons}>
				{byReason.map(({ code, short, count }) => (
					<li key={code}>
						{short} <span data-figure>{number(count)}</span>
					</li>
				))}
			</ul>
		</section>
	);
}

function Surprising({ preview: { surprising, files } }: { preview: FolderPreview }) {
	const { library } = words;
	if (files === 0) return null;
	if (surprising.length === 0) return <p>{library.noSurprise}</p>;
	const { path, why, size } = library.surprisingColumns;
	return (
		<section>
			<h4>{library.surprising}</h4>
			<table className={css.surprising} aria-label={library.surprising}>
				<thead>
					<tr>
						<th scope="col">{path}</th>
						<th scope="col">{why}</th>
						<th scope="col">{size}</th>
					</tr>
				</thead>
				<tbody>
					{surprising.map((one) => (
						<tr key={one.path}>
							<th scope="row">{one.path}</th>
							<td>{one.why}</td>
							<td data-figure>{bytes(one.size)}</td>
						</tr>
					))}
				</tbody>
			</table>
		</section>
	);
}

function Buttons({ path, onBack }: { path: string; onBack(): void }) {
	const [error, setError] = useState<string>();
	const [busy, setBusy] = useState(false);
	const close = () => sheet.set(undefined);
	const share = async () => {
		setBusy(true);
		setError(undefined);
		try {
			await desk.call('POST', 'folders', { path });
			desk.say(words.done.folder(path));
			close();
		} catch (problem) {
			setError(sentence(problem));
			setBusy(false);
		}
	};
	return (
		<>
			{error !== undefined && (
				<p role="alert" className={css.refused}>
					{error}
				</p>
			)}
			<div className={css.previewButtons}>
				<Button variant="default" onClick={onBack}>
					{words.library.back}
				</Button>
				<Button variant="default" onClick={close}>
					{words.cancel}
				</Button>
				<Button loading={busy} onClick={() => void share()}>
					{words.library.share}
				</Button>
			</div>
		</>
	);
}
