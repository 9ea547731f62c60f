/**
 * Retrieve, the end that wants the file: HTTP to a source, one range at a time. The rules:
 *
 * - With a known SHA-1 the file is asked for by content (/uri-res/N2R), otherwise by index and name. An
 *   answer that names other content than was asked for is refused before its body.
 * - A source may send less than was asked for (gtk-gnutella sends 512 KiB first): the head tells the
 *   host what really follows. It may not send what was not asked for.
 * - The body must have a length; it is counted exactly. Bytes beyond it end the link.
 * - The link is kept for the next range to the same source, for a while; redirects are not followed,
 *   transfer codings are not taken (they are never asked for).
 * - A place in the source's queue that has a name (a ticket) is asked for again on any link; for one that has none the
 *   link is kept.
 * - The host learns of each fetch exactly once that it has ended.
 *
 * Bytes are not verified here: a range cannot be. transfer/ verifies the whole before it is released.
 */
import { isRefusal } from '../../evidence/refusal.ts';
import type { Link } from '../../world/world.ts';
import { formatAddress } from '../common/address.ts';
import type { FetchHead, FetchRequest, Source } from '../network.ts';
import type { Limits } from './limits.ts';
import { promise, requestOf } from './retrieve-head.ts';
import type { LinkOwner, Servent } from './servent.ts';
import { HeaderBlock } from './wire/head.ts';
import { concat } from './wire/text.ts';
import { decodeThex } from './wire/thex.ts';

/** Nobody's queue holds a link longer than this. */
const QUEUE_SECONDS_MOST = 600;

interface Session {
	readonly source: string;
	readonly agentSource: Source;
	/** undefined: idle, kept for the next range. */
	request: FetchRequest | undefined;
	head: HeaderBlock | undefined;
	promised: FetchHead | undefined;
	/** Bytes of the body still to come. */
	left: number;
	keepAlive: boolean;
	opened: boolean;
	lastAt: number;
	/** Bytes since `countedAt`: a source that drips is no source. */
	counted: number;
	countedAt: number;
	/** The hash tree that is arriving. */
	tree: Uint8Array[];
	/** A link that is kept though nothing is asked: our place in a queue hangs on it. */
	keepUntil: number;
}

export interface RetrieveParts {
	readonly limits: Limits;
	/** The dial failed: perhaps it can be had by PUSH. True: somebody takes it from here. */
	readonly undialled: (request: FetchRequest) => boolean;
}

export class Retrieve implements LinkOwner {
	readonly #servent: Servent;
	readonly #parts: RetrieveParts;
	readonly #sessions = new Map<Link, Session>();
	readonly #byFetch = new Map<number, Link>();

	constructor(servent: Servent, parts: RetrieveParts) {
		this.#servent = servent;
		this.#parts = parts;
	}

	/** Fetches over a kept link to the same source, whoever has opened it. False: there is none. */
	again(request: FetchRequest): boolean {
		const source = nameOf(request.source);
		for (const [link, session] of this.#sessions) {
			if (session.source !== source || session.request !== undefined || !session.opened) continue;
			this.#ask(link, session, request);
			return true;
		}
		return false;
	}

	fetch(request: FetchRequest): void {
		const { host, port } = request.source;
		const link = this.#servent.dial({ host, port }, `fetch ${request.name}`, this);
		this.#begin(link, request, false);
	}

	/** A link that the source has opened for us (GIV). `rest`: bytes that came behind the greeting. */
	over(link: Link, request: FetchRequest): void {
		this.#servent.own(link, this);
		this.#ask(link, this.#begin(link, request, true), request);
	}

	cancel(fetch: number): void {
		const link = this.#byFetch.get(fetch);
		if (link === undefined) return;
		this.#forget(link);
		this.#servent.world.hangup(link, 'the fetch was cancelled');
		this.#servent.host.fetchEnd(fetch, 'cancelled');
	}

	opened(link: Link): void {
		const session = this.#sessions.get(link);
		if (session === undefined) return;
		session.opened = true;
		if (session.request !== undefined) this.#ask(link, session, session.request);
	}

	drained(): void {}

	received(link: Link, bytes: Uint8Array): void {
		const session = this.#sessions.get(link);
		if (session === undefined) return;
		session.lastAt = this.#servent.world.now();
		session.counted += bytes.length;
		let rest = bytes;
		if (session.head !== undefined) {
			const answer = session.head.push(rest);
			if (answer === 'more') return;
			if (isRefusal(answer)) return this.#refuse(link, session, answer.refused, answer.detail);
			rest = session.head.rest;
			const head = session.head;
			session.head = undefined;
			if (!this.#promised(link, session, head)) return;
		}
		if (rest.length > 0) this.#body(link, session, rest);
	}

	closed(link: Link, why: string): void {
		const session = this.#sessions.get(link);
		if (session === undefined) return;
		this.#forget(link);
		const { request } = session;
		if (request === undefined) return;
		if (!session.opened && this.#parts.undialled(request)) return;
		this.#servent.host.fetchEnd(request.fetch, session.opened ? `the source closed: ${why}` : why);
	}

	tick(now: number): void {
		for (const [link, session] of this.#sessions) {
			const { idleSeconds, fetchSeconds } = this.#parts.limits;
			const idle = session.request === undefined;
			const silent = now - session.lastAt >= (idle ? idleSeconds : fetchSeconds) * 1000;
			if (silent && now >= session.keepUntil) {
				this.#end(link, session, 'the source sent nothing for too long');
			} else if (!idle && this.#drips(session, now))
				this.#end(link, session, 'the source gives next to nothing');
		}
	}

	/** Once a minute: it has given less than anyone should. A link that we have stopped gets the benefit of the doubt. */
	#drips(session: Session, now: number): boolean {
		if (now - session.countedAt < 60_000) return false;
		const { counted } = session;
		session.counted = 0;
		session.countedAt = now;
		return counted > 0 && counted < Math.min(this.#parts.limits.leastBytesPerMinute, session.left);
	}

	#begin(link: Link, request: FetchRequest, opened: boolean): Session {
		const session: Session = {
			source: nameOf(request.source),
			agentSource: request.source,
			request,
			head: undefined,
			promised: undefined,
			left: 0,
			keepAlive: false,
			opened,
			lastAt: this.#servent.world.now(),
			counted: 0,
			countedAt: this.#servent.world.now(),
			tree: [],
			keepUntil: 0,
		};
		this.#sessions.set(link, session);
		this.#byFetch.set(request.fetch, link);
		return session;
	}

	#ask(link: Link, session: Session, request: FetchRequest): void {
		session.request = request;
		session.keepUntil = 0;
		session.tree = [];
		session.countedAt = this.#servent.world.now();
		session.counted = 0;
		session.head = new HeaderBlock();
		session.lastAt = this.#servent.world.now();
		this.#byFetch.set(request.fetch, link);
		if (!this.#servent.world.send(link, requestOf(request, this.#servent.options.agent))) {
			this.#end(link, session, 'the source does not read');
		}
	}

	/** Reads what the source promises. False: nothing is to come. */
	#promised(link: Link, session: Session, head: HeaderBlock): boolean {
		const { request } = session;
		if (request === undefined) return false;
		const read = promise(head, request);
		if (isRefusal(read)) {
			this.#refuse(link, session, read.refused, read.detail);
			return false;
		}
		if (request.tree === true && read.length > this.#parts.limits.treeBytes) {
			this.#refuse(link, session, 'gnutella.thex.malformed', `${read.length} bytes`);
			return false;
		}
		session.promised = read.head;
		session.keepAlive = read.keepAlive;
		session.left = read.length;
		this.#servent.host.fetchHead(request.fetch, link, read.head);
		const good = read.head.status === 200 || read.head.status === 206;
		const { queue } = read.head;
		if (queue !== undefined && read.keepAlive && head.headers.get('content-length') === '0') {
			const held = queue.ticket === undefined ? Math.min(queue.pollTo, QUEUE_SECONDS_MOST) : 0;
			session.keepUntil = this.#servent.world.now() + held * 1000;
			session.request = undefined;
			this.#byFetch.delete(request.fetch);
			this.#servent.host.fetchEnd(request.fetch, `queued at place ${queue.position}`);
			return false;
		}
		if (!good) {
			// The body of a refusal is small talk: the link ends with it.
			this.#end(
				link,
				session,
				`the source answered ${read.head.status}${read.text === '' ? '' : ` ${read.text}`}`,
			);
			return false;
		}
		if (session.left === 0) this.#complete(link, session);
		return session.left > 0;
	}

	#body(link: Link, session: Session, bytes: Uint8Array): void {
		const { request } = session;
		if (request === undefined)
			return this.#refuse(link, session, 'gnutella.fetch.unasked', `${bytes.length} bytes`);
		const wanted = bytes.length > session.left ? bytes.subarray(0, session.left) : bytes;
		session.left -= wanted.length;
		if (request.tree === true) session.tree.push(wanted.slice());
		else this.#servent.host.fetchBody(request.fetch, wanted);
		if (wanted.length < bytes.length) session.keepAlive = false;
		if (session.left === 0) this.#complete(link, session);
	}

	#complete(link: Link, session: Session): void {
		const { request } = session;
		if (request === undefined) return;
		if (request.tree === true) {
			const tree = decodeThex(concat(session.tree));
			if (isRefusal(tree)) return this.#refuse(link, session, tree.refused, tree.detail);
			this.#servent.host.fetchTree(request.fetch, { kind: 'tiger', ...tree });
		}
		session.request = undefined;
		this.#byFetch.delete(request.fetch);
		const idle = [...this.#sessions.values()].filter((one) => one.request === undefined).length;
		if (!session.keepAlive || idle > this.#parts.limits.idleSources) {
			this.#forget(link);
			this.#servent.world.hangup(link, 'the range is complete');
		}
		this.#servent.host.fetchEnd(request.fetch, '');
	}

	#refuse(link: Link, session: Session, code: string, detail?: string): void {
		this.#servent.refuse(code, session.source, detail);
		this.#end(
			link,
			session,
			detail === undefined ? 'the source answered nonsense' : `the source answered nonsense: ${detail}`,
		);
	}

	#end(link: Link, session: Session, why: string): void {
		this.#forget(link);
		this.#servent.world.hangup(link, why);
		if (session.request !== undefined) this.#servent.host.fetchEnd(session.request.fetch, why);
	}

	#forget(link: Link): void {
		const session = this.#sessions.get(link);
		if (session?.request !== undefined) this.#byFetch.delete(session.request.fetch);
		this.#sessions.delete(link);
	}
}

function nameOf(source: Source): string {
	return formatAddress(source);
}
