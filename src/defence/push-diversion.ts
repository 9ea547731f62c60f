/**
 * Threat: PUSH as a weapon. A PUSH names an address, and whoever has the file dials it: "push can be
 * diverted to launch a remote denial of service". Each servent that gets a forged PUSH is one packet
 * source that the attacker does not own.
 *
 * Defence: call-backs are counted for the target host, its /24, the link that the PUSH came by, and in
 * all. A target that could not be reached is left alone. Our own address is never dialled. The push proxies
 * that a hit names are such targets too: the requester is then the servent that named them.
 *
 * A push proxy makes a leaf dial: it passes a PUSH on only for the very host that asks over TCP, which
 * cannot be forged, and no more for one asker, and to one leaf, than a leaf like this one would answer.
 */
import type { Address, Link } from '../world/world.ts';
import { Defence } from './defence.ts';
import { networkOf, Rate } from './rate.ts';

export class PushDiversion extends Defence {
	/** Each is made when it is first asked. */
	#hosts: Rate<string> | undefined;
	#networks: Rate<string> | undefined;
	#requesters: Rate<Link | string> | undefined;
	#all: Rate<string> | undefined;
	#askers: Rate<string> | undefined;
	#leaves: Rate<Link> | undefined;
	/** Hosts that could not be reached, and until when they are left alone. */
	#failed: Map<string, number> | undefined;

	/** Why the target is not dialled; undefined: it may be. */
	refuses(now: number, target: Address, requester: Link | string, own: Address): string | undefined {
		if (!this.on) return undefined;
		if (target.host === own.host && target.port === own.port) return this.refuse('defence.push.self');
		const failedUntil = this.#failed?.get(target.host);
		if (failedUntil !== undefined) {
			if (now < failedUntil) return this.refuse('defence.push.unreachable');
			this.#failed?.delete(target.host);
		}
		const { pushesFromLink, pushesToHost, pushesToNetwork, pushesInAll } = this.limits;
		this.#requesters ??= this.#rate(pushesFromLink);
		if (!this.#requesters.take(now, requester)) return this.refuse('defence.push.requester');
		this.#hosts ??= this.#rate(pushesToHost);
		if (!this.#hosts.take(now, target.host)) return this.refuse('defence.push.target');
		this.#networks ??= this.#rate(pushesToNetwork);
		if (!this.#networks.take(now, networkOf(target.host))) return this.refuse('defence.push.network');
		this.#all ??= this.#rate(pushesInAll);
		return this.#all.take(now, '') ? undefined : this.refuse('defence.push.total');
	}

	/** As a push proxy: why no PUSH that names `target` goes to the leaf; undefined: it may. */
	relays(now: number, target: Address, asker: string, leaf: Link): string | undefined {
		if (!this.on) return undefined;
		if (target.host !== asker) return this.refuse('defence.push.diverted');
		this.#askers ??= this.#rate(this.limits.pushesToHost);
		if (!this.#askers.take(now, asker)) return this.refuse('defence.push.relayed');
		this.#leaves ??= this.#rate(this.limits.pushesFromLink);
		return this.#leaves.take(now, leaf) ? undefined : this.refuse('defence.push.leaf');
	}

	/** The target could not be reached. */
	failed(now: number, target: Address): void {
		const failed = (this.#failed ??= new Map());
		failed.delete(target.host);
		failed.set(target.host, now + this.limits.pushFailedSeconds * 1000);
		if (failed.size > this.limits.hostsRemembered) failed.delete(failed.keys().next().value ?? '');
	}

	#rate<Key>(burst: number): Rate<Key> {
		return new Rate(burst, this.limits.pushWindowSeconds * 1000, this.limits.hostsRemembered);
	}
}
