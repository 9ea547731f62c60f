/**
 * Endpoints that recognised conversations announced or used, and hosts that speak a network: what explains
 * flows whose own payload says nothing. Bounded: the oldest are forgotten first.
 *
 * 600 s: in a real node's ten minutes every dial followed its announcement within 18 s, datagrams within 372 s.
 */
import { ipv4Bytes, ipv6Bytes } from '../../networks/common/address.ts';
import { hash } from '../flows/addresses.ts';

export const rememberSeconds = 600;

/** A host: the 32 bits of IPv4; of IPv6 a hash of them, together with the mark below. */
export const ipv6Mark = 0x10000;

const mostEndpoints = 1 << 18;
const mostHosts = 1 << 16;

export interface Known {
	readonly network: string;
	/** `pong`, `X-Try`, `conversation`. */
	readonly where: string;
	/** Capture time, seconds: when it was named first, and last. */
	readonly at: number;
	last: number;
}

/**
 * From (host, port) to something, in typed arrays: every flow that ends is looked up here, and a Map whose keys
 * are no small integers costs ten times as much. Each pair of 2^17 sets holds four entries; a fifth one pushes
 * the oldest out. So memory is fixed, and no look-up is longer than four steps.
 */
class PairTable<T> {
	readonly #keys: Int32Array;
	readonly #values: (T | undefined)[];
	readonly #mask: number;
	size = 0;

	constructor(most: number) {
		this.#keys = new Int32Array(most * 2);
		this.#values = [];
		this.#mask = most / 4 - 1;
	}

	get(one: number, two: number): T | undefined {
		const set = (hash(one, two, 0, 0) & this.#mask) << 2;
		for (let entry = set; entry < set + 4; entry++)
			if (this.#keys[entry << 1] === one && this.#keys[(entry << 1) + 1] === two) return this.#values[entry];
		return undefined;
	}

	set(one: number, two: number, value: T): void {
		const set = (hash(one, two, 0, 0) & this.#mask) << 2;
		let entry = set;
		while (entry < set + 3 && this.#values[entry] !== undefined && !this.#is(entry, one, two)) entry++;
		if (this.#values[entry] === undefined) this.size++;
		else if (!this.#is(entry, one, two)) {
			// Full: the first is the oldest.
			for (let next = set; next < set + 3; next++) this.#move(next + 1, next);
			entry = set + 3;
		}
		this.#keys[entry << 1] = one;
		this.#keys[(entry << 1) + 1] = two;
		this.#values[entry] = value;
	}

	#is(entry: number, one: number, two: number): boolean {
		return this.#keys[entry << 1] === one && this.#keys[(entry << 1) + 1] === two;
	}

	#move(from: number, to: number): void {
		this.#keys[to << 1] = this.#keys[from << 1]!;
		this.#keys[(to << 1) + 1] = this.#keys[(from << 1) + 1]!;
		this.#values[to] = this.#values[from];
	}
}

export class Endpoints {
	readonly #known = new PairTable<Known>(mostEndpoints);

	/** `port` has ipv6Mark added where the host is IPv6. */
	add(host: number, port: number, network: string, where: string, now: number): void {
		const known = this.#known.get(host, port);
		if (known !== undefined && now - known.last <= rememberSeconds) {
			known.last = now;
			return;
		}
		this.#known.set(host, port, { network, where, at: now, last: now });
	}

	/** What explains a flow that began at `start`: named at most 600 s before, or (hindsight) after. */
	explain(host: number, port: number, start: number): Known | undefined {
		const known = this.#known.get(host, port);
		return known !== undefined && start - known.last <= rememberSeconds ? known : undefined;
	}

	get size(): number {
		return this.#known.size;
	}
}

interface Spoken {
	readonly network: string;
	at: number;
}

/** Hosts that were seen to speak a network, with the time of it. */
export class Speakers {
	readonly #hosts = new PairTable<Spoken[]>(mostHosts);

	/** `version`: 0, or ipv6Mark. */
	add(host: number, version: number, network: string, now: number): void {
		const spoken = this.#hosts.get(host, version);
		if (spoken === undefined) return this.#hosts.set(host, version, [{ network, at: now }]);
		const known = spoken.find((one) => one.network === network);
		if (known === undefined) spoken.push({ network, at: now });
		else known.at = now;
	}

	/** The network that the host spoke nearest to this time, within 600 s before or after. */
	near(host: number, version: number, at: number): string | undefined {
		const spoken = this.#hosts.get(host, version);
		if (spoken === undefined) return undefined;
		let best: string | undefined;
		let distance = rememberSeconds + 1;
		for (const { network, at: seen } of spoken) {
			const away = Math.abs(at - seen);
			if (away < distance) {
				best = network;
				distance = away;
			}
		}
		return best;
	}
}

/** The 32 bits that stand for an IPv6 host. */
export function ipv6Key(w0: number, w1: number, w2: number, w3: number): number {
	return hash(w0, w1, w2, w3);
}

/** From text; `mark` is 0 or ipv6Mark. undefined: no address that a peer can have. */
export function hostKeyOf(host: string): { key: number; mark: number } | undefined {
	const four = ipv4Bytes(host);
	if (four !== undefined) {
		const key = (four[0]! << 24) | (four[1]! << 16) | (four[2]! << 8) | four[3]!;
		return key === 0 || key === -1 ? undefined : { key, mark: 0 };
	}
	const six = ipv6Bytes(host);
	if (six === undefined) return undefined;
	const view = new DataView(six.buffer, six.byteOffset);
	const key = ipv6Key(view.getInt32(0), view.getInt32(4), view.getInt32(8), view.getInt32(12));
	return { key, mark: ipv6Mark };
}
