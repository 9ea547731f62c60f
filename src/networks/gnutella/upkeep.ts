/**
 * Links that stand are looked after, and left politely. The rules:
 *
 * - A link that was silent for `aliveSeconds` gets a PING with TTL 1; after `aliveMissed` of them
 *   without any answer it gets BYE 406.
 * - A link that does not take our bytes for `blockedSeconds` gets BYE 405.
 * - BYE is said wherever the other end knows it (Bye-Packet), then the link is hung up once the BYE
 *   has had `byeSeconds` to leave. Nothing that comes after our BYE is read.
 */
import type { Limits } from './limits.ts';
import type { Peer, Peers } from './peers.ts';
import type { Pongs } from './pongs.ts';
import type { Servent } from './servent.ts';
import { encodeBye } from './wire/bye.ts';
import { newGuid } from './wire/guid.ts';
import { encodeMessage, MessageType } from './wire/message.ts';

/** Codes of BYE as peers use them (reference, section 3.2). */
export const Bye = {
	shutdown: 200,
	toUltrapeer: 202,
	toLeaf: 203,
	malformed: 400,
	duplicates: 401,
	highTtl: 403,
	blocked: 405,
	silent: 406,
} as const;

export class Upkeep {
	readonly #servent: Servent;
	readonly #peers: Peers;
	readonly #pongs: Pongs;
	readonly #limits: Limits;
	readonly #leaving = new Map<Peer, number>();

	constructor(servent: Servent, peers: Peers, pongs: Pongs, limits: Limits) {
		this.#servent = servent;
		this.#peers = peers;
		this.#pongs = pongs;
		this.#limits = limits;
	}

	/** Says why, and hangs up when that has left. */
	bye(peer: Peer, code: number, why: string): void {
		if (peer.leaving) return;
		const { world } = this.#servent;
		if (!peer.features.bye) {
			peer.leaving = true;
			return world.hangup(peer.link, why);
		}
		const payload = encodeBye({ code, reason: why });
		this.#peers.send(peer, encodeMessage(MessageType.Bye, newGuid(world.random(16)), 1, 0, payload));
		this.#peers.flush();
		peer.leaving = true;
		this.#leaving.set(peer, world.now() + this.#limits.byeSeconds * 1000);
	}

	left(peer: Peer): void {
		this.#leaving.delete(peer);
	}

	tick(now: number): void {
		for (const [peer, until] of this.#leaving) {
			const gone = peer.queue.empty && peer.pending === undefined;
			if (!gone && now < until) continue;
			this.#leaving.delete(peer);
			// What the world has taken it still delivers: the BYE arrives before the end.
			this.#servent.world.hangup(peer.link, 'we said goodbye');
		}
		for (const peer of this.#peers.all()) if (!peer.leaving) this.#look(peer, now);
	}

	#look(peer: Peer, now: number): void {
		if (peer.blockedSince > 0 && now - peer.blockedSince > this.#limits.blockedSeconds * 1000) {
			this.#servent.refuse('gnutella.link.blocked', peer.name);
			return this.bye(peer, Bye.blocked, 'You have not read for too long');
		}
		const asLeaf = this.#servent.role === 'leaf' || peer.role === 'leaf';
		const pause = (asLeaf ? this.#limits.aliveSecondsLeaf : this.#limits.aliveSeconds) * 1000;
		if (now - Math.max(peer.heardAt, peer.alivePingAt) < pause) return;
		if (peer.unanswered >= (asLeaf ? this.#limits.aliveMissedLeaf : this.#limits.aliveMissed)) {
			this.#servent.refuse('gnutella.link.silent', peer.name);
			return this.bye(peer, Bye.silent, 'No answer to alive pings');
		}
		peer.alivePingAt = now;
		peer.unanswered++;
		this.#pongs.send(peer, 1);
	}
}
