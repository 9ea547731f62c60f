/**
 * Retrieve, the end that has the file: one request on a link that somebody opened, or that we opened because a
 * call-back asked for it. The rules:
 *
 * - A file is looked up by its hash, never by a path. What looks like an attempt to leave the share is evidence and
 *   gets the same 404 as any unknown hash.
 * - Slots are the host's: without one the answer is 503 with Retry-After.
 * - Who asks for the hash tree of a file gets it without a slot: it has 32 KiB at most.
 * - One answer a link, then it closes, as the programs of this network do. A head is bounded in bytes and in time.
 */
import { isRefusal } from '../../evidence/refusal.ts';
import type { Address, Link } from '../../world/world.ts';
import { formatAddress } from '../common/address.ts';
import { hex } from '../common/hash.ts';
import { HeadText } from '../common/head-text.ts';
import type { SharedFile } from '../network.ts';
import type { Guards } from './guards.ts';
import { ours } from './limits.ts';
import type { OwnFiles } from './own-files.ts';
import type { LinkOwner, Servent } from './servent.ts';
import {
	encodeHead,
	formatHashTag,
	type Head,
	parseHead,
	parseRange,
	parseRequest,
	treeUriOf,
} from './wire/http.ts';

interface Client {
	readonly remote: Address;
	readonly head: HeadText;
	readonly since: number;
	/** It has its answer: nothing more is read. */
	isAnswered: boolean;
}

export class Serve implements LinkOwner {
	readonly #servent: Servent;
	readonly #guards: Guards;
	readonly #own: OwnFiles;
	/** The super-node that we hang on, or ourselves: told to whoever asks. */
	readonly #supernode: () => Address | undefined;
	readonly #clients = new Map<Link, Client>();

	constructor(servent: Servent, guards: Guards, own: OwnFiles, supernode: () => Address | undefined) {
		this.#servent = servent;
		this.#guards = guards;
		this.#own = own;
		this.#supernode = supernode;
	}

	/** Takes a link over: whoever is at the other end may now ask. */
	accepted(link: Link, remote: Address): void {
		const now = this.#servent.world.now();
		this.#servent.own(link, this);
		if (this.#clients.size >= ours.askers) return this.#servent.world.hangup(link, 'too many ask at once');
		this.#clients.set(link, { remote, head: new HeadText(), since: now, isAnswered: false });
	}

	opened(): void {}

	drained(): void {}

	received(link: Link, bytes: Uint8Array): void {
		const client = this.#clients.get(link);
		if (client === undefined || client.isAnswered) return;
		const end = client.head.push(bytes, 0, bytes.length);
		if (end === -1) return;
		const head = end === undefined ? undefined : parseHead(client.head.text);
		client.isAnswered = true;
		if (head === undefined || isRefusal(head)) return this.#nonsense(link, client, 'head');
		this.#answer(link, client, head);
	}

	/** The body has left (`why` empty), or the host could not send it. */
	served(link: Link, why: string): void {
		if (this.#clients.delete(link)) this.#servent.world.hangup(link, why === '' ? 'served' : why);
	}

	closed(link: Link): void {
		this.#clients.delete(link);
	}

	tick(now: number): void {
		for (const [link, { isAnswered, since, remote }] of this.#clients) {
			if (isAnswered || now - since < ours.requestSeconds * 1000) continue;
			this.#servent.refuse('fasttrack.http.slow', formatAddress(remote));
			this.served(link, 'nothing was asked in time');
		}
	}

	#answer(link: Link, client: Client, { line, headers }: Head): void {
		const request = parseRequest(line);
		if (isRefusal(request)) return this.#nonsense(link, client, 'request');
		const { remote } = client;
		const { world, host } = this.#servent;
		if (!this.#guards.request(world.now(), remote)) return this.#refuse(link, '503 Busy', 60);
		const file = request.hash === undefined ? undefined : this.#own.byHash(request.hash);
		if (file === undefined) {
			if (request.hash === undefined) this.#guards.traversal(remote, line);
			return this.#refuse(link, '404 Not Found');
		}
		if (request.tree !== undefined) return this.#answerTree(link, file, request.tree);
		const span = parseRange(headers.get('range'), file.size);
		if (span === undefined) return this.#refuse(link, '416 Range Not Satisfiable');
		const agent = (headers.get('user-agent') ?? headers.get('useragent') ?? '').slice(0, 80);
		const admission = host.admit(link, { address: remote, agent, file: file.id, queues: false });
		if (admission !== true) return this.#refuse(link, '503 Busy', admission.retryAfter);
		const head = encodeHead('HTTP/1.1 206 Partial Content', [
			...this.#headers(file),
			['Content-Range', `bytes ${span.from}-${span.to - 1}/${file.size}`],
			['Content-Length', String(span.to - span.from)],
			['Content-Type', 'application/octet-stream'],
			['Connection', 'close'],
		]);
		if (!world.send(link, head)) return this.served(link, 'the asker does not read');
		host.serve(link, file.id, span.from, span.to);
	}

	#answerTree(link: Link, { id, kztree }: SharedFile, root: Uint8Array): void {
		const tree = kztree && hex(kztree) === hex(root) ? this.#servent.host.tree(id, 'kazaa') : undefined;
		if (tree === undefined) return this.#refuse(link, '404 Not Found');
		const head = encodeHead('HTTP/1.1 200 OK', [
			['Server', this.#servent.options.agent],
			['Content-Length', String(tree.slices.length)],
			['Content-Type', 'application/octet-stream'],
			['Connection', 'close'],
		]);
		const message = new Uint8Array(head.length + tree.slices.length);
		message.set(head);
		message.set(tree.slices, head.length);
		this.#servent.world.send(link, message);
		this.served(link, '');
	}

	#headers(file: SharedFile): [string, string][] {
		const { agent, user, network, announce } = this.#servent.options;
		const supernode = this.#supernode();
		const tree = treeUriOf(file.fthash, file.kztree);
		return [
			['Server', agent],
			['X-Kazaa-Username', user],
			['X-Kazaa-Network', network],
			['X-Kazaa-IP', formatAddress(announce)],
			...(supernode === undefined
				? []
				: [['X-Kazaa-SupernodeIP', formatAddress(supernode)] satisfies [string, string]]),
			['X-KazaaTag', formatHashTag(file.fthash ?? new Uint8Array(20))],
			...(tree === undefined ? [] : [['X-Kztree-URI', tree] satisfies [string, string]]),
		];
	}

	#refuse(link: Link, status: string, retryAfter?: number): void {
		const after: [string, string][] = retryAfter === undefined ? [] : [['Retry-After', String(retryAfter)]];
		const head = [...after, ['Content-Length', '0'], ['Connection', 'close']] satisfies [string, string][];
		this.#servent.world.send(link, encodeHead(`HTTP/1.1 ${status}`, head));
		this.served(link, status);
	}

	#nonsense(link: Link, { remote }: Client, detail: string): void {
		this.#servent.refuse('fasttrack.http.malformed', formatAddress(remote), detail);
		this.#refuse(link, '400 Bad Request');
	}
}
