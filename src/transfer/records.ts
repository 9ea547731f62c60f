/** What downloads keep over restarts; node/store/transfers.ts keeps it. */
import type { Source } from '../networks/network.ts';
import type { DownloadState } from './states.ts';

export interface DownloadRecord {
	readonly id: number;
	/** As it was asked for; the file on disk may be named otherwise (safeFileName). */
	readonly name: string;
	/** Base32, 32 characters, upper case. */
	readonly sha1?: string;
	/** Bytes; null until a source has said it. */
	readonly size: number | null;
	/** Absolute directory where the finished file goes. */
	readonly out: string;
	readonly state: DownloadState;
	/** A sentence: what is going on, or why not. */
	readonly why: string;
	/** Bytes from the start of the file that are written and recorded. */
	readonly done: number;
	/** `suspicious`: nobody said what its hash should be. */
	readonly verdict: 'ok' | 'suspicious';
	/** Where the finished file is (or, while verifying, is about to be). */
	readonly path?: string;
	readonly createdAt: number;
	readonly endedAt: number | null;
}

/**
 * `good`: nothing against it. `suspect`: it was one of several that gave parts of a file that turned
 * out wrong. `dropped`: it lied alone, or does not have the file; it is not asked again.
 */
export type Trust = 'good' | 'suspect' | 'dropped';

export interface SourceRecord extends Source {
	readonly trust: Trust;
	/** Bytes of the present partial file that came from it. */
	readonly gave: number;
}

export type NewDownload = Pick<DownloadRecord, 'name' | 'sha1' | 'size' | 'out' | 'why' | 'createdAt'>;

export interface DownloadRecords {
	downloads(): DownloadRecord[];
	/** When it returns, the download survives the death of the process. */
	addDownload(wanted: NewDownload, sources: readonly Source[]): DownloadRecord;
	saveDownload(record: DownloadRecord): void;
	/** Takes its sources with it; a finished one stays in the history. */
	removeDownload(id: number): void;
	sources(download: number): SourceRecord[];
	putSource(download: number, source: SourceRecord): void;
}
