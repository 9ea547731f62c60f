import type { Evidence } from '../evidence/evidence.ts';
import type { Clock } from '../library/clock.ts';
import type { Hasher } from '../library/hash.ts';
import type { FetchRequest } from '../networks/network.ts';
import type { Link } from '../world/world.ts';
import type { DownloadRecords } from './records.ts';

/** What the node gives to all downloads. None of these may call back during the call. */
export interface DownloadOptions {
	readonly records: DownloadRecords;
	readonly clock: Clock;
	/** Directory of partial files. */
	readonly incomplete: string;
	/** Where finished files go when the user names no other place. */
	readonly downloads: string;
	/** Ask the network for a range. Answers come through onFetchHead, onFetchBody, onFetchEnd. */
	readonly fetch: (request: FetchRequest) => void;
	/** Nothing more of this fetch is wanted; what still comes is ignored. */
	readonly cancelFetch: (fetch: number) => void;
	readonly pause: (link: Link, paused: boolean) => void;
	/** Search for a file by its hash; hits come back through Downloads.addSources. */
	readonly findSources: (sha1: string) => void;
	readonly notice: (record: Evidence) => void;
	/** Downloads that fetch at the same time. Default 8. */
	readonly places?: number;
}

/** What one download sees of the outside. */
export interface DownloadSurroundings<Download> extends DownloadOptions {
	readonly hasher: Hasher;
	/** A number for a new fetch, by which the answers find the download. */
	readonly number: (download: Download) => number;
	/** Answers with this number find nobody any more. */
	readonly forget: (fetch: number) => void;
	/** Its record has changed. */
	readonly changed: (download: Download) => void;
}
