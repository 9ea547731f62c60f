/**
 * Counting by key with decay, in bounded memory: the tool of several defences. A bucket fills by one for
 * each event and leaks at a constant rate; when too many keys are known the oldest is forgotten (it
 * would have leaked most). A bucket is one number: when it will be empty. An empty one says nothing and
 * is forgotten before room is made for more, so that a quiet servent holds next to nothing.
 */
import { SmallMap } from '../networks/common/small-map.ts';

const FIRST_FULL = 8;

export class Rate<Key> {
	/** Events that make a bucket full, and milliseconds in which all of them leak. */
	readonly #burst: number;
	readonly #window: number;
	readonly #most: number;
	/** When the bucket of a key is empty, in milliseconds from `#since`, so that small steps are exact. */
	readonly #times = new SmallMap<Key, number>();
	/** Whole seconds: a number this small needs no place of its own. */
	#since = 0;
	/** Keys at which the empty ones are looked for. */
	#full = FIRST_FULL;

	/** At most `burst` at once, refilled with `burst` in `windowMs`; at most `most` keys are remembered. */
	constructor(burst: number, windowMs: number, most: number) {
		this.#burst = burst;
		this.#window = windowMs;
		this.#most = most;
	}

	/** Counts an event. False: too many. */
	take(now: number, key: Key): boolean {
		if (this.size === 0) this.#since = Math.floor(now / 1000);
		const at = now - this.#since * 1000;
		const before = this.#times.get(key);
		if (before === undefined) this.#makeRoom(at);
		const next = Math.max(before ?? at, at) + this.#window / this.#burst;
		// A hair more than the window is rounding.
		const taken = next - at <= this.#window * (1 + 1e-9);
		if (taken) this.#times.set(key, next);
		else if (before === undefined) this.#times.set(key, at);
		return taken;
	}

	forget(key: Key): void {
		this.#times.delete(key);
	}

	get size(): number {
		return this.#times.size;
	}

	#makeRoom(at: number): void {
		if (this.size >= Math.min(this.#full, this.#most)) {
			for (const [key, time] of this.#times.entries()) if (time <= at) this.#times.delete(key);
			this.#full = Math.max(FIRST_FULL, this.size * 2);
		}
		if (this.size < this.#most) return;
		for (const oldest of this.#times.keys()) return this.#times.delete(oldest);
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
