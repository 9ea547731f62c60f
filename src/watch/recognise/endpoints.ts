import { ipv4Bytes, ipv6Bytes } from '../../networks/common/address.ts';

/**
 * Endpoints that recognised conversations announced or used, and hosts that speak a network: what explains
 * flows whose own payload says nothing. Bounded: the oldest are forgotten first.
 *
 * 600 s: in a real node's ten minutes every dial followed its announcement within 18 s, datagrams within 372 s.
 */
export const rememberSeconds = 600;

const mostEndpoints = 1 << 18;
const mostHosts = 1 << 16;

/** IPv4: a number; IPv6: text. */
export type EndpointKey = number | string;

export interface Known {
	readonly network: string;
	/** `pong`, `X-Try`, `conversation`. */
	readonly where: string;
	/** Capture time, seconds. */
	readonly at: number;
	/** When it was named last. */
	last: number;
}

export class Endpoints {
	readonly #known = new Map<EndpointKey, Known>();

	add(key: EndpointKey, network: string, where: string, now: number): void {
		const known = this.#known.get(key);
		if (known !== undefined && now - known.last <= rememberSeconds) {
			known.last = now;
			return;
		}
		if (known !== undefined) this.#known.delete(key);
		else if (this.#known.size >= mostEndpoints) this.#known.delete(this.#known.keys().next().value!);
		this.#known.set(key, { network, where, at: now, last: now });
	}

	/** What explains a flow that began at `start`: named at most 600 s before, or (hindsight) after. */
	explain(key: EndpointKey, start: number): Known | undefined {
		const known = this.#known.get(key);
		return known !== undefined && start - known.last <= rememberSeconds ? known : undefined;
	}

	get size(): number {
		return this.#known.size;
	}
}

/** Hosts that were seen to speak a network, with the time of it. */
export class Speakers {
	readonly #hosts = new Map<EndpointKey, Map<string, number>>();

	add(host: EndpointKey, network: string, now: number): void {
		let networks = this.#hosts.get(host);
		if (networks === undefined) {
			if (this.#hosts.size >= mostHosts) this.#hosts.delete(this.#hosts.keys().next().value!);
			networks = new Map();
			this.#hosts.set(host, networks);
		}
		networks.set(network, now);
	}

	/** The network that the host spoke nearest to this time, within 600 s before or after. */
	near(host: EndpointKey, at: number): string | undefined {
		let best: string | undefined;
		let distance = rememberSeconds + 1;
		for (const [network, seen] of this.#hosts.get(host) ?? []) {
			const away = Math.abs(at - seen);
			if (away < distance) {
				best = network;
				distance = away;
			}
		}
		return best;
	}
}

export function hostKey(version: number, w0: number, w1: number, w2: number, w3: number): EndpointKey {
	return version === 4 ? w0 >>> 0 : `${w0 >>> 0}:${w1 >>> 0}:${w2 >>> 0}:${w3 >>> 0}`;
}

export function endpointKey(host: EndpointKey, port: number): EndpointKey {
	return typeof host === 'number' ? host * 65536 + port : `${host}/${port}`;
}

/** From text; undefined: no address that a peer can have. */
export function hostKeyOf(host: string): EndpointKey | undefined {
	const four = ipv4Bytes(host);
	if (four !== undefined) {
		const key = new DataView(four.buffer, four.byteOffset).getUint32(0);
		return key === 0 || key === 0xffffffff ? undefined : key;
	}
	const six = ipv6Bytes(host);
	if (six === undefined) return undefined;
	const view = new DataView(six.buffer, six.byteOffset);
	return hostKey(6, view.getInt32(0), view.getInt32(4), view.getInt32(8), view.getInt32(12));
}
