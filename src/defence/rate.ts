/**
 * Counting by key with decay, in bounded memory: the tool of several defences.
 *
 * `Rate` is a leaky bucket: a burst at once, then one at a time. Over one window it lets through up to
 * twice its burst, which is right where work is to be spread, and wrong where a promise is made to a third
 * party. `Window` keeps that promise: never more than so many in any stretch of that length.
 *
 * Keys are kept in two generations. What is used moves to the young one; when that is full it becomes the
 * old one, and what nobody used since is forgotten. So a crowd of new keys cannot wash out a busy one.
 */
class Generations<Key, Value> {
	readonly #half: number;
	#young = new Map<Key, Value>();
	#old = new Map<Key, Value>();

	/** At most `most` keys (at least two). */
	constructor(most: number) {
		this.#half = Math.max(1, most >> 1);
	}

	get(key: Key): Value | undefined {
		const young = this.#young.get(key);
		if (young !== undefined) return young;
		const old = this.#old.get(key);
		if (old === undefined) return undefined;
		this.#old.delete(key);
		this.set(key, old);
		return old;
	}

	set(key: Key, value: Value): void {
		if (this.#young.size >= this.#half) {
			this.#old = this.#young;
			this.#young = new Map();
		}
		this.#young.set(key, value);
	}

	delete(key: Key): void {
		this.#young.delete(key);
		this.#old.delete(key);
	}

	get size(): number {
		return this.#young.size + this.#old.size;
	}
}

interface Bucket {
	level: number;
	at: number;
}

export class Rate<Key> {
	readonly #perMs: number;
	readonly #burst: number;
	readonly #buckets: Generations<Key, Bucket>;

	/** At most `burst` at once, refilled with `burst` in `windowMs`; at most `most` keys are remembered. */
	constructor(burst: number, windowMs: number, most: number) {
		this.#perMs = burst / windowMs;
		this.#burst = burst;
		this.#buckets = new Generations(most);
	}

	/** Counts an event. False: too many. */
	take(now: number, key: Key): boolean {
		let bucket = this.#buckets.get(key);
		if (bucket === undefined) {
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

interface Ring {
	/** When the latest events were, the oldest at `next`. */
	readonly times: Float64Array;
	next: number;
}

export class Window<Key> {
	readonly #most: number;
	readonly #windowMs: number;
	readonly #rings: Generations<Key, Ring>;

	/** At most `most` in any `windowMs`; at most `keys` keys are remembered. */
	constructor(most: number, windowMs: number, keys: number) {
		this.#most = most;
		this.#windowMs = windowMs;
		this.#rings = new Generations(keys);
	}

	/** Whether one more would be too many. Counts nothing. */
	full(now: number, key: Key): boolean {
		const ring = this.#rings.get(key);
		return ring !== undefined && now - ring.times[ring.next]! < this.#windowMs;
	}

	count(now: number, key: Key): void {
		let ring = this.#rings.get(key);
		if (ring === undefined) {
			ring = { times: new Float64Array(this.#most).fill(Number.NEGATIVE_INFINITY), next: 0 };
			this.#rings.set(key, ring);
		}
		ring.times[ring.next] = now;
		ring.next = (ring.next + 1) % this.#most;
	}

	get size(): number {
		return this.#rings.size;
	}
}

/** The network that an address belongs to: /24 of IPv4, /48 of IPv6; `bits` 16: /16 and /32. */
export function networkOf(host: string, bits: 16 | 24 = 24): string {
	const parts = bits === 24 ? 3 : 2;
	return host.includes(':') ? groupsOf(host, parts) : host.split('.', parts).join('.');
}

/** Who is counted as one: an IPv4 address; a /64 of IPv6, in which one machine has as many as it likes. */
export function hostOf(host: string): string {
	return host.includes(':') ? groupsOf(host, 4) : host;
}

/** On loopback one host stands for many: a test bed, the practice neighbourhood, a second node. */
export function isLoopback(host: string): boolean {
	return host.startsWith('127.') || host === '::1';
}

/** The first groups of an IPv6 address, with the zeros that `::` stands for. */
function groupsOf(host: string, count: number): string {
	const [before = '', after] = host.split('::', 2);
	const groups = before === '' ? [] : before.split(':');
	if (after !== undefined) {
		const tail = after === '' ? [] : after.split(':');
		while (groups.length + tail.length < 8) groups.push('0');
		groups.push(...tail);
	}
	return groups.slice(0, count).join(':');
}
