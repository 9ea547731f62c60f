/**
 * Links that were accepted and not answered yet. An accepted link is half-open until our network first
 * sends on it, that is until the caller has said enough to deserve an answer: a caller that drips one byte
 * a second stays half-open.
 *
 * One address may have only so many: more are refused. If the total is reached the oldest makes room, as
 * honest callers speak at once and are answered, while those who only fill the table get older.
 */
export interface HalfOpenLimits {
	readonly halfOpen: number;
	readonly halfOpenPerAddress: number;
}

export class HalfOpen<Link extends { readonly remote: { readonly host: string } }> {
	readonly #limits: HalfOpenLimits;
	/** In order of arrival. */
	readonly #links = new Set<Link>();
	readonly #perAddress = new Map<string, number>();

	constructor(limits: HalfOpenLimits) {
		this.#limits = limits;
	}

	get size(): number {
		return this.#links.size;
	}

	/** Whether one more link from this address may be accepted. */
	admits(host: string): boolean {
		return (this.#perAddress.get(host) ?? 0) < this.#limits.halfOpenPerAddress;
	}

	/** Counts the link; gives back the one that must make room for it, if any. */
	add(link: Link): Link | undefined {
		const { host } = link.remote;
		const oldest = this.#links.size >= this.#limits.halfOpen ? this.#links.values().next().value : undefined;
		if (oldest) this.remove(oldest);
		this.#links.add(link);
		this.#perAddress.set(host, (this.#perAddress.get(host) ?? 0) + 1);
		return oldest;
	}

	/** The link was answered, or is over. */
	remove(link: Link): void {
		if (!this.#links.delete(link)) return;
		const { host } = link.remote;
		const left = this.#perAddress.get(host)! - 1;
		if (left > 0) this.#perAddress.set(host, left);
		else this.#perAddress.delete(host);
	}
}
