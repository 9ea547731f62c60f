/**
 * How much one session may ask, and who asked far too much. A message beyond its quota is not answered; so many of
 * them that no program does it by mistake end the session, and the host stays out for a while.
 */
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
	readonly #strikes: Rate<Link>;
	readonly #banMs: number;
	readonly #most: number;
	readonly #bans: Map<string, number>;

	constructor(limits: Serving, bans: readonly (readonly [string, number])[]) {
		const rate = (burst: number): Rate<Link> => new Rate(burst, MINUTE, limits.sessions);
		this.offers = rate(limits.offers);
		this.searches = rate(limits.searches);
		this.sources = rate(limits.sourcesAsked);
		this.callbacks = rate(limits.callbacks);
		this.calledBack = rate(limits.calledBack);
		this.#strikes = rate(limits.strikes);
		this.#banMs = limits.banMinutes * MINUTE;
		this.#most = limits.bans;
		this.#bans = new Map(bans.slice(-limits.bans));
	}

	/** Hosts that stay out, and until when. */
	get bans(): [string, number][] {
		return [...this.#bans];
	}

	isBanned(now: number, host: string): boolean {
		const until = this.#bans.get(host);
		if (until === undefined || now < until) return until !== undefined;
		this.#bans.delete(host);
		return false;
	}

	/** A message was refused. True: it was one too many, and the host is banned. */
	strike(now: number, link: Link, host: string): boolean {
		if (this.#strikes.take(now, link)) return false;
		// Never shorter than what the operator has said.
		this.ban(host, Math.max(now + this.#banMs, this.#bans.get(host) ?? 0));
		return true;
	}

	/** Beyond the bound, the ban that ends first is lifted: the operator's, which are long, stay. */
	ban(host: string, until: number): void {
		this.#bans.set(host, until);
		if (this.#bans.size <= this.#most) return;
		let [first, ends] = [host, until];
		for (const [other, its] of this.#bans) if (its < ends) [first, ends] = [other, its];
		this.#bans.delete(first);
	}

	/** False: it was not banned. */
	unban(host: string): boolean {
		return this.#bans.delete(host);
	}

	forget(link: Link): void {
		for (const rate of [
			this.offers,
			this.searches,
			this.sources,
			this.callbacks,
			this.calledBack,
			this.#strikes,
		])
			rate.forget(link);
	}

	expire(now: number): void {
		for (const [host, until] of this.#bans) if (now >= until) this.#bans.delete(host);
	}
}
