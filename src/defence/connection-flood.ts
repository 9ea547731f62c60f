/**
 * Threat: connections as a weapon: hammering, half-open handshakes, slow handshakes, request floods.
 *
 * Defence: handshakes and HTTP requests of one host are counted with decay. Handshakes under way are
 * bounded in number and time where they happen (networks/gnutella/connect.ts, world/half-open.ts).
 */
import { Defence } from './defence.ts';
import { isLoopback, Rate } from './rate.ts';

export class ConnectionFlood extends Defence {
	#connects: Rate<string> | undefined;
	#requests: Rate<string> | undefined;

	/** A handshake of this host. */
	connects(now: number, host: string): string | undefined {
		if (!this.on || isLoopback(host)) return undefined;
		const { connectsPerMinute, hostsRemembered } = this.limits;
		this.#connects ??= new Rate(connectsPerMinute, 60_000, hostsRemembered);
		return this.#connects.take(now, host) ? undefined : this.refuse('defence.connect.often');
	}

	/** An HTTP request of this host. */
	requests(now: number, host: string): string | undefined {
		if (!this.on || isLoopback(host)) return undefined;
		const { requestsPerMinute, hostsRemembered } = this.limits;
		this.#requests ??= new Rate(requestsPerMinute, 60_000, hostsRemembered);
		return this.#requests.take(now, host) ? undefined : this.refuse('defence.http.often');
	}
}
