/**
 * PING and PONG with pong caching (Gnutella 0.6, "Pong Caching"). The rules:
 *
 * - A PING is never forwarded. TTL 1 asks "are you alive": our own PONG answers. A greater TTL asks for
 *   hosts: our own PONG and up to `pongsPerPing` cached ones, none that came from the one who asks.
 * - A cached PONG lives as long as one round of our own pings (20 s at an ultrapeer, 120 s at a leaf).
 * - Every PONG is only a rumour: its address goes to the host cache as told by that neighbour, to be
 *   believed there or not (defence/seed-poisoning.ts). Because one peer said so it is dialled only by who is alone
 *   (host-cache.ts).
 * - More than `pingsPerSecond` from one peer are not answered.
 *
 * An ultrapeer marks its own PONG by a power of two in the KB field (0.6, section 3).
 */
import { isRefusal } from '../../evidence/refusal.ts';
import type { HostCache } from './host-cache.ts';
import type { Limits } from './limits.ts';
import type { Peer } from './peer.ts';
import type { Peers } from './peers.ts';
import type { Servent } from './servent.ts';
import { newGuid } from './wire/guid.ts';
import { encodeMessage, guidOf, hopsOf, MessageType, payloadOf, ttlOf } from './wire/message.ts';
import { encodePing } from './wire/ping.ts';
import { decodePong, encodePong } from './wire/pong.ts';

interface Cached {
	readonly host: string;
	readonly port: number;
	readonly files: number;
	readonly kilobytes: number;
	readonly hops: number;
	readonly by: Peer;
	/** Whole milliseconds after the beginning: a number this small needs no place of its own. */
	readonly at: number;
}

export interface PongParts {
	readonly peers: Peers;
	readonly hosts: HostCache;
	readonly limits: Limits;
}

export class Pongs {
	readonly #servent: Servent;
	readonly #parts: PongParts;
	/** The latest heard is the last. Few enough to look through, and much smaller than a map. */
	#cache: readonly Cached[] = NOTHING;
	/** As `at`. */
	#nextRound = 0;
	/** Whole seconds of the world's clock. */
	readonly #begun: number;

	constructor(servent: Servent, parts: PongParts) {
		this.#servent = servent;
		this.#parts = parts;
		this.#begun = Math.floor(servent.world.now() / 1000);
	}

	ping(peer: Peer, frame: Uint8Array): void {
		if (!this.#mayAnswer(peer)) return;
		const guid = guidOf(frame);
		this.#parts.peers.send(
			peer,
			encodeMessage(MessageType.Pong, guid, hopsOf(frame) + 1, 0, this.#ownPong()),
		);
		if (ttlOf(frame) <= 1) return;
		let sent = 1;
		for (const cached of this.#cache) {
			if (sent >= this.#parts.limits.pongsPerPing) break;
			if (cached.by === peer) continue;
			const payload = encodePong({
				address: cached,
				files: cached.files,
				kilobytes: cached.kilobytes,
			});
			this.#parts.peers.send(
				peer,
				encodeMessage(MessageType.Pong, guid, hopsOf(frame) + 1, cached.hops, payload),
			);
			sent++;
		}
	}

	pong(peer: Peer, frame: Uint8Array): void {
		peer.unanswered = 0;
		const pong = decodePong(payloadOf(frame));
		if (isRefusal(pong)) return this.#servent.refuse(pong.refused, peer.name, pong.detail);
		if (!this.#servent.options.usable(pong.address.host)) return;
		// The neighbour itself is known already; others shall hear of it, or nobody ever hears of a second hop.
		const isNeighbour = hopsOf(frame) === 0 && pong.address.host === peer.remote.host;
		if (!isNeighbour) this.#parts.hosts.told(pong.address, 'pong', peer.remote.host);
		const { port } = pong.address;
		const host = isNeighbour ? peer.remote.host : pong.address.host;
		const cached: Cached = {
			host,
			port,
			files: pong.files,
			kilobytes: pong.kilobytes,
			hops: Math.min(hopsOf(frame) + 1, this.#parts.limits.maxTtl),
			by: peer,
			at: this.#after(this.#servent.world.now()),
		};
		const others = this.#cache.filter((one) => one.port !== port || one.host !== host);
		if (others.length >= this.#parts.limits.pongCache) others.shift();
		this.#cache = others.concat(cached);
	}

	left(peer: Peer): void {
		this.#cache = this.#cache.filter(({ by }) => by !== peer);
	}

	tick(now: number): void {
		const life = this.life;
		const at = this.#after(now);
		const oldest = at - life;
		if (this.#cache.length > 0 && this.#cache[0].at < oldest)
			this.#cache = this.#cache.filter((one) => one.at >= oldest);
		if (at < this.#nextRound) return;
		this.#nextRound = at + life;
		const askable = this.#parts.peers.ultrapeers.concat(this.#parts.peers.legacies);
		const count = Math.max(3, Math.ceil(askable.length / 5));
		const from = askable.length === 0 ? 0 : this.#servent.world.random(1)[0]! % askable.length;
		for (let i = 0; i < Math.min(count, askable.length); i++) {
			const peer = askable[(from + i) % askable.length];
			if (peer !== undefined) this.send(peer, this.#parts.limits.maxTtl);
		}
	}

	/** Sends a PING of our own. */
	send(peer: Peer, ttl: number): void {
		const guid = newGuid(this.#servent.world.random(16));
		this.#parts.peers.send(peer, encodeMessage(MessageType.Ping, guid, ttl, 0, encodePing()));
	}

	#after(now: number): number {
		return Math.floor(now - this.#begun * 1000);
	}

	/** Milliseconds that a cached PONG lives. */
	get life(): number {
		const seconds =
			this.#servent.role === 'ultrapeer'
				? this.#parts.limits.pongLifeUltrapeer
				: this.#parts.limits.pongLifeLeaf;
		return seconds * 1000;
	}

	#ownPong(): Uint8Array {
		const { shares } = this.#servent.host;
		const kilobytes =
			this.#servent.role === 'ultrapeer' ? powerOfTwo(shares.kilobytes) : notPowerOfTwo(shares.kilobytes);
		return encodePong({ address: this.#servent.options.announce, files: shares.files, kilobytes });
	}

	#mayAnswer(peer: Peer): boolean {
		const second = Math.floor(this.#servent.world.now() / 1000);
		if (peer.pingSecond !== second) {
			peer.pingSecond = second;
			peer.pings = 1;
			return true;
		}
		peer.pings++;
		if (peer.pings <= this.#parts.limits.pingsPerSecond) return true;
		if (peer.pings === this.#parts.limits.pingsPerSecond + 1)
			this.#servent.refuse('gnutella.ping.flood', peer.name);
		return false;
	}
}

const NOTHING: readonly Cached[] = [];

function powerOfTwo(kilobytes: number): number {
	return 2 ** Math.max(3, Math.min(31, Math.ceil(Math.log2(Math.max(1, kilobytes)))));
}

function notPowerOfTwo(kilobytes: number): number {
	return kilobytes > 2 && (kilobytes & (kilobytes - 1)) === 0 ? kilobytes + 1 : kilobytes;
}
