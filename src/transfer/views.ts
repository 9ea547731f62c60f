/** Downloads as users see them. */
import type { Span } from '../networks/network.ts';
import type { Download } from './download.ts';
import type { Origin } from './origins.ts';
import type { DownloadVerdict, FoundReason } from './records.ts';
import type { Candidate } from './sources.ts';
import type { DownloadState } from './states.ts';
import type { Tree } from './tree.ts';

/** One row of the list. */
export interface DownloadView {
	readonly id: number;
	readonly name: string;
	readonly size: number | null;
	readonly sha1?: string;
	readonly tth?: string;
	readonly ed2k?: string;
	readonly fthash?: string;
	readonly kzhash?: string;
	readonly state: DownloadState;
	/** A sentence. */
	readonly why: string;
	/** Bytes that are on disk and recorded. */
	readonly done: number;
	readonly rate: number;
	/** Seconds. */
	readonly eta: number | null;
	/** When a waiting download asks again. */
	readonly nextTryAt: number | null;
	readonly sources: number;
	/** Sources that give at this moment. */
	readonly giving: number;
	readonly priority: number;
	readonly verdict: DownloadVerdict;
	/** What the inspection found. */
	readonly findings: readonly FoundReason[];
	readonly path?: string;
	readonly createdAt: number;
	readonly endedAt: number | null;
}

/** Everything that is known of one. */
export interface DownloadDetail {
	readonly view: DownloadView;
	readonly here: readonly Span[];
	readonly verified: readonly Span[];
	readonly tree: Tree | undefined;
	readonly origins: readonly Origin[];
	readonly sources: readonly {
		readonly source: Candidate;
		readonly rate: number;
		readonly fetching: { readonly from: number; readonly at: number; readonly to: number } | undefined;
	}[];
	readonly scanners: readonly string[];
	readonly releasedAt: number | null;
}

export function viewOf(download: Download, now: number): DownloadView {
	const { record } = download;
	const rate = download.swarm.rate(now);
	return {
		id: record.id,
		name: record.name,
		size: record.size,
		...(record.sha1 === undefined ? {} : { sha1: record.sha1 }),
		...(record.tth === undefined ? {} : { tth: record.tth }),
		...(record.ed2k === undefined ? {} : { ed2k: record.ed2k }),
		...(record.fthash === undefined ? {} : { fthash: record.fthash }),
		...(record.kzhash === undefined ? {} : { kzhash: record.kzhash }),
		state: record.state,
		why: record.why,
		done: record.done,
		rate,
		eta: rate > 0 && record.size !== null ? Math.ceil((record.size - record.done) / rate) : null,
		nextTryAt: record.state === 'waiting' ? download.dueAt : null,
		sources: download.sources.usable.length,
		giving: download.swarm.active.length,
		priority: record.priority,
		verdict: record.verdict,
		findings: record.findings,
		...(record.path === undefined || record.state !== 'complete' ? {} : { path: record.path }),
		createdAt: record.createdAt,
		endedAt: record.endedAt,
	};
}

export function detailOf(download: Download, now: number): DownloadDetail {
	const { body, swarm, sources, record } = download;
	const size = body.size ?? 0;
	return {
		view: viewOf(download, now),
		here: body.here.list(),
		verified: body.verified.list(),
		tree: body.tree,
		origins: body.origins,
		sources: sources.all.map((source) => {
			const fetching = swarm.active.find((one) => one.source === source);
			const spans = fetching && { from: fetching.from, at: fetching.at, to: Math.min(fetching.to, size) };
			return { source, rate: fetching?.rate.get(now) ?? 0, fetching: spans };
		}),
		scanners: record.scanners,
		releasedAt: record.releasedAt,
	};
}
