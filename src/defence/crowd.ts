/**
 * The links that a server has, counted by host and by network while they last: nobody takes all of its places. On
 * loopback one host stands for many.
 */
import { isLoopback, networkOf } from './rate.ts';

export class Crowd {
	readonly #ofHost = new Map<string, number>();
	readonly #ofNetwork = new Map<string, number>();
	readonly #mostOfHost: number;
	readonly #mostOfNetwork: number;

	constructor(mostOfHost: number, mostOfNetwork: number) {
		this.#mostOfHost = mostOfHost;
		this.#mostOfNetwork = mostOfNetwork;
	}

	/** Whether one more link of this host is one too many. */
	isFull(host: string): boolean {
		if (isLoopback(host)) return false;
		return (
			this.ofHost(host) >= this.#mostOfHost ||
			(this.#ofNetwork.get(networkOf(host)) ?? 0) >= this.#mostOfNetwork
		);
	}

	/** Its links now. */
	ofHost(host: string): number {
		return this.#ofHost.get(host) ?? 0;
	}

	enter(host: string): void {
		count(this.#ofHost, host, 1);
		count(this.#ofNetwork, networkOf(host), 1);
	}

	leave(host: string): void {
		count(this.#ofHost, host, -1);
		count(this.#ofNetwork, networkOf(host), -1);
	}
}

function count(map: Map<string, number>, key: string, by: number): void {
	const now = (map.get(key) ?? 0) + by;
	if (now > 0) map.set(key, now);
	else map.delete(key);
}
