/**
 * Who stays out of a server. Messages that were refused are counted by link: so many in a minute that no program sends
 * by mistake end the link, and its host stays out for a while. On loopback one host stands for many: only the link ends.
 */
import type { Link } from '../world/world.ts';
import { isLoopback, Rate } from './rate.ts';

const MINUTE = 60_000;

export class Bans {
	readonly #strikes: Rate<Link>;
	readonly #banMs: number;
	readonly #most: number;
	readonly #until: Map<string, number>;

	/** `links`: how many there may be; `most`: hosts that are out at once. `kept`: hosts, and until when (ms). */
	constructor(
		limits: { strikes: number; banMinutes: number; bans: number; sessions: number },
		kept: readonly (readonly [string, number])[],
	) {
		this.#strikes = new Rate(limits.strikes, MINUTE, limits.sessions);
		this.#banMs = limits.banMinutes * MINUTE;
		this.#most = limits.bans;
		this.#until = new Map(kept.slice(-limits.bans));
	}

	get all(): [string, number][] {
		return [...this.#until];
	}

	isOut(now: number, host: string): boolean {
		const until = this.#until.get(host);
		if (until === undefined || now < until) return until !== undefined;
		this.#until.delete(host);
		return false;
	}

	/** A message was refused. True: it was one too many; the link is to be ended. */
	strike(now: number, link: Link, host: string): boolean {
		if (this.#strikes.take(now, link)) return false;
		if (isLoopback(host)) return true;
		this.#until.delete(host);
		this.#until.set(host, now + this.#banMs);
		if (this.#until.size > this.#most) this.#until.delete(this.#until.keys().next().value!);
		return true;
	}

	forget(link: Link): void {
		this.#strikes.forget(link);
	}

	expire(now: number): void {
		for (const [host, until] of this.#until) if (now >= until) this.#until.delete(host);
	}
}
