/** By what a content is known: one network asks by SHA-1, another by the hash of eDonkey, a third by FTHash. What has a kzhash has its FTHash, too. */

export interface Content {
	/** Base32, 32 characters, upper case. */
	readonly sha1?: string | undefined;
	/** Hex, 32 characters, lower case. */
	readonly ed2k?: string | undefined;
	/** Hex, 40 characters, lower case: FastTrack's name for it, of a few percent of its bytes. */
	readonly fthash?: string | undefined;
	/** Hex, 72 characters, lower case: the FTHash, and the root of Kazaa's tree, which covers all bytes. */
	readonly kzhash?: string | undefined;
}

/** Whether others who have it can be searched for. */
export function isNamed({ sha1, ed2k, fthash }: Content): boolean {
	return sha1 !== undefined || ed2k !== undefined || fthash !== undefined;
}

/** Whether what comes can be checked, all of it: FastTrack's name proves nothing without the tree. */
export function isProvable({ sha1, ed2k, kzhash }: Content): boolean {
	return sha1 !== undefined || ed2k !== undefined || kzhash !== undefined;
}

/** One hash is the same, and none is another. FastTrack's name counts where nothing better is known of both. */
export function sameContent(one: Content, other: Content): boolean {
	const equal = (mine: string | undefined, theirs: string | undefined) =>
		mine === undefined || theirs === undefined ? undefined : mine === theirs;
	const [sha1, ed2k] = [equal(one.sha1, other.sha1), equal(one.ed2k, other.ed2k)];
	const kzhash = equal(one.kzhash, other.kzhash);
	const proven = sha1 ?? ed2k ?? kzhash ?? equal(one.fthash, other.fthash) ?? false;
	return proven && (ed2k ?? true) && (kzhash ?? true);
}
