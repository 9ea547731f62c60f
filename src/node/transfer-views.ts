/** A transfer as the API shows it: its row, and everything that is known of it. */
import { reasonOf } from '../evidence/reasons.ts';
import { formatAddress } from '../networks/common/address.ts';
import type { Span } from '../networks/network.ts';
import type { DownloadDetail, DownloadView } from '../transfer/views.ts';
import type { Finding, Transfer, TransferDetail } from './api/schemas.ts';

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
			network: 'gnutella',
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
