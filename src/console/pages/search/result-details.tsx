import type { ReactNode } from 'react';
import type { Result } from '../../../node/api/schemas.ts';
import { number } from '../../format.ts';
import { words } from '../../words.ts';
import css from './results.module.css';

const most = 12;

/** What opens beneath a result: why this verdict, other names, sources, hashes. */
export function ResultDetails({ row }: { row: Result }) {
	const { search } = words;
	const more = row.sourceCount - Math.min(most, row.sources.length);
	return (
		<div className={css.details}>
			<Part title={search.reasonsTitle}>
				{row.reasons.length === 0 ? (
					<p>{search.nothingWrong}</p>
				) : (
					<ul>
						{row.reasons.map((reason) => (
							<li key={reason}>{reason}</li>
						))}
					</ul>
				)}
			</Part>
			<Part title={`${search.sourcesTitle} (${number(row.sourceCount)})`}>
				<ul>
					{row.sources.slice(0, most).map((source) => (
						<li key={`${source.id} ${source.host}:${source.port}`}>
							<code>
								{source.host}:{source.port}
							</code>{' '}
							{words.networks[source.network]} {source.agent}{' '}
							{source.firewalled && <em>{search.firewalled}</em>}
						</li>
					))}
					{more > 0 && <li>{search.moreSources(more)}</li>}
				</ul>
			</Part>
			{row.otherNames.length > 0 && (
				<Part title={search.namesTitle}>
					<ul>
						{row.otherNames.map((name) => (
							<li key={name}>{name}</li>
						))}
					</ul>
				</Part>
			)}
			<Part title={search.hashTitle}>
				{(row.sha1 ?? row.ed2k ?? row.fthash) === undefined && <p>{search.noHash}</p>}
				{row.sha1 !== undefined && <code>urn:sha1:{row.sha1}</code>}
				{row.ed2k !== undefined && <code>urn:ed2k:{row.ed2k}</code>}
				{row.fthash !== undefined && <code>urn:fthash:{row.fthash}</code>}
				{row.tth !== undefined && <code>urn:tree:tiger:{row.tth}</code>}
			</Part>
		</div>
	);
}

function Part({ title, children }: { title: string; children: ReactNode }) {
	return (
		<section>
			<h3>{title}</h3>
			{children}
		</section>
	);
}
