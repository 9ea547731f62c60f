/**
 * Threat: TTL 255. A message lives as long as its TTL says, and the reach grows with each hop.
 *
 * Defence: what has TTL + hops beyond the hard limit is dropped, and more than a few of those from a
 * near sender end the link (BYE 403). Below the limit the TTL is only lowered (networks/gnutella/route.ts).
 */
import type { Link } from '../world/world.ts';
import { Defence } from './defence.ts';

export class TimeToLiveAbuse extends Defence {
	#strikes: Map<Link, number> | undefined;

	/** A code: drop it; `defence.ttl.repeated`: end the link too. */
	refuses(link: Link, ttl: number, hops: number): string | undefined {
		if (!this.on || ttl + hops <= this.limits.ttlHard) return undefined;
		if (hops > this.limits.ttlNear) return this.refuse('defence.ttl.high');
		const strikes = (this.#strikes?.get(link) ?? 0) + 1;
		(this.#strikes ??= new Map()).set(link, strikes);
		return this.refuse(strikes > this.limits.ttlStrikes ? 'defence.ttl.repeated' : 'defence.ttl.high');
	}

	left(link: Link): void {
		this.#strikes?.delete(link);
	}
}
