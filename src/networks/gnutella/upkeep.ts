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
import type { Peer } from './peer.ts';
import type { Peers } from './peers.ts';
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

export interface UpkeepParts {
	readonly peers: Peers;
	readonly pongs: Pongs;
	readonly limits: Limits;
}

export class Upkeep {
	readonly #servent: Servent;
	readonly #parts: UpkeepParts;
	/** Peers that we said goodbye to, and until when that may take; undefined: none. */
	#leaving: Map<Peer, number> | undefined;
	/** No link has to be looked at before: whole seconds, a number so small that it needs no place of its own. */
	#lookAt = 0;

	constructor(servent: Servent, parts: UpkeepParts) {
		this.#servent = servent;
		this.#parts = parts;
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
		this.#parts.peers.send(peer, encodeMessage(MessageType.Bye, newGuid(world.random(16)), 1, 0, payload));
		this.#parts.peers.flush();
		peer.leaving = true;
		(this.#leaving ??= new Map()).set(peer, world.now() + this.#parts.limits.byeSeconds * 1000);
	}

	left(peer: Peer): void {
		this.#leaving?.delete(peer);
	}

	/** There is a new link. */
	joined(): void {
		this.#lookAt = 0;
	}

	tick(now: number): void {
		if (this.#leaving !== undefined) this.#leave(now, this.#leaving);
		if (now < this.#lookAt * 1000) return;
		// No link can become due sooner than that: what is heard only puts it off, and a block takes as long.
		const { aliveSeconds, aliveSecondsLeaf, blockedSeconds } = this.#parts.limits;
		let next = now + Math.min(aliveSeconds, aliveSecondsLeaf, blockedSeconds) * 1000;
		for (const peer of this.#parts.peers.all())
			if (!peer.leaving) next = Math.min(next, this.#look(peer, now));
		this.#lookAt = Math.floor(next / 1000);
	}

	#leave(now: number, leaving: Map<Peer, number>): void {
		for (const [peer, until] of leaving) {
			const gone = peer.queued === 0 && peer.deflated?.pending === undefined;
			if (!gone && now < until) continue;
			leaving.delete(peer);
			// What the world has taken it still delivers: the BYE arrives before the end.
			this.#servent.world.hangup(peer.link, 'we said goodbye');
		}
		if (leaving.size === 0) this.#leaving = undefined;
	}

	/** Returns when the link has to be looked at again. */
	#look(peer: Peer, now: number): number {
		const blockedUntil =
			peer.blockedSince > 0 ? peer.blockedSince + this.#parts.limits.blockedSeconds * 1000 : Infinity;
		if (now > blockedUntil) {
			this.#servent.refuse('gnutella.link.blocked', peer.name);
			this.bye(peer, Bye.blocked, 'You have not read for too long');
			return Infinity;
		}
		const asLeaf = this.#servent.role === 'leaf' || peer.role === 'leaf';
		const pause = (asLeaf ? this.#parts.limits.aliveSecondsLeaf : this.#parts.limits.aliveSeconds) * 1000;
		const silentAt = peer.since + Math.max(peer.heardAfter, peer.alivePingAfter) + pause;
		if (now < silentAt) return Math.min(silentAt, blockedUntil);
		if (peer.unanswered >= (asLeaf ? this.#parts.limits.aliveMissedLeaf : this.#parts.limits.aliveMissed)) {
			this.#servent.refuse('gnutella.link.silent', peer.name);
			this.bye(peer, Bye.silent, 'No answer to alive pings');
			return Infinity;
		}
		peer.alivePingAfter = peer.after(now);
		peer.unanswered++;
		this.#parts.pongs.send(peer, 1);
		return Math.min(now + pause, blockedUntil);
	}
}
