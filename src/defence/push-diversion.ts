/**
 * Threat: PUSH as a weapon. A PUSH names an address, and whoever has the file dials it: "push can be
 * diverted to launch a remote denial of service". Each servent that gets a forged PUSH is one packet
 * source that the attacker does not own.
 *
 * Defence: call-backs are counted for the target host, its /24, the link that the PUSH came by, and in
 * all, each in a strict window: this is a promise to the victim, so a burst and its refill may not add up.
 * Only dials count: PUSHes that were refused take nothing from those of others that come by the same
 * neighbour. A target that could not be reached is left alone. Our own address is never dialled.
 */
import type { Address, Link } from '../world/world.ts';
import { Defence } from './defence.ts';
import type { DefenceLimits } from './limits.ts';
import { hostOf, networkOf, Window } from './rate.ts';

/** All dials are counted under one key. */
const ALL = 0;

export class PushDiversion extends Defence {
	readonly #hosts: Window<string>;
	readonly #networks: Window<string>;
	readonly #links: Window<Link>;
	readonly #all: Window<typeof ALL>;
	readonly #failed = new Map<string, number>();

	constructor(on: boolean, limits: Partial<DefenceLimits> = {}) {
		super(on, limits);
		const window = this.limits.pushWindowSeconds * 1000;
		const most = this.limits.hostsRemembered;
		this.#hosts = new Window(this.limits.pushesToHost, window, most);
		this.#networks = new Window(this.limits.pushesToNetwork, window, most);
		this.#links = new Window(this.limits.pushesFromLink, window, most);
		this.#all = new Window(this.limits.pushesInAll, window, 2);
	}

	/** Why the target is not dialled; undefined: it may be, and counts as dialled. */
	refuses(now: number, target: Address, requester: Link, own: Address): string | undefined {
		if (!this.on) return undefined;
		if (target.host === own.host && target.port === own.port) return this.refuse('defence.push.self');
		const host = hostOf(target.host);
		const failedUntil = this.#failed.get(host);
		if (failedUntil !== undefined) {
			if (now < failedUntil) return this.refuse('defence.push.unreachable');
			this.#failed.delete(host);
		}
		const network = networkOf(target.host);
		if (this.#links.full(now, requester)) return this.refuse('defence.push.requester');
		if (this.#hosts.full(now, host)) return this.refuse('defence.push.target');
		if (this.#networks.full(now, network)) return this.refuse('defence.push.network');
		if (this.#all.full(now, ALL)) return this.refuse('defence.push.total');
		this.#links.count(now, requester);
		this.#hosts.count(now, host);
		this.#networks.count(now, network);
		this.#all.count(now, ALL);
		return undefined;
	}

	/** The target could not be reached. */
	failed(now: number, target: Address): void {
		const host = hostOf(target.host);
		this.#failed.delete(host);
		this.#failed.set(host, now + this.limits.pushFailedSeconds * 1000);
		if (this.#failed.size > this.limits.hostsRemembered) {
			this.#failed.delete(this.#failed.keys().next().value ?? '');
		}
	}
}
