/** Transfers as the API shows them: rows of downloads and uploads, and everything that is known of a download. */
import { reasonOf } from '../evidence/reasons.ts';
import { formatAddress } from '../networks/common/address.ts';
import type { Span } from '../networks/network.ts';
import type { QueuedView } from '../transfer/upload-queue.ts';
import type { UploadView } from '../transfer/uploads.ts';
import type { DownloadDetail, DownloadView } from '../transfer/views.ts';
import type { Finding, Transfer, TransferDetail, Upload } from './api/schemas.ts';

export function transferOf({ findings, ...view }: DownloadView): Transfer {
	return { ...view, findings: findings.map(findingOf) };
}

export function detailOf({
	view,
	here,
	verified,
	tree,
	origins,
	sources,
	...more
}: DownloadDetail): TransferDetail {
	return {
		...transferOf(view),
		here: flat(here),
		verified: flat(verified),
		...(tree === undefined ? {} : { tree: { root: tree.root, slice: tree.slice, proven: tree.proven } }),
		origins: origins.flatMap(({ from, to, source }) => [from, to, source]),
		sourceList: sources.map(({ source, fetching, rate }) => ({
			number: source.number,
			address: formatAddress(source),
			network: source.network,
			agent: source.agent,
			firewalled: source.firewalled,
			trust: source.trust,
			why: source.why,
			rate,
			gave: source.gave,
			...(fetching === undefined ? {} : fetching),
			...(source.queue === undefined ? {} : { place: source.queue.position }),
		})),
		scanners: [...more.scanners],
		releasedAt: more.releasedAt,
	};
}

/** Those that run, then those that wait in order; `fileOf`: undefined where it is no longer shared. */
export function uploadRows(
	running: readonly UploadView[],
	waiting: readonly QueuedView[],
	fileOf: (file: number) => { readonly name: string; readonly size: number } | undefined,
): Upload[] {
	const queued = waiting.map(({ id, position, address, agent, file, since }): Upload => {
		const { name, size } = fileOf(file) ?? { name: '', size: 0 };
		return {
			...{ id, state: 'queued', position, name, peer: formatAddress(address), agent },
			...{ from: 0, to: size, done: 0, rate: 0, startedAt: since },
		};
	});
	return [...running.map((upload): Upload => ({ ...upload, state: 'sending' })), ...queued];
}

function findingOf({ code, detail }: { readonly code: string; readonly detail?: string }): Finding {
	const reason = reasonOf(code);
	return {
		code,
		short: reason?.short ?? code,
		sentence: reason?.sentence ?? '',
		...(detail === undefined ? {} : { detail }),
	};
}

function flat(spans: readonly Span[]): number[] {
	return spans.flatMap(({ from, to }) => [from, to]);
}
