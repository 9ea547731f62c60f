/** Which sources of a download can be asked at all. */
import type { Source } from '../networks/network.ts';
import { isNamed } from './content.ts';
import type { Wish } from './fetching.ts';
import { Sources } from './sources.ts';
import type { DownloadOptions } from './surroundings.ts';

/** The sources that are kept for this download; `wish`: what is known of the file by now. */
export function sourcesOf(id: number, { records, speaks }: DownloadOptions, wish: () => Wish): Sources {
	return new Sources(
		records.sources(id),
		(source) => records.putSource(id, source),
		(source) => speaks?.(source.network) !== false && canBeAsked(source, wish()),
	);
}

/** Each network asks by what it knows a content by. */
function canBeAsked({ network, index, id }: Source, wish: Omit<Wish, 'name'>): boolean {
	const { sha1, ed2k, fthash, size } = wish;
	if (network === 'edonkey') return ed2k !== undefined && size !== null;
	if (network === 'fasttrack') return fthash !== undefined;
	// The id says who has it, and under which path.
	if (network === 'opennap') return size !== null && id !== '';
	// Who does not know the hash must know the file by a number of its own.
	return sha1 !== undefined || !isNamed({ ed2k, fthash }) || index > 0;
}
