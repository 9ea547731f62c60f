/**
 * Retrieve, the end that has the file: HTTP on links that others opened, or that we opened because a
 * PUSH asked for it. The rules:
 *
 * - A request names a file by index and name (both must agree) or by urn:sha1. It is looked up in the
 *   index of shares, by number or hash; a path is never made from it. What looks like an attempt to
 *   leave the share is evidence (defence/path-traversal.ts) and gets the same 404 as any unknown name.
 * - GET and HEAD, one range, keep-alive; a further request waits until the body before it has left.
 * - Slots are the host's: without one the answer is 503 with Retry-After, and a place in the queue for those who
 *   understand it. The link is kept for such a place only where no ticket names it (wire/queue.ts).
 * - A head is bounded in bytes, and in time from its first byte; a link that asks for nothing for `idleSeconds` is closed.
 *
 * The answer names the content (X-Gnutella-Content-URN) so that the other end can refuse what it did
 * not ask for; it does not name our servent GUID, which the hit told already to whom it concerned.
 */
import { isRefusal } from '../../evidence/refusal.ts';
import type { Address, Link } from '../../world/world.ts';
import { formatAddress, parseAddresses } from '../common/address.ts';
import type { SharedFile } from '../network.ts';
import type { Browse } from './browse.ts';
import type { Guards } from './guards.ts';
import { type Limits, ours } from './limits.ts';
import type { PushProxy } from './push-proxy.ts';
import { askerOf, contentHeaders, etagOf, type Headers, queueHeader, spanOf, uuidOf } from './serve-head.ts';
import type { LinkOwner, Servent } from './servent.ts';
import { HeaderBlock } from './wire/head.ts';
import {
	encodeResponse,
	formatContentRange,
	type HttpRequest,
	parseRequest,
	type Target,
} from './wire/http.ts';
import { concat } from './wire/text.ts';
import { encodeThex } from './wire/thex.ts';

interface Client {
	readonly remote: Address;
	head: HeaderBlock;
	/** A body is on its way. */
	busy: boolean;
	keepAlive: boolean;
	/** Bytes that came while busy: the next request, at most one head of it. */
	waiting: Uint8Array;
	/** Our place in the queue hangs on this link until then. */
	keepUntil: number;
	/** A head has begun: its bytes no longer move lastAt, so that it cannot drip for ever. */
	begun: boolean;
	lastAt: number;
}

/** Bytes of further requests kept while a body leaves; more is not pipelining but a flood. */
const WAITING_MOST = 8192;
const EMPTY = new Uint8Array(0);
const DEFAULT_PORT = 6346;

export class Serve implements LinkOwner {
	readonly #servent: Servent;
	readonly #guards: Guards;
	readonly #limits: Limits;
	readonly #proxy: PushProxy;
	readonly #browse: Browse;
	readonly #clients = new Map<Link, Client>();

	constructor(servent: Servent, guards: Guards, limits: Limits, proxy: PushProxy, browse: Browse) {
		this.#servent = servent;
		this.#guards = guards;
		this.#limits = limits;
		this.#proxy = proxy;
		this.#browse = browse;
	}

	/** Takes a link over: whoever is at the other end may now ask. */
	accepted(link: Link, remote: Address): void {
		this.#clients.set(link, {
			remote,
			head: new HeaderBlock(),
			busy: false,
			keepAlive: true,
			waiting: EMPTY,
			keepUntil: 0,
			begun: false,
			lastAt: this.#servent.world.now(),
		});
		this.#servent.own(link, this);
	}

	opened(): void {}

	drained(): void {}

	received(link: Link, bytes: Uint8Array): void {
		const client = this.#clients.get(link);
		if (client === undefined) return;
		if (client.waiting.length + bytes.length > WAITING_MOST && client.busy) {
			return this.#end(link, 'too much at once');
		}
		client.waiting = client.waiting.length === 0 ? bytes : concat([client.waiting, bytes]);
		this.#work(link, client);
	}

	/** The body has left (`why` empty), or the host could not send it. */
	served(link: Link, why: string): void {
		const client = this.#clients.get(link);
		if (client === undefined) return;
		if (why !== '' || !client.keepAlive) return this.#end(link, why === '' ? 'served' : why);
		client.busy = false;
		client.lastAt = this.#servent.world.now();
		this.#work(link, client);
	}

	closed(link: Link): void {
		this.#clients.delete(link);
	}

	tick(now: number): void {
		for (const [link, client] of this.#clients) {
			if (client.busy || now < client.keepUntil) continue;
			if (now - client.lastAt < this.#limits.idleSeconds * 1000) continue;
			if (client.begun) {
				this.#servent.refuse('gnutella.http.slow', formatAddress(client.remote));
			}
			this.#end(link, 'nothing was asked for in time');
		}
	}

	/** Answers request after request, until one has a body to send or the bytes are used up. */
	#work(link: Link, client: Client): void {
		while (!client.busy && client.waiting.length > 0 && this.#clients.get(link) === client) {
			if (!client.begun) client.lastAt = this.#servent.world.now();
			client.begun = true;
			const bytes = client.waiting;
			client.waiting = EMPTY;
			const answer = client.head.push(bytes);
			if (answer === 'more') return;
			if (isRefusal(answer)) return this.#malformed(link, client, answer.refused, answer.detail);
			const { head } = client;
			client.head = new HeaderBlock();
			client.begun = false;
			client.waiting = head.rest;
			this.#request(link, client, head);
		}
	}

	#request(link: Link, client: Client, head: HeaderBlock): void {
		const request = parseRequest(head.firstLine ?? '');
		if (isRefusal(request)) {
			this.#guards.traversal(client.remote, head.firstLine ?? '');
			return this.#malformed(link, client, request.refused, request.detail);
		}
		const connection = (head.headers.get('connection') ?? '').toLowerCase();
		client.keepAlive = request.version === '1.1' ? connection !== 'close' : connection === 'keep-alive';
		if (!this.#guards.request(this.#servent.world.now(), client.remote)) {
			client.keepAlive = false;
			return this.#answer(link, client, 429, 'Too Many Requests', [['Retry-After', '60']]);
		}
		if (request.target.kind === 'other' && this.#proxied(link, client, request.target.path, head)) return;
		if (request.target.kind === 'root') {
			this.#clients.delete(link);
			return this.#browse.asked(link, request.method, head.headers.get('accept') ?? '');
		}
		const file = this.#find(request.target);
		if (file === undefined) {
			this.#guards.traversal(client.remote, head.firstLine ?? '');
			return this.#answer(link, client, 404, 'Not Found', []);
		}
		this.#listen(client, file, head);
		if (request.target.kind === 'urn' && request.target.service === 'N2X') {
			return this.#tree(link, client, request, file);
		}
		this.#file(link, client, request, file, head);
	}

	/** A request for a PUSH to a leaf of ours, not for a file (push-proxy.ts). */
	#proxied(link: Link, client: Client, target: string, { headers }: HeaderBlock): boolean {
		const answer = this.#proxy.answer(target, headers.get('x-node'), client.remote);
		if (answer === undefined) return false;
		const { code, text, retryAfter } = answer;
		this.#answer(link, client, code, text, retryAfter ? [['Retry-After', String(retryAfter)]] : []);
		return true;
	}

	/** Who asks says which others have the file, and which do not: hearsay, kept by the host. */
	#listen(client: Client, file: SharedFile, { headers }: HeaderBlock): void {
		const said = (name: string): Address[] =>
			parseAddresses(headers.get(name) ?? '', ours.alternates, DEFAULT_PORT).filter(
				({ host, port }) =>
					this.#servent.options.usable(host) && !(host === client.remote.host && port === 0),
			);
		const [have, lack] = [said('x-alt'), said('x-nalt')];
		if (file.sha1 !== undefined && have.length + lack.length > 0)
			this.#servent.host.heard(file.sha1, have, lack);
	}

	#tree(link: Link, client: Client, request: HttpRequest, file: SharedFile): void {
		const tree = this.#servent.host.tree(file.id);
		if (tree === undefined) return this.#answer(link, client, 404, 'Not Found', []);
		const body = encodeThex({ size: file.size, ...tree }, uuidOf(file));
		const headers: Headers = [
			['Content-Type', 'application/dime'],
			['Content-Length', String(body.length)],
		];
		this.#head(link, client, 200, 'OK', headers, request.method === 'HEAD' ? undefined : body);
		this.#done(link, client);
	}

	#find(target: Target): SharedFile | undefined {
		const { shares } = this.#servent.host;
		if (target.kind === 'urn') {
			return target.urn.sha1 && shares.bySha1(target.urn.sha1);
		}
		if (target.kind !== 'index') return undefined;
		const file = shares.byId(target.index);
		return file?.name === target.name ? file : undefined;
	}

	#file(link: Link, client: Client, request: HttpRequest, file: SharedFile, head: HeaderBlock): void {
		const headers = contentHeaders(file, this.#servent.host);
		if (file.sha1 !== undefined && head.headers.get('if-none-match')?.includes(etagOf(file.sha1)) === true) {
			return this.#answer(link, client, 304, 'Not Modified', headers);
		}
		const range = head.headers.get('range');
		const wanted = spanOf(file, range);
		if (isRefusal(wanted)) {
			headers.push(['Content-Range', `bytes */${file.size}`]);
			return this.#answer(link, client, 416, 'Range Not Satisfiable', headers);
		}
		const slot =
			request.method === 'HEAD' ? true : this.#servent.host.admit(link, askerOf(client, file, head));
		if (slot !== true) {
			headers.push(['Retry-After', String(slot.retryAfter)]);
			if (slot.queue !== undefined) {
				const { header, held } = queueHeader(head, slot.queue);
				headers.push(header);
				client.keepUntil = held ? this.#servent.world.now() + slot.queue.pollTo * 1000 : 0;
			}
			return this.#answer(link, client, 503, slot.queue === undefined ? 'Busy' : 'Queued', headers);
		}
		client.keepUntil = 0;
		const { from, to } = wanted;
		const part = range !== undefined || file.parts !== undefined;
		if (part) headers.push(['Content-Range', formatContentRange({ from, to, size: file.size })]);
		headers.push(['Content-Type', 'application/octet-stream'], ['Accept-Ranges', 'bytes']);
		headers.push(['Content-Length', String(to - from)]);
		this.#head(link, client, part ? 206 : 200, part ? 'Partial Content' : 'OK', headers);
		if (!this.#clients.has(link)) return;
		if (request.method === 'HEAD' || to === from) return this.#done(link, client);
		client.busy = true;
		this.#servent.host.serve(link, file.id, from, to);
	}

	/** An answer without a body. */
	#answer(link: Link, client: Client, code: number, text: string, headers: Headers): void {
		this.#head(link, client, code, text, [...headers, ['Content-Length', '0']]);
		this.#done(link, client);
	}

	#head(
		link: Link,
		client: Client,
		code: number,
		text: string,
		headers: Headers,
		body: Uint8Array = EMPTY,
	): void {
		// Keep-Alive is said though HTTP/1.1 means it: mldonkey closes the link otherwise.
		const connection = client.keepAlive ? 'Keep-Alive' : 'close';
		const first: Headers = [
			['Server', this.#servent.options.agent],
			['Connection', connection],
		];
		const proxies = this.#proxy.addresses();
		if (proxies.length > 0) first.push(['X-Push-Proxy', proxies.map(formatAddress).join(', ')]);
		const head = encodeResponse(code, text, [...first, ...headers]);
		const sent = this.#servent.world.send(link, body.length === 0 ? head : concat([head, body]));
		if (!sent) this.#end(link, 'the other end does not read');
	}

	#done(link: Link, client: Client): void {
		if (!client.keepAlive) this.#end(link, 'answered');
	}

	#malformed(link: Link, client: Client, code: string, detail?: string): void {
		this.#servent.refuse(code, formatAddress(client.remote), detail);
		client.keepAlive = false;
		this.#answer(link, client, 400, 'Bad Request', []);
	}

	#end(link: Link, why: string): void {
		this.#clients.delete(link);
		this.#servent.world.hangup(link, why);
	}
}
