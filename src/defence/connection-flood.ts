/**
 * Threat: connections as a weapon: hammering, half-open handshakes, slow handshakes, request floods.
 *
 * Defence: handshakes and HTTP requests of one host are counted with decay. Handshakes under way are
 * bounded in number and time where they happen (networks/gnutella/connect.ts, world/half-open.ts).
 */
import { Defence } from './defence.ts';
import type { DefenceLimits } from './limits.ts';
import { isLoopback, Rate } from './rate.ts';

export class ConnectionFlood extends Defence {
	readonly #connects: Rate<string>;
	readonly #requests: Rate<string>;

	constructor(on: boolean, limits: Partial<DefenceLimits> = {}) {
		super(on, limits);
		this.#connects = new Rate(this.limits.connectsPerMinute, 60_000, this.limits.hostsRemembered);
		this.#requests = new Rate(this.limits.requestsPerMinute, 60_000, this.limits.hostsRemembered);
	}

	/** A handshake of this host. */
	connects(now: number, host: string): string | undefined {
		if (!this.on || isLoopback(host)) return undefined;
		return this.#connects.take(now, host) ? undefined : this.refuse('defence.connect.often');
	}

	/** An HTTP request of this host. */
	requests(now: number, host: string): string | undefined {
		if (!this.on || isLoopback(host)) return undefined;
		return this.#requests.take(now, host) ? undefined : this.refuse('defence.http.often');
	}
}
