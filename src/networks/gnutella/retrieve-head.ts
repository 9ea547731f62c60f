/** What we ask of a source, and what its answer promises. Pure. */
import { isRefusal, type Refusal } from '../../evidence/refusal.ts';
import type { Address } from '../../world/world.ts';
import { formatAddress, parseAddresses } from '../common/address.ts';
import { base32, unbase32 } from '../common/hash.ts';
import type { FetchHead, FetchRequest } from '../network.ts';
import { ours } from './limits.ts';
import { refusal } from './refusals.ts';
import type { HeaderBlock } from './wire/head.ts';
import {
	encodeGetByIndex,
	encodeGetBySha1,
	encodeGetTree,
	formatRange,
	parseAvailableRanges,
	parseContentRange,
	parseContentUrn,
	parseCount,
	parseStatus,
	parseThexUri,
} from './wire/http.ts';
import { formatTicket, parseQueue, parseQueued } from './wire/queue.ts';

export interface Promised {
	readonly head: FetchHead;
	readonly text: string;
	/** Bytes of the body. */
	readonly length: number;
	readonly keepAlive: boolean;
}

const otherContent = refusal('gnutella.fetch.content', 'other content than was asked for');
const noLength = refusal('gnutella.fetch.length', 'a body without a length');
const otherRange = refusal('gnutella.fetch.range', 'a range that was not asked for');
const coded = refusal('gnutella.fetch.coding', 'a coding that was not asked for');

const DEFAULT_PORT = 6346;
/**
 * mldonkey (by its vendor code in hits) cuts the first letter off a target that is a path and closes the
 * link. The absolute form, which every HTTP/1.1 server takes (RFC 9112, section 3.2.2), it understands.
 */
const MLDONKEY = 'MLDK';

export function requestOf(request: FetchRequest, agent: string): Uint8Array {
	const { agent: sourceAgent, index } = request.source;
	const authority = formatAddress(request.source);
	const origin = sourceAgent === MLDONKEY ? `http://${authority}` : '';
	const headers: [string, string][] = [
		['Host', authority],
		['User-Agent', agent],
		['Connection', 'Keep-Alive'],
		['Range', formatRange({ from: request.from, ...(request.to === undefined ? {} : { to: request.to }) })],
		['X-Queue', '1.0'],
	];
	const { alternates, failed, ticket } = request;
	if (ticket !== undefined) headers.push(['X-Queued', formatTicket(ticket)]);
	if (alternates !== undefined && alternates.length > 0) headers.push(['X-Alt', formatAddresses(alternates)]);
	if (failed !== undefined && failed.length > 0) headers.push(['X-NAlt', formatAddresses(failed)]);
	const sha1 = request.sha1 === undefined ? undefined : unbase32(request.sha1);
	if (request.tree === true && sha1?.length === 20) {
		return encodeGetTree(
			sha1,
			headers.filter(([name]) => name !== 'Range'),
			origin,
		);
	}
	if (sha1?.length === 20) return encodeGetBySha1(sha1, headers, origin);
	return encodeGetByIndex(index, request.name, headers, origin);
}

export function promise(block: HeaderBlock, request: FetchRequest): Promised | Refusal {
	const status = parseStatus(block.firstLine ?? '');
	if (isRefusal(status)) return status;
	const { headers } = block;
	const good = status.code === 200 || status.code === 206;
	if (good && (headers.has('transfer-encoding') || isCoded(headers.get('content-encoding')))) return coded;
	const urn = parseContentUrn(headers.get('x-gnutella-content-urn') ?? '');
	if (good && request.sha1 !== undefined && urn.sha1 !== undefined && base32(urn.sha1) !== request.sha1)
		return otherContent;
	const range = good ? rangeOf(status.code, headers, request) : { from: 0, to: 0 };
	if (isRefusal(range)) return range;
	const connection = (headers.get('connection') ?? '').toLowerCase();
	const tth = parseThexUri(headers.get('x-thex-uri') ?? '');
	const root = tth ?? (urn.tth && base32(urn.tth));
	const parts = headers.get('x-available-ranges');
	const failed = parseAddresses(headers.get('x-nalt') ?? '', ours.alternates, DEFAULT_PORT);
	const proxies = parseAddresses(headers.get('x-push-proxy') ?? '', ours.pushProxiesAsked);
	const retryAfter = parseCount(headers.get('retry-after'));
	const queued = parseQueued(headers.get('x-queued') ?? '', retryAfter);
	const queue = good ? undefined : (queued ?? parseQueue(headers.get('x-queue') ?? ''));
	return {
		text: status.text,
		length: range.to - range.from,
		keepAlive: status.version === '1.1' ? connection !== 'close' : connection === 'keep-alive',
		head: {
			status: status.code,
			from: range.from,
			to: range.to,
			...(range.size === undefined ? {} : { size: range.size }),
			agent: (headers.get('server') ?? headers.get('user-agent') ?? '').slice(0, 80),
			alternates: parseAddresses(headers.get('x-alt') ?? '', ours.alternates, DEFAULT_PORT),
			...(failed.length === 0 ? {} : { failed }),
			...(proxies.length === 0 ? {} : { proxies }),
			...(root === undefined ? {} : { tth: root }),
			...(tth === undefined ? {} : { hasTree: true }),
			...(parts === undefined ? {} : { parts: parseAvailableRanges(parts) }),
			...(queue === undefined ? {} : { queue }),
			...(retryAfter === undefined ? {} : { retryAfter: Math.min(retryAfter, 3600) }),
		},
	};
}

type Range = { readonly from: number; readonly to: number; readonly size?: number };

function rangeOf(code: number, headers: ReadonlyMap<string, string>, request: FetchRequest): Range | Refusal {
	const length = parseCount(headers.get('content-length'));
	const said = headers.get('content-range');
	if (code === 200 && said === undefined) {
		if (length === undefined) return noLength;
		// The whole file came where a part was asked for: usable only if the part begins at the start.
		return request.from === 0 ? { from: 0, to: length, size: length } : otherRange;
	}
	const range = parseContentRange(said ?? '');
	if (isRefusal(range)) return range;
	if (range.from !== request.from || (request.to !== undefined && range.to > request.to)) return otherRange;
	if (length !== undefined && length !== range.to - range.from) return noLength;
	return range;
}

function isCoded(value: string | undefined): boolean {
	return value !== undefined && value.trim().toLowerCase() !== 'identity';
}

/** As X-Alt writes them. */
function formatAddresses(addresses: readonly Address[]): string {
	return addresses.slice(0, ours.alternates).map(formatAddress).join(',');
}
