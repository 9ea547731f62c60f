/** Fetching files. (Signatures first; the body follows.) */
import type { Evidence } from '../evidence/evidence.ts';
import type { Clock } from '../library/clock.ts';
import type { FetchHead, FetchRequest, Source } from '../networks/network.ts';
import type { Link } from '../world/world.ts';
import type { DownloadRecords } from './records.ts';
import type { DownloadState } from './states.ts';

export interface DownloadOptions {
	readonly records: DownloadRecords;
	readonly clock: Clock;
	/** Directory of partial files. */
	readonly incomplete: string;
	/** Where finished files go when the user names no other place. */
	readonly downloads: string;
	/** Ask the network for a range. Answers come through onFetchHead, onFetchBody, onFetchEnd. */
	readonly fetch: (request: FetchRequest) => void;
	/** Nothing more of this fetch is wanted. No onFetchEnd needs to follow. */
	readonly cancelFetch: (fetch: number) => void;
	readonly pause: (link: Link, paused: boolean) => void;
	/** Search for a file by its hash; hits come back through addSources. */
	readonly findSources: (sha1: string) => void;
	readonly notice: (record: Evidence) => void;
	/** Downloads that fetch at the same time. Default 8. */
	readonly places?: number;
}

export interface Wanted {
	/** Base32, 32 characters. */
	readonly sha1?: string;
	readonly name: string;
	/** Bytes. */
	readonly size?: number;
	readonly sources: readonly Source[];
	/** Absolute directory. */
	readonly out?: string;
}

/** One row of the list (api/schemas.ts: Transfer). */
export interface DownloadView {
	readonly id: number;
	readonly name: string;
	readonly size: number | null;
	readonly sha1?: string;
	readonly state: DownloadState;
	readonly why: string;
	readonly done: number;
	readonly rate: number;
	/** Seconds. */
	readonly eta: number | null;
	readonly sources: number;
	readonly verdict: 'ok' | 'suspicious' | 'refused';
	readonly path?: string;
	readonly createdAt: number;
	readonly endedAt: number | null;
}

/** A sentence: why the user's order cannot be done. `code` is a row of refusals.ts. */
export class DownloadRefused extends Error {
	override readonly name = 'DownloadRefused';
	readonly code: string;
	constructor(code: string, sentence: string) {
		super(sentence);
		this.code = code;
	}
}

export declare class Downloads {
	constructor(options: DownloadOptions);
	/** Takes up what was wanted before the restart. */
	start(): void;
	/**
	 * When it resolves, the download is stored and survives any end of the process. The same content
	 * wanted twice is one download: its id, with the sources added. Rejects with DownloadRefused.
	 */
	want(wanted: Wanted): Promise<number>;
	/** These throw DownloadRefused where the state does not allow it or the id is unknown. */
	pause(id: number): void;
	resume(id: number): void;
	cancel(id: number): void;
	retry(id: number): void;
	/** Takes it from the list; what is running is cancelled first. */
	remove(id: number): void;
	list(): DownloadView[];
	get(id: number): DownloadView | undefined;
	sources(id: number): readonly Source[];
	/** Sources for a file that is perhaps wanted, e.g. from hits; others are ignored. */
	addSources(sha1: string, sources: readonly Source[]): void;
	/** The Host's events. Unknown numbers are ignored. */
	onFetchHead(fetch: number, link: Link, head: FetchHead): void;
	onFetchBody(fetch: number, bytes: Uint8Array): void;
	onFetchEnd(fetch: number, why: string): void;
	onChange(call: (id: number) => void): () => void;
	/** Bytes a second, all downloads together. */
	readonly rate: number;
	/** Stops fetching and waits until what has arrived is written and recorded. */
	close(): Promise<void>;
}
