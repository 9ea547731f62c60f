/**
 * What decoders and defences answer to input that they do not take. A refusal is a value: input never
 * throws. Its code is a row of a refusals.ts table, gathered by reasons.ts.
 */
export interface Refusal {
	/** Code of a reason, e.g. `gnutella.header.oversized`. */
	readonly refused: string;
	/** What was seen, in a few words. */
	readonly detail?: string;
}

export function isRefusal(value: unknown): value is Refusal {
	return typeof value === 'object' && value !== null && 'refused' in value;
}

/** A row of a refusals.ts table. */
export interface Reason {
	/** `folder.subject.what`, never used again after retirement. */
	readonly code: string;
	/** A short name for tables and chips, two to four words. */
	readonly short: string;
	/** A sentence for a person: what happened, why it was refused, what to do if anything. */
	readonly sentence: string;
	readonly fault: 'peer' | 'network' | 'us' | 'user';
}
