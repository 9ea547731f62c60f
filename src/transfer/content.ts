/** By what a content is known: one network asks by SHA-1, another by the hash of eDonkey. */

export interface Content {
	/** Base32, 32 characters, upper case. */
	readonly sha1?: string | undefined;
	/** Hex, 32 characters, lower case. */
	readonly ed2k?: string | undefined;
}

/** Whether somebody can be asked for it, and what comes be checked. */
export function isNamed({ sha1, ed2k }: Content): boolean {
	return sha1 !== undefined || ed2k !== undefined;
}

/** One hash is the same, and none is another. */
export function sameContent(one: Content, other: Content): boolean {
	const equal = (mine: string | undefined, theirs: string | undefined) =>
		mine === undefined || theirs === undefined ? undefined : mine === theirs;
	const [sha1, ed2k] = [equal(one.sha1, other.sha1), equal(one.ed2k, other.ed2k)];
	return (sha1 ?? ed2k ?? false) && (ed2k ?? true);
}
