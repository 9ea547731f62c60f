/** What downloads keep over restarts; node/store/transfers.ts keeps it. */
import type { Source, Span } from '../networks/network.ts';
import type { Origin } from './origins.ts';
import type { DownloadState } from './states.ts';
import type { Tree } from './tree.ts';

/** Why a file stays in quarantine, as its inspection found. */
export interface FoundReason {
	/** Code of a reason. */
	readonly code: string;
	readonly detail?: string;
}

export type DownloadVerdict = 'ok' | 'unverified' | 'suspicious' | 'refused';

export interface DownloadRecord {
	readonly id: number;
	/** As it was asked for; the file on disk may be named otherwise (safeFileName). */
	readonly name: string;
	/** Base32, 32 characters, upper case. */
	readonly sha1?: string;
	/** Root of the Tiger tree that the user asked for, base32, 39 characters, upper case. */
	readonly tth?: string;
	/** Hex, 32 characters, lower case. */
	readonly ed2k?: string;
	/** Root of the AICH tree that the user's link has named, hex, 40 characters. */
	readonly aich?: string;
	/** Hex, 40 characters, lower case: FastTrack's name for it. */
	readonly fthash?: string;
	/** Hex, 72 characters, lower case: the same, and the root of the tree. */
	readonly kzhash?: string;
	/** Bytes; null until a source has said it. */
	readonly size: number | null;
	/** Absolute directory where the finished file goes. */
	readonly out: string;
	readonly state: DownloadState;
	/** A sentence: what is going on, or why not. */
	readonly why: string;
	/** Bytes that are written and recorded. */
	readonly done: number;
	/** Higher is served first; 0 is usual. */
	readonly priority: number;
	/** `unverified`: nobody said a hash that proves it. The others: what the inspection found. */
	readonly verdict: DownloadVerdict;
	readonly findings: readonly FoundReason[];
	/** What has looked at it: `rules`, `clamd`, `yara`. */
	readonly scanners: readonly string[];
	/** Where the finished file is (or is about to be). */
	readonly path?: string;
	/** When the user released it against the verdict. */
	readonly releasedAt: number | null;
	readonly createdAt: number;
	readonly endedAt: number | null;
}

/**
 * `good`: nothing against it. `suspect`: it was one of several that gave parts of a file that turned
 * out wrong. `dropped`: it lied, or does not have the file; it is not asked again.
 */
export type Trust = 'good' | 'suspect' | 'dropped';

export interface SourceRecord extends Source {
	/** Within the download: what Progress.origins calls it. */
	readonly number: number;
	readonly trust: Trust;
	/** Bytes of the present partial file that came from it. */
	readonly gave: number;
}

export type NewDownload = Pick<
	DownloadRecord,
	| ('name' | 'sha1' | 'tth' | 'ed2k' | 'aich' | 'fthash' | 'kzhash')
	| ('size' | 'out' | 'why' | 'priority' | 'createdAt')
>;

/** What has arrived. */
export interface Progress {
	readonly here: readonly Span[];
	readonly verified: readonly Span[];
	readonly origins: readonly Origin[];
}

export interface DownloadRecords {
	downloads(): DownloadRecord[];
	/** When it returns, the download survives the death of the process. */
	addDownload(wanted: NewDownload, sources: readonly Source[]): DownloadRecord;
	saveDownload(record: DownloadRecord): void;
	/** Takes its sources with it; a finished one stays in the history. */
	removeDownload(id: number): void;
	sources(download: number): SourceRecord[];
	putSource(download: number, source: SourceRecord): void;
	progress(download: number): Progress;
	/** The bytes that are here, and their number for the list, as one change. */
	saveProgress(download: number, progress: Progress, done: number): void;
	tree(download: number): Tree | undefined;
	saveTree(download: number, tree: Tree | undefined): void;
}
