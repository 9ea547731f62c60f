/**
 * Threat: a server's answers as a weapon. A datagram's sender can be forged, a search of 21 bytes is answered with
 * 1,400: whoever sends questions in a victim's name multiplies his own line by 7 to 115, with the server in between.
 *
 * Defence: an address is proven by something that a forger cannot do: a TCP session from it, or using the key that a
 * status answer took to it. To an address that is not proven little is sent, whatever is asked in its name:
 *
 * - in a minute at most `unprovenBytes` to one address, a few times that to its /24 (IPv6: /48), so that a victim
 *   whose network is meant and not a host is protected too;
 * - `unprovenPerSecond` to all of them together: however many victims are named, no more leaves this machine.
 *
 * Headers count. A question costs something even where nothing is answered, or asking for what nobody has would keep
 * the machine busy for free. Only addresses whose questions were looked at within the last minute are remembered: the
 * common limit bounds how many these can be, so nobody is forgotten early whatever else is forged.
 */
import { Defence } from './defence.ts';
import type { DefenceLimits } from './limits.ts';
import { networkOf } from './rate.ts';

/** IPv4 and UDP. */
const HEADERS = 28;
/** What a question costs at least. */
const LEAST = 64;
const MINUTE = 60_000;

export class UdpAmplification extends Defence {
	/** Why there was no room, the last time that there was none. */
	lastRefusal = 'defence.datagram.unproven';
	/** Sessions by host. */
	readonly #sessions = new Map<string, number>();
	/** Hosts that have used their key, and until when that counts. */
	readonly #keys = new Map<string, number>();
	readonly #proven: Levels;
	readonly #hosts: Levels;
	readonly #networks: Levels;
	readonly #all: Levels;

	constructor(on: boolean, limits: Partial<DefenceLimits> = {}) {
		super(on, limits);
		const { provenBytes, unprovenBytes, unprovenBytesToNetwork, unprovenPerSecond } = this.limits;
		this.#proven = new Levels(provenBytes, MINUTE);
		// Half at once and half refilled in a minute: never more than the whole in any minute.
		this.#hosts = new Levels(unprovenBytes / 2, MINUTE);
		this.#networks = new Levels(unprovenBytesToNetwork / 2, MINUTE);
		// A quarter at once, three quarters refilled in a second: never more than the whole in any second.
		this.#all = new Levels(unprovenPerSecond / 4, 334);
	}

	/** A session of this host begins (true) or is over. */
	session(host: string, begins: boolean): void {
		const count = (this.#sessions.get(host) ?? 0) + (begins ? 1 : -1);
		if (count > 0) this.#sessions.set(host, count);
		else this.#sessions.delete(host);
	}

	/** The host has used the key that only it can have. */
	usedKey(now: number, host: string): void {
		this.#keys.delete(host);
		this.#keys.set(host, now + this.limits.keyMinutes * MINUTE);
		if (this.#keys.size > this.limits.hostsRemembered) this.#keys.delete(this.#keys.keys().next().value!);
	}

	isProven(now: number, host: string): boolean {
		return this.#sessions.has(host) || now < (this.#keys.get(host) ?? 0);
	}

	/** Bytes that an answer to this address may have now; 0: it gets none, and the question need not be read. */
	room(now: number, host: string): number {
		if (!this.on) return Number.POSITIVE_INFINITY;
		if (this.isProven(now, host)) return this.#rest(this.#proven.left(now, host), 'defence.datagram.often');
		const all = this.#all.left(now, '');
		if (all <= HEADERS) return this.#rest(0, 'defence.datagram.total');
		const left = Math.min(all, this.#hosts.left(now, host), this.#networks.left(now, networkOf(host)));
		return this.#rest(left, 'defence.datagram.unproven');
	}

	/** So many bytes were sent to the address, or none. */
	spent(now: number, host: string, bytes: number): void {
		if (!this.on) return;
		const cost = Math.max(bytes + HEADERS, LEAST);
		if (this.isProven(now, host)) return this.#proven.take(now, host, cost);
		this.#hosts.take(now, host, cost);
		this.#networks.take(now, networkOf(host), cost);
		this.#all.take(now, '', cost);
	}

	#rest(left: number, code: string): number {
		if (left > HEADERS) return left - HEADERS;
		this.lastRefusal = this.refuse(code);
		return 0;
	}
}

/** Buckets of bytes by key, in the order in which they were last used: those that are full again are forgotten. */
class Levels {
	readonly #most: number;
	readonly #window: number;
	readonly #used = new Map<string, { bytes: number; at: number }>();

	/** `most` bytes, refilled in `window` milliseconds. */
	constructor(most: number, window: number) {
		this.#most = most;
		this.#window = window;
	}

	left(now: number, key: string): number {
		const level = this.#used.get(key);
		return level === undefined ? this.#most : this.#most - this.#faded(now, level);
	}

	take(now: number, key: string, bytes: number): void {
		let level = this.#used.get(key);
		if (level === undefined) level = { bytes, at: now };
		else {
			level.bytes = this.#faded(now, level) + bytes;
			level.at = now;
			this.#used.delete(key);
		}
		this.#used.set(key, level);
		for (const [oldest, { at }] of this.#used) {
			if (now - at < this.#window) break;
			this.#used.delete(oldest);
		}
	}

	#faded(now: number, { bytes, at }: { bytes: number; at: number }): number {
		return Math.max(0, bytes - ((now - at) * this.#most) / this.#window);
	}
}
