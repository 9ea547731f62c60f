/**
 * Endpoints that recognised conversations announced or used, and hosts that speak a network: what explains
 * flows whose own payload says nothing. Bounded: the oldest are forgotten first.
 *
 * 600 s: in a real node's ten minutes every dial followed its announcement within 18 s, datagrams within 372 s.
 */
import { ipv4Bytes, ipv6Bytes } from '../../networks/common/address.ts';
import { hash } from '../flows/addresses.ts';
import { PairTable } from './pair-table.ts';

export const rememberSeconds = 600;

/** A host: the 32 bits of IPv4; of IPv6 a hash of them, together with the mark below. */
export const ipv6Mark = 0x10000;

const mostEndpoints = 1 << 18;
const mostHosts = 1 << 16;

export interface Known {
	readonly network: string;
	/** `pong`, `X-Try`, `conversation`. */
	readonly where: string;
	/** Capture time, seconds: when it was named first. */
	readonly at: number;
}

/** Few different texts as small numbers; from the 4,096th different one on they are `(other)`. */
class Names {
	readonly #numbers = new Map<string, number>([['(other)', 0]]);
	readonly #names = ['(other)'];

	number(name: string): number {
		const known = this.#numbers.get(name);
		if (known !== undefined) return known;
		if (this.#names.length >= 4096) return 0;
		this.#numbers.set(name, this.#names.length);
		return this.#names.push(name) - 1;
	}

	name(number: number): string {
		return this.#names[number]!;
	}
}

export class Endpoints extends PairTable {
	readonly #names = new Names();
	/** Three words an entry: network and where (16 bits each), named first, named last. */
	readonly #words = new Int32Array(mostEndpoints * 3);

	constructor() {
		super(mostEndpoints);
	}

	/** `port` has ipv6Mark added where the host is IPv6. */
	add(host: number, port: number, network: string, where: string, now: number): void {
		const words = this.#words;
		let entry = this.find(host, port);
		if (entry >= 0 && now - words[entry * 3 + 2]! <= rememberSeconds) {
			words[entry * 3 + 2] = now;
			return;
		}
		if (entry < 0) entry = this.place(host, port);
		words[entry * 3] = (this.#names.number(network) << 16) | this.#names.number(where);
		words[entry * 3 + 1] = words[entry * 3 + 2] = now;
	}

	/** What explains a flow that began at `start`: named at most 600 s before, or (hindsight) after. */
	explain(host: number, port: number, start: number): Known | undefined {
		const at = this.find(host, port) * 3;
		const words = this.#words;
		if (at < 0 || start - words[at + 2]! > rememberSeconds) return undefined;
		const network = this.#names.name(words[at]! >> 16);
		return { network, where: this.#names.name(words[at]! & 0xffff), at: words[at + 1]! };
	}

	protected override moved(from: number, to: number): void {
		this.#words.copyWithin(to * 3, from * 3, from * 3 + 3);
	}
}

interface Spoken {
	readonly network: string;
	at: number;
}

/** Hosts that were seen to speak a network, with the time of it. */
export class Speakers extends PairTable {
	// With all its room from the beginning: an array that is filled here and there becomes a dictionary.
	readonly #spoken: Spoken[][] = new Array(mostHosts).fill([]);

	constructor() {
		super(mostHosts);
	}

	/** `version`: 0, or ipv6Mark. */
	add(host: number, version: number, network: string, now: number): void {
		const entry = this.find(host, version);
		if (entry < 0) {
			this.#spoken[this.place(host, version)] = [{ network, at: now }];
			return;
		}
		const spoken = this.#spoken[entry]!;
		for (const one of spoken) {
			if (one.network !== network) continue;
			one.at = now;
			return;
		}
		spoken.push({ network, at: now });
	}

	protected override moved(from: number, to: number): void {
		this.#spoken[to] = this.#spoken[from]!;
	}

	/** The network that the host spoke nearest to this time, within 600 s before or after. */
	near(host: number, version: number, at: number): string | undefined {
		const entry = this.find(host, version);
		if (entry < 0) return undefined;
		const spoken = this.#spoken[entry]!;
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
