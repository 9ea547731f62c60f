/**
 * Asking the push proxies of a source that cannot be dialled (push.ts says when). The rules:
 *
 * - One after another, `pushProxiesAsked` at most, each for `proxySeconds`. Any 202 means that the PUSH is on its way; any
 *   other answer, silence, a closed link: the next one is asked.
 * - The addresses come from strangers, as those in a PUSH do: a forged hit could name a victim. So each dial asks
 *   defence/push-diversion.ts as a call-back does; who names too many is counted by its servent GUID.
 * - What a proxy gets is one request with fixed words: a GUID, an index, our address. Of its answer only the status counts.
 */
import { isRefusal } from '../../evidence/refusal.ts';
import type { Address, Link } from '../../world/world.ts';
import { formatAddress } from '../common/address.ts';
import type { FetchRequest } from '../network.ts';
import type { Guards } from './guards.ts';
import { type Limits, ours } from './limits.ts';
import type { LinkOwner, Servent } from './servent.ts';
import { HeaderBlock } from './wire/head.ts';
import { parseStatus } from './wire/http.ts';
import { encodeProxyRequest } from './wire/push-proxy.ts';

interface Asking {
	readonly request: FetchRequest;
	readonly guid: Uint8Array;
	/** Those not asked yet. */
	readonly left: Address[];
	/** Called once: whether one of them sends the PUSH. */
	readonly done: (sent: boolean) => void;
	to: Address;
	link: Link;
	opened: boolean;
	head: HeaderBlock;
	until: number;
}

export class PushProxyClient implements LinkOwner {
	readonly #servent: Servent;
	readonly #guards: Guards;
	readonly #limits: Limits;
	readonly #byFetch = new Map<number, Asking>();
	readonly #byLink = new Map<Link, Asking>();

	constructor(servent: Servent, guards: Guards, limits: Limits) {
		this.#servent = servent;
		this.#guards = guards;
		this.#limits = limits;
	}

	/** False: the source has no proxy that can be asked, and `done` is not called. */
	ask(request: FetchRequest, guid: Uint8Array, done: (sent: boolean) => void): boolean {
		const { announce, usable } = this.#servent.options;
		const own = formatAddress(announce);
		const left = (request.source.proxies ?? [])
			.filter((one, at, all) => {
				const name = formatAddress(one);
				return name !== own && usable(one.host) && all.findIndex((two) => formatAddress(two) === name) === at;
			})
			.slice(0, ours.pushProxiesAsked);
		const [head, until] = [new HeaderBlock(), 0];
		const asking = { request, guid, left, done, to: announce, link: -1, opened: false, head, until };
		return this.#next(asking);
	}

	/** Nobody waits for the answer any more. */
	cancel(fetch: number): void {
		const asking = this.#byFetch.get(fetch);
		if (asking !== undefined) this.#leave(asking, 'the file is no longer wanted from there');
	}

	opened(link: Link): void {
		const asking = this.#byLink.get(link);
		if (asking === undefined) return;
		asking.opened = true;
		const { announce, agent } = this.#servent.options;
		const { guid, to } = asking;
		const { index } = asking.request.source;
		this.#servent.world.send(link, encodeProxyRequest({ guid, index }, to, announce, agent));
	}

	received(link: Link, bytes: Uint8Array): void {
		const asking = this.#byLink.get(link);
		if (asking === undefined) return;
		const answer = asking.head.push(bytes);
		if (answer === 'more') return;
		const status = isRefusal(answer) ? answer : parseStatus(asking.head.firstLine ?? '');
		if (isRefusal(status)) this.#servent.refuse(status.refused, formatAddress(asking.to), status.detail);
		this.#leave(asking, 'answered');
		if (!isRefusal(status) && status.code === 202) asking.done(true);
		else this.#another(asking);
	}

	drained(): void {}

	closed(link: Link): void {
		const asking = this.#byLink.get(link);
		if (asking === undefined) return;
		if (!asking.opened) this.#guards.callBackFailed(this.#servent.world.now(), asking.to);
		this.#forget(asking);
		this.#another(asking);
	}

	tick(now: number): void {
		for (const asking of this.#byFetch.values()) {
			if (now < asking.until) continue;
			if (!asking.opened) this.#guards.callBackFailed(now, asking.to);
			this.#leave(asking, 'no answer in time');
			this.#another(asking);
		}
	}

	#another(asking: Asking): void {
		if (!this.#next(asking)) asking.done(false);
	}

	/** Dials the next one. False: none is left. */
	#next(asking: Asking): boolean {
		const now = this.#servent.world.now();
		const { source, name } = asking.request;
		for (let to = asking.left.shift(); to !== undefined; to = asking.left.shift()) {
			if (!this.#guards.callBack(now, to, source.id)) continue;
			asking.to = to;
			asking.link = this.#servent.dial(to, `ask a push proxy for ${name}`, this);
			asking.opened = false;
			asking.head = new HeaderBlock();
			asking.until = now + this.#limits.proxySeconds * 1000;
			this.#byLink.set(asking.link, asking);
			this.#byFetch.set(asking.request.fetch, asking);
			return true;
		}
		return false;
	}

	#leave(asking: Asking, why: string): void {
		this.#forget(asking);
		this.#servent.world.hangup(asking.link, why);
	}

	#forget(asking: Asking): void {
		this.#byLink.delete(asking.link);
		this.#byFetch.delete(asking.request.fetch);
	}
}
