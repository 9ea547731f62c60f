/** What an answer with a file says before its bytes, and what a request says of its asker. Pure. */
import { isRefusal, type Refusal } from '../../evidence/refusal.ts';
import type { Address } from '../../world/world.ts';
import { formatAddress } from '../common/address.ts';
import { base32, hex } from '../common/hash.ts';
import type { Asker, Host, RemoteQueue, SharedFile, Span } from '../network.ts';
import { ours } from './limits.ts';
import { refusal } from './refusals.ts';
import type { HeaderBlock } from './wire/head.ts';
import { formatAvailableRanges, formatContentUrn, formatThexUri, parseRange } from './wire/http.ts';
import { formatQueue, formatQueued, parseDialect, parseTicket } from './wire/queue.ts';

export type Headers = [string, string][];

const missing = refusal('gnutella.http.range', 'not here yet');

/** What is said of a file whatever was asked: its hashes, its tree, its parts, others that have it. */
export function contentHeaders(file: SharedFile, host: Host): Headers {
	const { sha1, tth, parts } = file;
	if (sha1 === undefined) return [];
	const headers: Headers = [
		['X-Gnutella-Content-URN', formatContentUrn(sha1, tth)],
		['ETag', etagOf(sha1)],
	];
	if (tth !== undefined) headers.push(['X-Thex-URI', formatThexUri(sha1, tth)]);
	if (parts !== undefined) headers.push(['X-Available-Ranges', formatAvailableRanges(parts)]);
	const others = host.alternates(sha1).slice(0, ours.alternates);
	if (others.length > 0) headers.push(['X-Alt', others.map(formatAddress).join(',')]);
	return headers;
}

/** Content that is named by its hash never changes under that name. */
export function etagOf(sha1: Uint8Array): string {
	return `"${base32(sha1)}"`;
}

/** The bytes to send: what the Range header asks for, cut to what is here. */
export function spanOf(file: SharedFile, range: string | undefined): Span | Refusal {
	const wanted = range === undefined ? { from: 0, to: file.size } : parseRange(range, file.size);
	if (isRefusal(wanted) || file.parts === undefined) return wanted;
	const part = file.parts.find(({ from, to }) => from <= wanted.from && wanted.from < to);
	return part === undefined ? missing : { from: wanted.from, to: Math.min(wanted.to, part.to) };
}

export function askerOf(
	{ remote, keepAlive }: { readonly remote: Address; readonly keepAlive: boolean },
	file: SharedFile,
	{ headers }: HeaderBlock,
): Asker {
	const agent = (headers.get('user-agent') ?? '').slice(0, 80);
	const ticket = parseTicket(headers.get('x-queued'));
	const dialect = parseDialect(headers.get('x-queue'));
	return {
		address: remote,
		agent,
		file: file.id,
		// Without a ticket the place hangs on the link: one that is about to be closed can have none.
		queues: dialect === 'parq' || (keepAlive && dialect === 'active'),
		...(ticket === undefined ? {} : { ticket }),
	};
}

/** How an asker is told of its place; `held`: the place hangs on the link. */
export function queueHeader(
	{ headers }: HeaderBlock,
	queue: RemoteQueue,
): { readonly header: [string, string]; readonly held: boolean } {
	const named = queue.ticket !== undefined && parseDialect(headers.get('x-queue')) === 'parq';
	return {
		header: named ? ['X-Queued', formatQueued(queue)] : ['X-Queue', formatQueue(queue)],
		held: !named,
	};
}

/** Names the tree within an answer; the same file, the same name. */
export function uuidOf({ sha1 }: SharedFile): string {
	const digits = hex((sha1 ?? new Uint8Array(16)).subarray(0, 16));
	return [8, 12, 16, 20].reduceRight((text, at) => `${text.slice(0, at)}-${text.slice(at)}`, digits);
}
