/**
 * Hits of one content as one row with many sources. Equal content is an equal hash, else an equal name
 * and size. FastTrack's name for a content joins hits of FastTrack alone: another network does not know it.
 *
 * A row is as bad as its worst hit. But refused hits make a row of their own: otherwise anyone could
 * have a good file refused, by answering with its hash and a bad name.
 */
import type { Hit, Source } from '../networks/network.ts';
import type { Result } from './api/schemas.ts';

const mostSources = 50;
const mostNames = 20;
const mostReasons = 16;

const badness = { ok: 0, suspicious: 1, refused: 2 };

/** Hits with the same text are one row. */
export function contentOf({ sha1, ed2k, fthash, name, size, verdict }: Hit): string {
	const content = sha1 ?? ed2k ?? fthash ?? JSON.stringify([name, size]);
	return verdict === 'refused' ? `refused ${content}` : content;
}

export function firstRow(id: number, hit: Hit, have: boolean, now: number): Result {
	const { name, size, sha1, tth, ed2k, fthash, verdict, reasons, source } = hit;
	return {
		id,
		name,
		otherNames: [],
		size,
		...(sha1 === undefined ? {} : { sha1 }),
		...(tth === undefined ? {} : { tth }),
		...(ed2k === undefined ? {} : { ed2k }),
		...(fthash === undefined ? {} : { fthash }),
		verdict,
		reasons: reasons.slice(0, mostReasons),
		sources: [source],
		sourceCount: 1,
		have,
		firstAt: now,
	};
}

/** The row with one more hit of the same content. */
export function joined(row: Result, hit: Hit): Result {
	const known = row.sources.some((source) => sameSource(source, hit.source));
	const newName = hit.name !== row.name && !row.otherNames.includes(hit.name);
	const fresh = hit.reasons.filter((reason) => !row.reasons.includes(reason));
	return {
		...row,
		...(row.tth === undefined && hit.tth !== undefined ? { tth: hit.tth } : {}),
		otherNames: newName && row.otherNames.length < mostNames ? [...row.otherNames, hit.name] : row.otherNames,
		verdict: badness[hit.verdict] > badness[row.verdict] ? hit.verdict : row.verdict,
		reasons: fresh.length === 0 ? row.reasons : [...row.reasons, ...fresh].slice(0, mostReasons),
		sources: known || row.sources.length >= mostSources ? row.sources : [...row.sources, hit.source],
		sourceCount: known ? row.sourceCount : row.sourceCount + 1,
	};
}

function sameSource(one: Result['sources'][number], other: Source): boolean {
	return (
		one.network === other.network && one.host === other.host && one.port === other.port && one.id === other.id
	);
}
