/**
 * Threat: connections as a weapon: one host, or one network of hosts, takes all the places that a server has.
 *
 * Defence: links are counted by host and by network while they last. On loopback one host stands for many.
 */
import { Defence } from './defence.ts';
import { isLoopback, networkOf } from './rate.ts';

export class Crowd extends Defence {
	readonly #ofHost = new Map<string, number>();
	readonly #ofNetwork = new Map<string, number>();
	readonly #mostOfHost: number;
	readonly #mostOfNetwork: number;

	constructor(on: boolean, mostOfHost: number, mostOfNetwork: number) {
		super(on);
		this.#mostOfHost = mostOfHost;
		this.#mostOfNetwork = mostOfNetwork;
	}

	/** Whether one more link of this host is one too many. */
	isFull(host: string): boolean {
		if (!this.on || isLoopback(host)) return false;
		return (
			(this.#ofHost.get(host) ?? 0) >= this.#mostOfHost ||
			(this.#ofNetwork.get(networkOf(host)) ?? 0) >= this.#mostOfNetwork
		);
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
