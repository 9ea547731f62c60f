/**
 * Counting by key with decay, in bounded memory: the tool of several defences. A bucket fills by one for
 * each event and leaks at a constant rate; when too many keys are known the oldest is forgotten (it
 * would have leaked most).
 */
interface Bucket {
	level: number;
	at: number;
}

export class Rate<Key> {
	readonly #perMs: number;
	readonly #burst: number;
	readonly #most: number;
	readonly #buckets = new Map<Key, Bucket>();

	/** At most `burst` at once, refilled with `burst` in `windowMs`; at most `most` keys are remembered. */
	constructor(burst: number, windowMs: number, most: number) {
		this.#perMs = burst / windowMs;
		this.#burst = burst;
		this.#most = most;
	}

	/** Counts an event. False: too many. */
	take(now: number, key: Key): boolean {
		let bucket = this.#buckets.get(key);
		if (bucket === undefined) {
			if (this.#buckets.size >= this.#most) {
				const oldest = this.#buckets.keys().next();
				if (!oldest.done) this.#buckets.delete(oldest.value);
			}
			bucket = { level: 0, at: now };
			this.#buckets.set(key, bucket);
		}
		bucket.level = Math.max(0, bucket.level - (now - bucket.at) * this.#perMs);
		bucket.at = now;
		if (bucket.level + 1 > this.#burst) return false;
		bucket.level++;
		return true;
	}

	forget(key: Key): void {
		this.#buckets.delete(key);
	}

	get size(): number {
		return this.#buckets.size;
	}
}

/** The network that an address belongs to: /24 of IPv4, /48 of IPv6; `bits` 16: /16 and /32. */
export function networkOf(host: string, bits: 16 | 24 = 24): string {
	if (host.includes(':')) return host.split(':', bits === 24 ? 3 : 2).join(':');
	return host.split('.', bits === 24 ? 3 : 2).join('.');
}

/** On loopback one host stands for many: a test bed, the practice neighbourhood, a second node. */
export function isLoopback(host: string): boolean {
	return host.startsWith('127.') || host === '::1';
}
