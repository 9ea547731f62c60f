/**
 * Call-backs, for files of those who cannot be dialled: whoever wants the file asks its super-node, that one tells
 * the leaf that has it, and the leaf calls and says GIVE. The rules:
 *
 * - We call only whom our super-node names, within our scope, and bounded by host, network and super-node: an
 *   address in such a message is a stranger's word (defence/push-diversion.ts).
 * - Nobody's GIVE is taken whose number we have not given out; each number is drawn at random and used once.
 * - Nobody can be called back at port 0: who has no port of its own asks nobody.
 */
import type { Address, Link } from '../../world/world.ts';
import { formatAddress } from '../common/address.ts';
import { text } from '../common/lines.ts';
import type { FetchRequest } from '../network.ts';
import type { Channel } from './channel.ts';
import type { Guards } from './guards.ts';
import { ours } from './limits.ts';
import type { LinkOwner, Servent } from './servent.ts';
import { MessageType } from './wire/frame.ts';
import { encodeGive, parseGive } from './wire/http.ts';
import { encodePushRequest, type Push as PushMessage } from './wire/push.ts';

/** `GIVE 4294967295` and its end. */
const mostLine = 17;

export interface PushParts {
	readonly guards: Guards;
	readonly channels: () => readonly Channel[];
	/** Where we are a super-node: tells a leaf of ours. False: it is not here. */
	readonly tell: (id: number, target: Address, user: string) => boolean;
	/** The source has called. `rest`: what came behind its GIVE. */
	readonly given: (link: Link, request: FetchRequest, rest: Uint8Array) => void;
	/** We have called: whoever is there may ask. */
	readonly called: (link: Link, remote: Address) => void;
}

export class Push implements LinkOwner {
	readonly #servent: Servent;
	readonly #parts: PushParts;
	/** By number: fetches for which somebody shall call. */
	readonly #awaited = new Map<number, { readonly request: FetchRequest; readonly at: number }>();
	/** Links that began with GIVE, and what has come. */
	readonly #giving = new Map<Link, { line: Uint8Array; readonly remote: Address; readonly at: number }>();
	/** Links that we open because somebody wants to be called. */
	readonly #calling = new Map<Link, PushMessage>();

	constructor(servent: Servent, parts: PushParts) {
		this.#servent = servent;
		this.#parts = parts;
	}

	/** Asks for a call by the source. False: there is no way to ask. */
	ask(request: FetchRequest): boolean {
		const { announce } = this.#servent.options;
		if (announce.port === 0 || this.#awaited.size >= ours.callsAwaited) return false;
		const { host, port, id: user, proxies } = request.source;
		const id = this.#number();
		const target = { host, port };
		if (!this.#parts.tell(id, target, user)) {
			const supernode = proxies?.[0];
			const channels = this.#parts.channels();
			const near = supernode && channels.find(({ name }) => name === formatAddress(supernode));
			const channel = near ?? channels[0];
			if (channel === undefined) return false;
			const asked = { id, requester: announce, target, supernode: supernode ?? channel.remote, user };
			if (!channel.send(MessageType.Push, encodePushRequest(asked))) return false;
		}
		this.#awaited.set(id, { request, at: this.#servent.world.now() });
		return true;
	}

	/** Whether it was waited for here. */
	cancel(fetch: number): boolean {
		for (const [id, { request }] of this.#awaited) {
			if (request.fetch !== fetch) continue;
			this.#awaited.delete(id);
			this.#servent.host.fetchEnd(fetch, 'cancelled');
			return true;
		}
		return false;
	}

	/** A super-node says: call this one. */
	wanted(channel: Channel, push: PushMessage): void {
		const { world, options } = this.#servent;
		const { host, port } = push.requester;
		if (port === 0 || !options.usable(host))
			return channel.refuse('fasttrack.push.unusable', formatAddress(push.requester));
		if (!this.#parts.guards.callBack(world.now(), push.requester, channel.link)) return;
		this.#calling.set(this.#servent.dial(push.requester, 'call-back', this), push);
	}

	/** Somebody's first word was GIVE. */
	accepted(link: Link, remote: Address): void {
		this.#giving.set(link, { line: new Uint8Array(0), remote, at: this.#servent.world.now() });
		this.#servent.own(link, this);
	}

	opened(link: Link, remote: Address): void {
		const push = this.#calling.get(link);
		if (push === undefined) return;
		this.#calling.delete(link);
		this.#servent.world.send(link, encodeGive(push.id));
		this.#parts.called(link, remote);
	}

	received(link: Link, bytes: Uint8Array): void {
		const giving = this.#giving.get(link);
		if (giving === undefined) return;
		const line = new Uint8Array(giving.line.length + bytes.length);
		line.set(giving.line);
		line.set(bytes, giving.line.length);
		giving.line = line;
		const end = line.indexOf(10);
		if (end < 0 && line.length <= mostLine) return;
		this.#giving.delete(link);
		const id = parseGive(text(line, 0, Math.max(0, end)).replace(/\r$/, ''));
		const awaited = id === undefined ? undefined : this.#awaited.get(id);
		if (id === undefined || awaited === undefined) {
			this.#servent.refuse('fasttrack.give.unasked', formatAddress(giving.remote));
			return this.#servent.world.hangup(link, 'nobody was asked to call');
		}
		this.#awaited.delete(id);
		this.#parts.given(link, awaited.request, line.subarray(end + 1));
	}

	drained(): void {}

	closed(link: Link): void {
		this.#giving.delete(link);
		const push = this.#calling.get(link);
		this.#calling.delete(link);
		if (push !== undefined) this.#parts.guards.callBackFailed(this.#servent.world.now(), push.requester);
	}

	tick(now: number): void {
		for (const [link, { at, remote }] of this.#giving) {
			if (now - at < ours.requestSeconds * 1000) continue;
			this.#giving.delete(link);
			this.#servent.refuse('fasttrack.http.slow', formatAddress(remote));
			this.#servent.world.hangup(link, 'the call-back was not finished in time');
		}
		for (const [id, { request, at }] of this.#awaited) {
			if (now - at < ours.callSeconds * 1000) continue;
			this.#awaited.delete(id);
			this.#servent.host.fetchEnd(request.fetch, 'the source did not call back');
		}
	}

	#number(): number {
		for (;;) {
			const [a, b, c, d] = this.#servent.world.random(4);
			const id = ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
			if (id !== 0 && !this.#awaited.has(id)) return id;
		}
	}
}
