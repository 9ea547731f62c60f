/**
 * How often an address may be wrong. Each wrong key fills its bucket by one, a minute empties it by
 * one; a full bucket is locked until there is room for one more try.
 */
const tries = 10;
const forgetOneAfter = 60_000;
/** Addresses remembered; the one that was wrong longest ago leaves first. */
const mostAddresses = 10_000;

interface Bucket {
	level: number;
	at: number;
}

export class Lockout {
	readonly #buckets = new Map<string, Bucket>();

	/** Seconds until the address may try again; 0: now. */
	locked(address: string, now: number): number {
		const level = this.#level(address, now);
		return level <= tries - 1 ? 0 : Math.ceil(((level - (tries - 1)) * forgetOneAfter) / 1000);
	}

	wrong(address: string, now: number): void {
		const level = Math.min(tries, this.#level(address, now) + 1);
		this.#buckets.delete(address);
		this.#buckets.set(address, { level, at: now });
		if (this.#buckets.size > mostAddresses) this.#buckets.delete(this.#buckets.keys().next().value!);
	}

	#level(address: string, now: number): number {
		const bucket = this.#buckets.get(address);
		if (bucket === undefined) return 0;
		return Math.max(0, bucket.level - (now - bucket.at) / forgetOneAfter);
	}
}
