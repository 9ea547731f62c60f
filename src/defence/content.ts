/** What the inspection of a fetched file sees of it, and what it finds. The caller does the reading. */
export interface Content {
	/** As the network called it: hostile. */
	readonly name: string;
	/** Bytes. */
	readonly size: number;
	/** MIME type by its first bytes, where a well-kept library knows it. */
	readonly type: string | undefined;
	/** Bytes [from, to), cut at the end of the file. Cheap for the first and last 64 KiB. */
	read(from: number, to: number): Uint8Array;
}

export interface Finding {
	/** Of refusals.ts. */
	readonly code: string;
	/** `refused` keeps the file in quarantine; `suspicious` too, but says that it may well be meant. */
	readonly verdict: 'suspicious' | 'refused';
	/** What was seen, in a few words. */
	readonly detail?: string;
}
