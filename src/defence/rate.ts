/**
 * Counting by key with decay, in bounded memory: the tool of several defences. A bucket fills by one for
 * each event and leaks at a constant rate; when too many keys are known the oldest is forgotten (it
 * would have leaked most). A bucket is one number: when it will be empty. An empty one says nothing and
 * is forgotten before room is made for more, so that a quiet servent holds next to nothing.
 */
const FIRST_FULL = 8;

export class Rate<Key> {
	/** Milliseconds in which one event leaks, and all of a full bucket. */
	readonly #leak: number;
	readonly #window: number;
	readonly #most: number;
	/** By key: when its bucket is empty, in milliseconds from `#since`, so that small steps are exact. */
	#empty: Map<Key, number> | undefined;
	#since = 0;
	/** Keys at which the empty ones are looked for. */
	#full = FIRST_FULL;

	/** At most `burst` at once, refilled with `burst` in `windowMs`; at most `most` keys are remembered. */
	constructor(burst: number, windowMs: number, most: number) {
		this.#leak = windowMs / burst;
		this.#window = windowMs;
		this.#most = most;
	}

	/** Counts an event. False: too many. */
	take(now: number, key: Key): boolean {
		if (this.#empty === undefined) {
			this.#empty = new Map();
			this.#since = now;
		}
		const at = now - this.#since;
		const before = this.#empty.get(key);
		if (before === undefined) this.#makeRoom(this.#empty, at);
		const next = Math.max(before ?? at, at) + this.#leak;
		// A hair more than the window is rounding.
		const taken = next - at <= this.#window * (1 + 1e-9);
		if (taken || before === undefined) this.#empty.set(key, taken ? next : at);
		return taken;
	}

	forget(key: Key): void {
		this.#empty?.delete(key);
	}

	get size(): number {
		return this.#empty?.size ?? 0;
	}

	#makeRoom(empty: Map<Key, number>, at: number): void {
		if (empty.size >= Math.min(this.#full, this.#most)) {
			for (const [key, when] of empty) if (when <= at) empty.delete(key);
			this.#full = Math.max(FIRST_FULL, empty.size * 2);
		}
		if (empty.size < this.#most) return;
		const oldest = empty.keys().next();
		if (!oldest.done) empty.delete(oldest.value);
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
