/**
 * One question to one source, and its answer held against what was asked and promised:
 *
 * - a range may be shorter than asked for, or begin earlier (then the beginning is skipped), but it
 *   must hold the first byte wanted;
 * - the size of the file must be the one known, or there must be none known that can be trusted;
 * - not a byte more than the head said.
 */
import { isRefusal, type Refusal } from '../evidence/refusal.ts';
import type { FetchHead, FetchRequest } from '../networks/network.ts';
import type { Link } from '../world/world.ts';
import { Rate } from './rate.ts';
import type { Candidate } from './sources.ts';

/** What is wanted. */
export interface Wish {
	readonly name: string;
	/** Base32. */
	readonly sha1?: string;
	/** Root of the Tiger tree, base32. */
	readonly tth?: string;
	/** Hex. */
	readonly ed2k?: string;
	/** Hex. */
	readonly fthash?: string;
	/** Hex, 72 characters, the first 40 of them the FTHash. */
	readonly kzhash?: string;
	/** Bytes; null: not known. */
	readonly size: number | null;
}

/** Other sources that a source is told of. */
const mostAlternates = 8;

export class Fetching {
	readonly number: number;
	readonly source: Candidate;
	/** First byte wanted. */
	readonly from: number;
	/** One past the last byte that is still wanted of it; Infinity: to the end, which is not known yet. */
	to: number;
	/** The tree is asked for, not bytes. */
	readonly tree: boolean;
	readonly startedAt: number;
	readonly rate = new Rate();
	link: Link | undefined;
	/** We have stopped the link, as the disk or the user's limit is slower. */
	held = false;
	/** Bytes that were wanted and came. */
	got = 0;
	/** When the source last gave a sign. */
	lastAt: number;
	/** What it answered, before the bytes. */
	head: FetchHead | undefined;
	/** Position in the file of the next byte of the body; -1 before a head that announces bytes. */
	#at = -1;
	#end = -1;

	constructor(number: number, source: Candidate, from: number, to: number, now: number, tree = false) {
		this.number = number;
		this.source = source;
		this.from = from;
		this.to = to;
		this.tree = tree;
		this.startedAt = now;
		this.lastAt = now;
	}

	/** The source does not have the file. */
	get gone(): boolean {
		return this.head !== undefined && [404, 410].includes(this.head.status);
	}

	/** Next byte of the file that comes. */
	get at(): number {
		return Math.max(this.#at, this.from);
	}

	/** Bytes of it that are still to come; Infinity where nobody knows. */
	get left(): number {
		return Math.max(0, this.to - this.at);
	}

	/** The size of the whole file; undefined where no body follows (the source is busy, or has no such file). */
	opened(head: FetchHead, knownSize: number | null): number | undefined | Refusal {
		this.head = head;
		if (head.status < 200 || head.status > 299) return undefined;
		const { from, to, status } = head;
		const said = sizeIn(head);
		if (isRefusal(said)) return said;
		const size = said ?? knownSize ?? undefined;
		const detail = `asked from ${this.from}, answered ${status} with ${from} to ${to} of ${size ?? 'unknown'}`;
		if (!(from <= this.from && to > this.from)) return { refused: 'transfer.range.other', detail };
		if (size === undefined || !Number.isSafeInteger(size) || to > size) {
			return { refused: 'transfer.range.other', detail };
		}
		if (knownSize !== null && size !== knownSize) {
			return { refused: 'transfer.size.other', detail: `${size} instead of ${knownSize} bytes` };
		}
		this.#at = from;
		this.#end = to;
		this.to = Math.min(this.to, to);
		return size;
	}

	/** Where the next bytes of the body belong, and those of them that were asked for. */
	body(bytes: Uint8Array): { readonly at: number; readonly bytes: Uint8Array } | Refusal {
		const at = this.#at;
		if (at < 0 || at + bytes.length > this.#end) {
			return {
				refused: 'transfer.body.long',
				detail: `${at + bytes.length - this.#end} bytes behind the end`,
			};
		}
		this.#at += bytes.length;
		if (at >= this.from) return { at, bytes };
		return { at: this.from, bytes: bytes.subarray(Math.min(bytes.length, this.from - at)) };
	}
}

/** The size of the whole file as the answer says it. */
export function sizeIn({ status, size, to }: FetchHead): number | undefined | Refusal {
	if (status < 200 || status > 299) return undefined;
	const said = size ?? (status === 200 ? to : undefined);
	if (said === undefined || (Number.isSafeInteger(said) && said >= 0)) return said;
	return { refused: 'transfer.range.other', detail: `a file of ${said} bytes` };
}

/** The question to the network; `good`: other sources that gave good bytes. */
export function requestOf(fetching: Fetching, wish: Wish, good: readonly Candidate[]): FetchRequest {
	const { network, host, port, id, index, firewalled, agent, proxies, ticket } = fetching.source;
	const alternates = good
		.filter((one) => one.network === network)
		.slice(0, mostAlternates)
		.map((one) => ({ host: one.host, port: one.port }));
	return {
		fetch: fetching.number,
		source: {
			network,
			host,
			port,
			id,
			index,
			firewalled,
			agent,
			...(proxies === undefined ? {} : { proxies }),
		},
		name: wish.name,
		from: fetching.from,
		...askedBy(network, wish),
		...(fetching.tree ? { tree: true } : {}),
		...(Number.isFinite(fetching.to) ? { to: fetching.to } : {}),
		...(alternates.length === 0 ? {} : { alternates }),
		// The tree needs no slot.
		...(ticket === undefined || fetching.tree ? {} : { ticket }),
	};
}

/** Each network asks in its own way. */
function askedBy(
	network: FetchRequest['source']['network'],
	{ sha1, ed2k, fthash, kzhash, size }: Wish,
): Pick<FetchRequest, 'sha1' | 'ed2k' | 'fthash' | 'kzhash' | 'size'> {
	const sized = size === null ? {} : { size };
	if (network === 'edonkey') return { ...(ed2k && { ed2k }), ...sized };
	if (network === 'fasttrack') return { ...(fthash && { fthash }), ...(kzhash && { kzhash }), ...sized };
	if (network === 'opennap') return sized;
	return sha1 === undefined ? {} : { sha1 };
}
