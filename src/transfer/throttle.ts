/**
 * One limit shared fairly by many streams: a bucket of tokens that fills with the limit, from which the streams that
 * wait are served in turn, a small portion each. So every stream gets the same, whatever sizes it asks for, and one
 * that asks seldom loses nothing. A second limit holds for all streams of one host together. There is no timer
 * while nobody waits, and no work at all while there is no limit.
 */
import type { Clock } from '../library/clock.ts';

export interface Limits {
	/** Bytes a second; undefined: no limit. Asked anew for each portion, so that it may change by the hour. */
	readonly total: () => number | undefined;
	readonly perHost: () => number | undefined;
}

export interface Stream {
	/** Resolves with how many bytes, of at most `most`, may go now: 1 or more; 0 when the stream was closed. */
	take(most: number): number | Promise<number>;
	close(): void;
}

/** Milliseconds of the limit that may go at once. */
const burst = 200;
/** Bytes: smaller portions cost more than they even out. */
const leastPortion = 1024;
const mostPortion = 16 * 1024;
/** A limit that has changed is noticed within this time. */
const longestWait = 500;

class Bucket {
	#tokens = 0;
	#at: number | undefined;

	/** Bytes that may go now. */
	fill(limit: number, now: number): number {
		const most = Math.max(mostPortion, (limit * burst) / 1000);
		const gained = this.#at === undefined ? most : ((now - this.#at) * limit) / 1000;
		this.#at = now;
		this.#tokens = Math.min(most, this.#tokens + gained);
		return this.#tokens;
	}

	spend(bytes: number): void {
		this.#tokens -= bytes;
	}
}

class Taker implements Stream {
	readonly host: string;
	/** Bytes that it got: who got least is served next. */
	served: number;
	most = 0;
	resolve: ((bytes: number) => void) | undefined;
	readonly #throttle: Throttle;
	#closed = false;

	constructor(throttle: Throttle, host: string, served: number) {
		this.#throttle = throttle;
		this.host = host;
		this.served = served;
	}

	take(most: number): number | Promise<number> {
		if (this.#closed) return 0;
		if (!this.#throttle.limited) return most;
		return new Promise((resolve) => {
			this.most = most;
			this.resolve = resolve;
			this.#throttle.wait(this);
		});
	}

	close(): void {
		if (this.#closed) return;
		this.#closed = true;
		this.#throttle.leave(this);
		this.resolve?.(0);
	}
}

export class Throttle {
	readonly #clock: Clock;
	readonly #limits: Limits;
	readonly #total = new Bucket();
	readonly #hosts = new Map<string, { bucket: Bucket; streams: number }>();
	#waiting: Taker[] = [];
	/** What the stream that was served last had got: where a new one begins. */
	#floor = 0;
	#cancel = () => {};

	constructor(clock: Clock, limits: Limits) {
		this.#clock = clock;
		this.#limits = limits;
	}

	open(host: string): Stream {
		const known = this.#hosts.get(host) ?? { bucket: new Bucket(), streams: 0 };
		known.streams++;
		this.#hosts.set(host, known);
		return new Taker(this, host, this.#floor);
	}

	/** There is a limit now. For its streams. */
	get limited(): boolean {
		return this.#limits.total() !== undefined || this.#limits.perHost() !== undefined;
	}

	/** For its streams. */
	wait(taker: Taker): void {
		// Who was silent for long has not saved up more than a few portions.
		taker.served = Math.max(taker.served, this.#floor - 4 * mostPortion);
		this.#waiting.push(taker);
		this.#serve();
	}

	/** For its streams. */
	leave(taker: Taker): void {
		const known = this.#hosts.get(taker.host)!;
		if (--known.streams === 0) this.#hosts.delete(taker.host);
		this.#waiting = this.#waiting.filter((one) => one !== taker);
	}

	#serve(): void {
		const now = this.#clock.now();
		const total = this.#limits.total();
		const perHost = this.#limits.perHost();
		const slowest = Math.min(total ?? Number.POSITIVE_INFINITY, perHost ?? Number.POSITIVE_INFINITY);
		const portion = Math.min(mostPortion, Math.max(leastPortion, Math.floor(slowest / 100)));
		let left = total === undefined ? Number.POSITIVE_INFINITY : this.#total.fill(total, now);
		this.#waiting.sort((one, other) => one.served - other.served);
		const later: Taker[] = [];
		for (const [at, taker] of this.#waiting.entries()) {
			const bytes = Math.min(taker.most, portion);
			const bucket = perHost === undefined ? undefined : this.#hosts.get(taker.host)?.bucket;
			if (bucket !== undefined && bucket.fill(perHost!, now) < bytes) {
				later.push(taker);
				continue;
			}
			// Nobody behind is served instead: who asks for less would always get what was saved up for others.
			if (left < bytes) {
				later.push(...this.#waiting.slice(at));
				break;
			}
			bucket?.spend(bytes);
			if (total !== undefined) this.#total.spend(bytes);
			left -= bytes;
			this.#floor = Math.max(this.#floor, taker.served);
			taker.served += bytes;
			const { resolve } = taker;
			taker.resolve = undefined;
			resolve?.(bytes);
		}
		this.#waiting = later;
		this.#cancel();
		if (later.length === 0) return;
		const wait = Math.min(longestWait, Math.max(5, (portion / slowest) * 1000));
		this.#cancel = this.#clock.after(wait, () => this.#serve());
	}
}
