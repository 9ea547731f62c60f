/**
 * Retrieve, the end that wants the file: a range by FTHash over a link of its own, to the source or from it. The
 * rules:
 *
 * - An answer that names another hash (X-KazaaTag) or another range than was asked for is refused before its body;
 *   less than was asked for is taken. The body must have a length, and is counted exactly.
 * - Who cannot be dialled is asked to call (push.ts).
 * - The host learns of each fetch exactly once that it has ended.
 * - A hash tree is asked for where the source has offered the one with the wanted root. It has exactly as many hashes
 *   as the size of the file says; whether they lead to that root is for the caller to see.
 *
 * The hash proves nothing, here or there: the caller verifies by a stronger one, or says that it could not.
 */
import { isRefusal, type Refusal } from '../../evidence/refusal.ts';
import type { Link } from '../../world/world.ts';
import { formatAddress } from '../common/address.ts';
import { hex } from '../common/hash.ts';
import { HeadText } from '../common/head-text.ts';
import { sliceSize } from '../common/tiger.ts';
import type { FetchHead, FetchRequest } from '../network.ts';
import { ours } from './limits.ts';
import { refusal } from './refusals.ts';
import type { LinkOwner, Servent } from './servent.ts';
import {
	encodeHead,
	type Head,
	parseContentRange,
	parseCount,
	parseHashTag,
	parseHead,
	parseStatus,
	treeUri,
} from './wire/http.ts';

interface Fetching {
	readonly request: FetchRequest;
	/** undefined: the head is over, the body comes. */
	head: HeadText | undefined;
	/** Bytes of the body still to come. */
	left: number;
	/** Of a tree, what has come of it. */
	tree: Uint8Array;
	isOpen: boolean;
	lastAt: number;
}

/** Of a tree: MD5. */
const hashBytes = 16;
const none = new Uint8Array(0);
const otherRange = refusal('fasttrack.fetch.range');
const otherTree = refusal('fasttrack.fetch.tree');
const otherContent = refusal('fasttrack.fetch.content');

export class Retrieve implements LinkOwner {
	readonly #servent: Servent;
	/** It cannot be dialled: true where it was asked to call instead. */
	readonly #undialled: (request: FetchRequest) => boolean;
	readonly #byLink = new Map<Link, Fetching>();

	constructor(servent: Servent, undialled: (request: FetchRequest) => boolean) {
		this.#servent = servent;
		this.#undialled = undialled;
	}

	fetch(request: FetchRequest): void {
		const { host } = this.#servent;
		if (request.fthash === undefined || !/^[0-9a-f]{40}$/i.test(request.fthash))
			return host.fetchEnd(request.fetch, 'a file without its FTHash cannot be asked for');
		if (request.tree === true && (request.kzhash === undefined || request.size === undefined))
			return host.fetchEnd(request.fetch, 'a hash tree is asked for by kzhash and size');
		const { host: to, port, firewalled } = request.source;
		if (firewalled || port === 0) {
			if (!this.#undialled(request))
				host.fetchEnd(request.fetch, 'the source cannot be dialled, nor asked to call');
			return;
		}
		const link = this.#servent.dial({ host: to, port }, `fetch ${request.name}`, this);
		this.#byLink.set(link, this.#begin(request, false));
	}

	/** A link that the source has opened for us (GIVE). */
	over(link: Link, request: FetchRequest): void {
		const fetching = this.#begin(request, true);
		this.#byLink.set(link, fetching);
		this.#servent.own(link, this);
		this.#ask(link, fetching);
	}

	/** Whether it was this one's. */
	cancel(fetch: number): boolean {
		for (const [link, { request }] of this.#byLink) {
			if (request.fetch !== fetch) continue;
			this.#end(link, 'cancelled');
			return true;
		}
		return false;
	}

	opened(link: Link): void {
		const fetching = this.#byLink.get(link);
		if (fetching === undefined) return;
		fetching.isOpen = true;
		this.#ask(link, fetching);
	}

	received(link: Link, bytes: Uint8Array): void {
		const fetching = this.#byLink.get(link);
		if (fetching === undefined) return;
		fetching.lastAt = this.#servent.world.now();
		let from = 0;
		if (fetching.head !== undefined) {
			// Some put an empty line behind GIVE.
			if (fetching.head.text === '') while (bytes[from] === 13 || bytes[from] === 10) from++;
			const end = fetching.head.push(bytes, from, bytes.length);
			if (end === -1) return;
			const { text } = fetching.head;
			fetching.head = undefined;
			if (!this.#promised(link, fetching, end === undefined ? otherRange : parseHead(text))) return;
			from = end ?? bytes.length;
		}
		const wanted = Math.min(fetching.left, bytes.length - from);
		if (wanted > 0) this.#came(fetching, bytes.subarray(from, from + wanted));
		fetching.left -= wanted;
		if (fetching.left === 0) this.#complete(link, fetching);
	}

	drained(): void {}

	closed(link: Link, why: string): void {
		const fetching = this.#byLink.get(link);
		if (fetching === undefined) return;
		this.#byLink.delete(link);
		if (!fetching.isOpen && this.#undialled(fetching.request)) return;
		const said = fetching.isOpen ? `the source closed: ${why}` : why;
		this.#servent.host.fetchEnd(fetching.request.fetch, said);
	}

	tick(now: number): void {
		for (const [link, { lastAt }] of this.#byLink)
			if (now - lastAt >= ours.fetchSeconds * 1000) this.#end(link, 'the source sent nothing for too long');
	}

	#begin(request: FetchRequest, isOpen: boolean): Fetching {
		return { request, head: new HeadText(), left: 0, tree: none, isOpen, lastAt: this.#servent.world.now() };
	}

	/** Takes the next bytes of the body, before they are counted. */
	#came({ request, tree, left }: Fetching, bytes: Uint8Array): void {
		if (request.tree === true) tree.set(bytes, tree.length - left);
		else this.#servent.host.fetchBody(request.fetch, bytes);
	}

	#complete(link: Link, { request, tree: slices }: Fetching): void {
		if (request.tree === true) {
			const slice = sliceSize(request.size ?? 0);
			this.#servent.host.fetchTree(request.fetch, { kind: 'kazaa', slices, slice });
		}
		this.#end(link, '');
	}

	#ask(link: Link, { request }: Fetching): void {
		const { agent, user, network } = this.#servent.options;
		const what = request.tree === true ? treeUri(request.kzhash!) : `/.hash=${request.fthash?.toLowerCase()}`;
		const head = encodeHead(`GET ${what} HTTP/1.1`, [
			['Host', formatAddress(request.source)],
			// Spelt so by the programs of this network.
			['UserAgent', agent],
			['X-Kazaa-Username', user],
			['X-Kazaa-Network', network],
			...rangeOf(request),
			['Connection', 'close'],
		]);
		if (!this.#servent.world.send(link, head)) this.#end(link, 'the source does not read');
	}

	/** Reads what the source promises. False: nothing is to come. */
	#promised(link: Link, fetching: Fetching, head: Head | Refusal): boolean {
		const { request } = fetching;
		const read = isRefusal(head) ? head : promise(head, request);
		if (isRefusal(read)) {
			this.#servent.refuse(read.refused, formatAddress(request.source), read.detail);
			this.#end(link, 'the source answered nonsense');
			return false;
		}
		this.#servent.host.fetchHead(request.fetch, link, read);
		fetching.left = read.to - read.from;
		if (request.tree === true) fetching.tree = new Uint8Array(fetching.left);
		if (read.status === 200 || read.status === 206) return true;
		this.#end(link, `the source answered ${read.status}`);
		return false;
	}

	#end(link: Link, why: string): void {
		const fetching = this.#byLink.get(link);
		if (fetching === undefined) return;
		this.#byLink.delete(link);
		this.#servent.world.hangup(link, why === '' ? 'the range is complete' : why);
		this.#servent.host.fetchEnd(fetching.request.fetch, why);
	}
}

/** giFT refuses a range without an end: the whole is asked for without one. */
function rangeOf({ tree, from, to, size }: FetchRequest): [string, string][] {
	const end = to ?? size;
	if (tree === true || (from === 0 && end === undefined)) return [];
	return [['Range', `bytes=${from}-${end === undefined ? '' : end - 1}`]];
}

function promise({ line, headers }: Head, request: FetchRequest): FetchHead | Refusal {
	const status = parseStatus(line);
	if (isRefusal(status)) return status;
	const agent = (headers.get('server') ?? '').slice(0, 80);
	const retryAfter = parseCount(headers.get('retry-after'));
	const nothing = { status, from: 0, to: 0, agent, alternates: [] };
	if (status !== 200 && status !== 206)
		return retryAfter === undefined ? nothing : { ...nothing, retryAfter: Math.min(retryAfter, 3600) };
	if (request.tree === true) return treePromise(nothing, parseCount(headers.get('content-length')), request);
	const hash = parseHashTag(headers.get('x-kazaatag') ?? '');
	if (hash !== undefined && hex(hash) !== request.fthash?.toLowerCase()) return otherContent;
	const length = parseCount(headers.get('content-length'));
	const said = headers.get('content-range');
	const range =
		said !== undefined
			? parseContentRange(said)
			: status === 200 && length !== undefined
				? { from: 0, to: length, size: length }
				: undefined;
	if (range === undefined || range.from !== request.from) return otherRange;
	if (range.to > (request.to ?? range.size)) return otherRange;
	if (length !== undefined && length !== range.to - range.from) return otherRange;
	const hasTree = request.kzhash !== undefined && headers.get('x-kztree-uri') === treeUri(request.kzhash);
	return { ...nothing, ...range, ...(hasTree && { hasTree }) };
}

/** As long as the tree of a file of this size is, which is bounded. */
function treePromise(
	head: FetchHead,
	length: number | undefined,
	{ size = 0 }: FetchRequest,
): FetchHead | Refusal {
	const right = Math.max(1, Math.ceil(size / sliceSize(size))) * hashBytes;
	return head.status === 200 && length === right ? { ...head, to: length } : otherTree;
}
