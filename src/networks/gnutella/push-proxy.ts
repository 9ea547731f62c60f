/**
 * Push proxies, as the leaf that has some and as the ultrapeer that is one. A PUSH through the overlay needs every
 * servent on the way of the hit to be there still; a proxy is asked directly over HTTP and is one link away from
 * the source. The rules:
 *
 * As the leaf: a proxy is an ultrapeer that we asked (LIME/21), that has promised it (LIME/22), and that we are linked with now.
 * It is told at the host that we dialled and the port where it listens, never at the address in its promise: that
 * would send strangers to a host of its choice. Told only while nobody reaches us: in hits (GGEP PUSH)
 * and in answers over HTTP (X-Push-Proxy), `pushProxiesSent` at most.
 *
 * As the ultrapeer: we promise a leaf the PUSHes for one GUID, and no other leaf on another host gets them while its link
 * stands. A request over HTTP is answered 410 where no such leaf is linked now. Else the leaf gets a PUSH
 * that names the asker, and the answer is 202. Through a proxy a PUSH could be aimed as well as
 * through the overlay, but here the asker is at the other end of a TCP link: X-Node must name the host
 * that the link comes from, or nobody is dialled; and how often is bounded for each asker and each leaf
 * (defence/push-diversion.ts).
 */
import { isRefusal, type Refusal } from '../../evidence/refusal.ts';
import type { Address } from '../../world/world.ts';
import { formatAddress } from '../common/address.ts';
import type { Guards } from './guards.ts';
import { ours } from './limits.ts';
import type { Peer } from './peer.ts';
import type { Peers } from './peers.ts';
import type { Servent } from './servent.ts';
import { guidEquals, newGuid } from './wire/guid.ts';
import { encodeMessage, MessageType } from './wire/message.ts';
import { encodePush } from './wire/push.ts';
import { parseNode, parseProxyTarget } from './wire/push-proxy.ts';

export interface ProxyParts {
	readonly peers: Peers;
	readonly guards: Guards;
	/** Whether somebody outside has reached us. */
	readonly reachable: () => boolean;
	/** The way of PUSHes for a GUID is this leaf (route.ts). */
	readonly learn: (guid: Uint8Array, peer: Peer) => void;
}

export interface ProxyAnswer {
	readonly code: number;
	readonly text: string;
	/** Seconds. */
	readonly retryAfter?: number;
}

const SENT: ProxyAnswer = { code: 202, text: 'Push proxy' };
const GONE: ProxyAnswer = { code: 410, text: 'Push proxy for no such servent' };
const DIVERTED: ProxyAnswer = { code: 400, text: 'X-Node is not the host that asks' };
const OFTEN: ProxyAnswer = { code: 429, text: 'Too many pushes', retryAfter: 30 };

export class PushProxy {
	readonly #servent: Servent;
	readonly #parts: ProxyParts;
	/** Ultrapeers that pass PUSHes on to us. */
	readonly #promised = new Set<Peer>();
	/** Leaves that PUSHes are passed on to, and for which GUID. */
	readonly #wards = new Map<Peer, Uint8Array>();

	constructor(servent: Servent, parts: ProxyParts) {
		this.#servent = servent;
		this.#parts = parts;
	}

	/** Our own proxies, as strangers are told of them. */
	addresses(): Address[] {
		if (this.#parts.reachable()) return [];
		return Array.from(this.#promised, (peer) => peer.listen).slice(0, ours.pushProxiesSent);
	}

	/** LIME/22: a neighbour passes PUSHes on to us. */
	promised(peer: Peer): void {
		if (this.#servent.role !== 'leaf' || peer.role !== 'ultrapeer') {
			return this.#parts.guards.weird(peer, 'gnutella.proxy.unasked');
		}
		this.#promised.add(peer);
	}

	left(peer: Peer): void {
		this.#promised.delete(peer);
		this.#wards.delete(peer);
	}

	/** LIME/21: a neighbour wants PUSHes for this GUID passed on to it. True: they will be. */
	wanted(peer: Peer, guid: Uint8Array): boolean {
		if (this.#servent.role !== 'ultrapeer' || peer.role !== 'leaf') return false;
		const before = this.#wards.get(peer);
		const other = this.#leafOf(guid);
		// On the same host it is the same leaf, whose old link has not ended yet.
		const taken = other !== undefined && other.remote.host !== peer.remote.host;
		if (taken || (before !== undefined && !guidEquals(before, guid))) {
			this.#parts.guards.weird(peer, 'gnutella.proxy.claim');
			return false;
		}
		this.#wards.set(peer, guid.slice());
		this.#parts.learn(guid, peer);
		return true;
	}

	/** `target`: of an HTTP request, decoded; `node`: its X-Node. undefined: it asks for something else. */
	answer(target: string, node: string | undefined, remote: Address): ProxyAnswer | undefined {
		const request = parseProxyTarget(target);
		if (request === undefined) return undefined;
		if (isRefusal(request)) return this.#malformed(request, remote);
		const asker = parseNode(node);
		if (isRefusal(asker)) return this.#malformed(asker, remote);
		const leaf = this.#servent.role === 'ultrapeer' ? this.#leafOf(request.guid) : undefined;
		if (leaf === undefined) return GONE;
		const why = this.#parts.guards.proxied(this.#servent.world.now(), asker, remote, leaf.link);
		if (why !== undefined) return why === 'defence.push.diverted' ? DIVERTED : OFTEN;
		const push = encodePush({ ...request, address: asker });
		const id = newGuid(this.#servent.world.random(16));
		this.#parts.peers.send(leaf, encodeMessage(MessageType.Push, id, 1, 0, push));
		return SENT;
	}

	#malformed({ refused, detail }: Refusal, remote: Address): ProxyAnswer {
		this.#servent.refuse(refused, formatAddress(remote), detail);
		return { code: 400, text: detail ?? 'Bad Request' };
	}

	/** The newest where a leaf has come back before its old link ended. */
	#leafOf(guid: Uint8Array): Peer | undefined {
		return this.#parts.peers.leaves.findLast((peer) => {
			const ward = this.#wards.get(peer);
			return !peer.leaving && ward !== undefined && guidEquals(ward, guid);
		});
	}
}
