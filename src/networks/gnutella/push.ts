/**
 * PUSH and GIV: files of servents that cannot be dialled (0.4, section 2.5 and 3.3). The rules:
 *
 * As the one who wants: a fetch whose source is firewalled, or could not be dialled, goes by PUSH: through the
 * source's push proxies where it has named some (push-proxy-client.ts), which is two links, and where none of
 * them takes it, along the way that the source's hit came. A GIV is taken only if it bears the GUID and index of such a
 * fetch; then the link is an ordinary source, which gives the next ranges too: servents refuse a second
 * PUSH soon after the first. Without GIV in `pushSeconds` the fetch has failed.
 *
 * As the one who has: a PUSH names an address that we are to dial, and it came through strangers. That is
 * the talk's remote denial of service, so: only for our GUID and an index that is shared (or 0, which
 * gtk-gnutella sends for what it then asks for by content), and only as often as
 * defence/push-diversion.ts allows for a target, a network, a requester and in all. What we send first
 * is our GIV, never anything that the PUSH chose.
 */
import { isRefusal } from '../../evidence/refusal.ts';
import type { Address, Link } from '../../world/world.ts';
import { formatAddress } from '../common/address.ts';
import { hex, unhex } from '../common/hash.ts';
import type { FetchRequest } from '../network.ts';
import type { Guards } from './guards.ts';
import { type Limits, ours } from './limits.ts';
import type { PushProxyClient } from './push-proxy-client.ts';
import type { Retrieve } from './retrieve.ts';
import type { Serve } from './serve.ts';
import type { LinkOwner, Servent } from './servent.ts';
import { encodeGiv, parseGiv } from './wire/giv.ts';
import { HeaderBlock } from './wire/head.ts';
import { encodePush, type Push as PushMessage } from './wire/push.ts';

export interface PushParts {
	readonly limits: Limits;
	readonly guards: Guards;
	readonly retrieve: Retrieve;
	readonly serve: Serve;
	readonly proxies: PushProxyClient;
	/** Sends a PUSH on the way to this servent; false: no way is known. */
	readonly send: (guid: Uint8Array, payload: Uint8Array) => boolean;
}

interface Wanted {
	readonly request: FetchRequest;
	readonly guid: string;
	readonly until: number;
}

/** PUSHes of ours that wait for a GIV at once. */
const WANTED_MOST = 200;
/** The index of a PUSH that names no file: the one who asks knows its hash, and says so on the link. */
const UNNAMED = 0;

export class Push {
	readonly #servent: Servent;
	readonly #parts: PushParts;
	readonly #wanted = new Map<number, Wanted>();
	/** Links whose GIV is not complete yet, and the time by which it must be. */
	readonly #giving = new Map<Link, { readonly remote: Address; readonly until: number }>();

	constructor(servent: Servent, parts: PushParts) {
		this.#servent = servent;
		this.#parts = parts;
	}

	/** Fetches over a link that is there, by dialling, or by PUSH where the source says that it cannot be dialled. */
	fetch(request: FetchRequest): void {
		if (this.#parts.retrieve.again(request)) return;
		const dialable = !request.source.firewalled && this.#servent.options.usable(request.source.host);
		if (dialable) return this.#parts.retrieve.fetch(request);
		const why = this.#ask(request);
		if (why !== undefined) this.#servent.host.fetchEnd(request.fetch, why);
	}

	/** The dial of a source failed. True: a PUSH is on its way instead. */
	undialled(request: FetchRequest): boolean {
		return this.#ask(request) === undefined;
	}

	cancel(fetch: number): boolean {
		if (!this.#wanted.delete(fetch)) return false;
		this.#parts.proxies.cancel(fetch);
		this.#servent.host.fetchEnd(fetch, 'cancelled');
		return true;
	}

	/** An accepted link whose first bytes look like a GIV. */
	given(link: Link, remote: Address): void {
		const head = new HeaderBlock();
		const until = this.#servent.world.now() + this.#parts.limits.handshakeSeconds * 1000;
		this.#giving.set(link, { remote, until });
		this.#servent.own(link, {
			opened: () => {},
			drained: () => {},
			closed: () => void this.#giving.delete(link),
			received: (from, bytes) => {
				const answer = head.push(bytes);
				if (answer === 'more') return;
				this.#giving.delete(link);
				const giv = isRefusal(answer) ? answer : parseGiv(head.firstLine ?? '');
				if (isRefusal(giv)) return this.#unasked(link, remote, giv.refused);
				this.#match(from, remote, hex(giv.guid), giv.index);
			},
		});
	}

	/** A PUSH for us has come from a neighbour. */
	asked(now: number, push: PushMessage, from: Link): void {
		const target = push.address;
		const name = this.#nameOf(push.index);
		if (name === undefined)
			return this.#servent.refuse('gnutella.push.unknown', formatAddress(target), `file ${push.index}`);
		if (!this.#servent.options.usable(target.host)) {
			return this.#servent.refuse('gnutella.push.unusable', formatAddress(target));
		}
		if (!this.#parts.guards.callBack(now, target, from)) return;
		const owner: LinkOwner = {
			opened: (link) => {
				const giv = encodeGiv({ index: push.index, guid: this.#servent.options.guid, name });
				this.#servent.world.send(link, giv);
				this.#parts.serve.accepted(link, target);
			},
			received: () => {},
			drained: () => {},
			closed: () => this.#parts.guards.callBackFailed(this.#servent.world.now(), target),
		};
		this.#servent.dial(target, `a PUSH asked for ${name}`, owner);
	}

	tick(now: number): void {
		for (const [link, { remote, until }] of this.#giving) {
			if (now < until) continue;
			this.#giving.delete(link);
			this.#servent.refuse('gnutella.handshake.slow', formatAddress(remote), 'GIV');
			this.#servent.world.hangup(link, 'the GIV took too long');
		}
		for (const [fetch, wanted] of this.#wanted) {
			if (now < wanted.until) continue;
			this.#wanted.delete(fetch);
			this.#parts.proxies.cancel(fetch);
			this.#servent.host.fetchEnd(fetch, 'the source did not call back after a PUSH');
		}
	}

	/** What our GIV calls the file; undefined: there is nothing to give. */
	#nameOf(index: number): string | undefined {
		const { shares } = this.#servent.host;
		if (index === UNNAMED && shares.files > 0) return 'file';
		return shares.byId(index)?.name;
	}

	/** Sends a PUSH for the request; undefined: sent. */
	#ask(request: FetchRequest): string | undefined {
		const guid = unhex(request.source.id);
		if (guid?.length !== 16) return 'the source cannot be dialled and has no GUID to send a PUSH to';
		if (this.#wanted.size >= WANTED_MOST) return 'too many PUSHes are waiting';
		const { announce } = this.#servent.options;
		if (announce.port === 0) return 'the source cannot be dialled, and we do not listen for its call';
		const { pushSeconds, proxySeconds } = this.#parts.limits;
		const asked = this.#parts.proxies.ask(request, guid, (sent) => this.#proxied(request, guid, sent));
		if (!asked && !this.#send(request, guid))
			return 'the source cannot be dialled, and no way for a PUSH to it is known';
		this.#wait(request, guid, pushSeconds + (asked ? ours.pushProxiesAsked * proxySeconds : 0));
		return undefined;
	}

	/** The push proxies have been asked. */
	#proxied(request: FetchRequest, guid: Uint8Array, sent: boolean): void {
		const { fetch } = request;
		if (!this.#wanted.has(fetch)) return;
		if (sent || this.#send(request, guid)) return this.#wait(request, guid, this.#parts.limits.pushSeconds);
		this.#wanted.delete(fetch);
		const why = 'no push proxy of the source has taken the PUSH, and no other way for it is known';
		this.#servent.host.fetchEnd(fetch, why);
	}

	/** Through the overlay. False: no way is known. */
	#send({ source }: FetchRequest, guid: Uint8Array): boolean {
		const { announce } = this.#servent.options;
		return this.#parts.send(guid, encodePush({ guid, index: source.index, address: announce }));
	}

	#wait(request: FetchRequest, guid: Uint8Array, seconds: number): void {
		const until = this.#servent.world.now() + seconds * 1000;
		this.#wanted.set(request.fetch, { request, guid: hex(guid), until });
	}

	#match(link: Link, remote: Address, guid: string, index: number): void {
		for (const [fetch, wanted] of this.#wanted) {
			if (wanted.guid !== guid || wanted.request.source.index !== index) continue;
			this.#wanted.delete(fetch);
			this.#parts.proxies.cancel(fetch);
			return this.#parts.retrieve.over(link, wanted.request);
		}
		this.#unasked(link, remote, 'gnutella.giv.unasked');
	}

	#unasked(link: Link, remote: Address, code: string): void {
		this.#servent.refuse(code, formatAddress(remote));
		this.#servent.world.hangup(link, 'nobody asked for this file');
	}
}
