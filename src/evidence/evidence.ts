/**
 * One record format for everything that anyone notices: a refusal by a decoder, a decision of a
 * defence, a life event of a link or a transfer. Records are small, JSON, and carry a reason that
 * reasons.ts explains to a person.
 */
export interface Evidence {
	/** Milliseconds since the epoch (the world's clock). */
	readonly at: number;
	/** Code of a reason in reasons.ts, e.g. `gnutella.header.oversized`. */
	readonly code: string;
	/** Who it concerns: `host:port` of a peer, or a name of a file or transfer. */
	readonly subject: string;
	/** What was seen, in a few words, without secrets: numbers, header names, file names. */
	readonly detail?: string;
	/** How many times this happened in a row, where the noticer folded repetitions. */
	readonly count?: number;
}
