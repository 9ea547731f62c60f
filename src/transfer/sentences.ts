/** How a download stands, in sentences for people. */
import type { Source } from '../networks/network.ts';
import type { Fetching } from './fetching.ts';
import type { DownloadRecord } from './records.ts';
import type { Sources } from './sources.ts';

export function nameOf({ host, port }: Pick<Source, 'host' | 'port'>): string {
	return `${host}:${port}`;
}

/** undefined: nobody is being asked. `checked`: pieces are proven by a tree. */
export function fetchingSentence(active: readonly Fetching[], checked: boolean): string | undefined {
	const giving = active.filter(({ head, tree }) => !tree && head !== undefined && head.status < 300);
	const one = giving[0] ?? active[0];
	if (one === undefined) return undefined;
	if (giving.length === 0) return `Asking ${nameOf(one.source)}.`;
	const who = giving.length === 1 ? nameOf(one.source) : `${giving.length} sources`;
	return `Fetching from ${who}.${checked ? ' Each piece is checked.' : ''}`;
}

export function waitingSentence(
	sources: Sources,
	searchable: boolean,
	{ size, done }: Pick<DownloadRecord, 'size' | 'done'>,
): string {
	const searching = searchable ? ' Others are searched for.' : '';
	const { usable } = sources;
	if (usable.length === 0) return `No source is known.${searching}`;
	const place = usable.reduce(
		(best, { queue }) => Math.min(best, queue?.position ?? best),
		Number.POSITIVE_INFINITY,
	);
	if (Number.isFinite(place)) return `Queued at a source, at place ${place}.${searching}`;
	const only = usable.length === 1;
	// giFT's OpenNap gives all of a file but its end.
	if (size !== null && done > 0 && usable.every(({ gave, failures }) => gave > 0 && failures > 1)) {
		const who = only ? 'The only source does' : `All ${usable.length} sources do`;
		return `${size - done} bytes are missing. ${who} not give them, and will be asked again.${searching}`;
	}
	const who = only ? 'The only source is' : `All ${usable.length} sources are`;
	return `${who} busy or silent and will be asked again.${searching}`;
}

/** `checked`: pieces were proven by a tree. */
export function completeSentence(
	{ releasedAt, verdict, ed2k, fthash, kzhash }: DownloadRecord,
	checked: boolean,
): string {
	if (releasedAt !== null) return 'Complete. Released by you from quarantine.';
	if (verdict !== 'ok') {
		const why =
			fthash === undefined ? 'no hash of it was known' : 'its FTHash covers a few percent of a file';
		return `Complete, but unverified: ${why}, so nobody can tell whether it is what was wanted.`;
	}
	const hash = (ed2k ?? kzhash) === undefined ? 'SHA-1' : 'hash';
	if (checked) return `Complete. Each piece and the ${hash} agree.`;
	return `Complete. The ${hash} of the whole agrees; no source had a hash tree.`;
}
