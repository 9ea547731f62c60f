/**
 * How much one session may ask, and who asked far too much. A message beyond its quota is not answered; so many of
 * them that no program does it by mistake end the session, and the host stays out for a while.
 */
import { Bans } from '../../../defence/bans.ts';
import { Rate } from '../../../defence/rate.ts';
import type { Link } from '../../../world/world.ts';
import type { Serving } from '../limits.ts';

const MINUTE = 60_000;

export class Quotas {
	readonly offers: Rate<Link>;
	readonly searches: Rate<Link>;
	readonly sources: Rate<Link>;
	readonly callbacks: Rate<Link>;
	/** By the LowID client that is asked. */
	readonly calledBack: Rate<Link>;
	/** Who asked far too much. */
	readonly bans: Bans;

	constructor(limits: Serving, bans: readonly (readonly [string, number])[]) {
		const rate = (burst: number): Rate<Link> => new Rate(burst, MINUTE, limits.sessions);
		this.offers = rate(limits.offers);
		this.searches = rate(limits.searches);
		this.sources = rate(limits.sourcesAsked);
		this.callbacks = rate(limits.callbacks);
		this.calledBack = rate(limits.calledBack);
		this.bans = new Bans(limits, bans);
	}

	forget(link: Link): void {
		for (const rate of [this.offers, this.searches, this.sources, this.callbacks, this.calledBack])
			rate.forget(link);
		this.bans.forget(link);
	}
}
