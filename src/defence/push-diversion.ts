/**
 * Threat: PUSH as a weapon. A PUSH names an address, and whoever has the file dials it: "push can be
 * diverted to launch a remote denial of service". Each servent that gets a forged PUSH is one packet
 * source that the attacker does not own.
 *
 * Defence: call-backs are counted for the target host, its /24, the link that the PUSH came by, and in
 * all. A target that could not be reached is left alone. Our own address is never dialled.
 */
import type { Address, Link } from '../world/world.ts';
import { Defence } from './defence.ts';
import type { DefenceLimits } from './limits.ts';
import { networkOf, Rate } from './rate.ts';

export class PushDiversion extends Defence {
	readonly #hosts: Rate<string>;
	readonly #networks: Rate<string>;
	readonly #links: Rate<Link>;
	readonly #all: Rate<string>;
	readonly #failed = new Map<string, number>();

	constructor(on: boolean, limits: Partial<DefenceLimits> = {}) {
		super(on, limits);
		const window = this.limits.pushWindowSeconds * 1000;
		const most = this.limits.hostsRemembered;
		this.#hosts = new Rate(this.limits.pushesToHost, window, most);
		this.#networks = new Rate(this.limits.pushesToNetwork, window, most);
		this.#links = new Rate(this.limits.pushesFromLink, window, most);
		this.#all = new Rate(this.limits.pushesInAll, window, 1);
	}

	/** Why the target is not dialled; undefined: it may be. */
	refuses(now: number, target: Address, requester: Link, own: Address): string | undefined {
		if (!this.on) return undefined;
		if (target.host === own.host && target.port === own.port) return this.refuse('defence.push.self');
		const failedUntil = this.#failed.get(target.host);
		if (failedUntil !== undefined) {
			if (now < failedUntil) return this.refuse('defence.push.unreachable');
			this.#failed.delete(target.host);
		}
		if (!this.#links.take(now, requester)) return this.refuse('defence.push.requester');
		if (!this.#hosts.take(now, target.host)) return this.refuse('defence.push.target');
		if (!this.#networks.take(now, networkOf(target.host))) return this.refuse('defence.push.network');
		return this.#all.take(now, '') ? undefined : this.refuse('defence.push.total');
	}

	/** The target could not be reached. */
	failed(now: number, target: Address): void {
		this.#failed.delete(target.host);
		this.#failed.set(target.host, now + this.limits.pushFailedSeconds * 1000);
		if (this.#failed.size > this.limits.hostsRemembered) {
			this.#failed.delete(this.#failed.keys().next().value ?? '');
		}
	}
}
