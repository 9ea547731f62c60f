/** Links to a file, as they are given to others; undefined: it is not known by what such a link names. */
import type { LibraryFile, Result } from '../node/api/schemas.ts';

type Linked = Pick<Result, 'sha1' | 'ed2k' | 'fthash' | 'name' | 'size'>;

type Named = Pick<LibraryFile, 'sha1' | 'ed2k' | 'fthash' | 'kzhash'>;

/** The first of its urns that is known. */
export function urnOf({ sha1, ed2k, fthash, kzhash }: Named): string | undefined {
	if (sha1 !== undefined) return `urn:sha1:${sha1}`;
	if (ed2k !== undefined) return `urn:ed2k:${ed2k}`;
	if (kzhash !== undefined) return `urn:kzhash:${kzhash}`;
	return fthash === undefined ? undefined : `urn:fthash:${fthash}`;
}

/** As web pages and other programs of eDonkey give it. */
export function ed2kLink({ name, size, ed2k }: Linked): string | undefined {
	if (ed2k === undefined) return undefined;
	return `ed2k://|file|${encodeURIComponent(name)}|${size}|${ed2k.toUpperCase()}|/`;
}

export function magnet(row: Linked): string | undefined {
	const urn = urnOf(row);
	if (urn === undefined) return undefined;
	const both = row.sha1 !== undefined && row.ed2k !== undefined ? `&xt=urn:ed2k:${row.ed2k}` : '';
	return `magnet:?xt=${urn}${both}&dn=${encodeURIComponent(row.name)}&xl=${row.size}`;
}
