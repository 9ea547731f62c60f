import type { Evidence } from '../evidence/evidence.ts';
import type { Clock } from '../library/clock.ts';
import type { FetchRequest, NetworkName, PartWish, Source, Span } from '../networks/network.ts';
import type { Link } from '../world/world.ts';
import type { Content } from './content.ts';
import type { DownloadRecords, FoundReason } from './records.ts';
import type { Spans } from './spans.ts';
import type { Verifier } from './verifier.ts';

/** What an inspection says of a file that has arrived. */
export interface Inspected {
	readonly verdict: 'ok' | 'suspicious' | 'refused';
	readonly findings: readonly FoundReason[];
	readonly scanners: readonly string[];
	/** A sentence. */
	readonly why: string;
}

/** What the node gives to all downloads. None of these may call back during the call. */
export interface DownloadOptions {
	readonly records: DownloadRecords;
	readonly clock: Clock;
	/** Directory of partial files. */
	readonly incomplete: string;
	/** Directory of files that are whole and not released. */
	readonly quarantine: string;
	/** Where finished files go when the user names no other place. */
	readonly downloads: string;
	/** Whether this node takes part in a network; default: in each. */
	readonly speaks?: (network: NetworkName) => boolean;
	/** Ask the network for a range. Answers come through onFetchHead, onFetchBody, onFetchTree, onFetchEnd. */
	readonly fetch: (request: FetchRequest) => void;
	/** Nothing more of this fetch is wanted; what still comes is ignored. */
	readonly cancelFetch: (fetch: number) => void;
	/** Ask for the hashes of the blocks of a part that arrived wrong. The answer comes through onRecovered. */
	readonly recover?: (wish: PartWish) => void;
	readonly pause: (link: Link, paused: boolean) => void;
	/** Search for a file by its hashes; hits come back through Downloads.addSources. */
	readonly findSources: (content: Content) => void;
	/** Looks at a file that is whole; `name` is what the network called it. Rejects when the node stops. */
	readonly inspect: (path: string, name: string, sha1?: Uint8Array) => Promise<Inspected>;
	/** A source gave so many false bytes: other parts of the node may want nothing more of it. */
	readonly poisoned: (source: Source, bytes: number) => void;
	readonly notice: (record: Evidence) => void;
	/** Downloads that fetch at the same time. Default 8. */
	readonly places?: number;
	/** Bytes a second of all downloads together, now; undefined: no limit. */
	readonly limit?: () => number | undefined;
	/** Names of defences that are switched off (tests of attacks only). */
	readonly defencesOff?: readonly string[];
}

/** What one download sees of the outside. */
export interface DownloadSurroundings<Download> extends DownloadOptions {
	readonly verifier: Verifier;
	readonly spans: (spans: readonly Span[]) => Spans;
	/** A number for a new fetch, by which the answers find the download. */
	readonly number: (download: Download) => number;
	/** Answers with this number find nobody any more. */
	readonly forget: (fetch: number) => void;
	/** Its record has changed. */
	readonly changed: (download: Download) => void;
}
