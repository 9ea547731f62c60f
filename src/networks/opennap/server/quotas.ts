/** How much one session may ask. A message beyond its quota is not answered. */
import { Rate } from '../../../defence/rate.ts';
import type { Link } from '../../../world/world.ts';
import type { Serving } from '../limits.ts';

const MINUTE = 60_000;

export class Quotas {
	readonly shares: Rate<Link>;
	readonly searches: Rate<Link>;
	readonly requests: Rate<Link>;
	readonly browses: Rate<Link>;
	/** By the user that is asked for something. */
	readonly requested: Rate<Link>;
	/** By the nick that is tried and who tries: a stranger's guesses lock nobody out of his own nick. */
	readonly passwords: Rate<string>;

	constructor(limits: Serving) {
		const rate = (burst: number): Rate<Link> => new Rate(burst, MINUTE, limits.sessions);
		this.shares = rate(limits.shares);
		this.searches = rate(limits.searches);
		this.requests = rate(limits.requests);
		this.browses = rate(limits.browses);
		this.requested = rate(limits.requested);
		this.passwords = new Rate(limits.passwords, 10 * MINUTE, limits.accounts);
	}

	forget(link: Link): void {
		for (const rate of [this.shares, this.searches, this.requests, this.browses, this.requested])
			rate.forget(link);
	}
}
