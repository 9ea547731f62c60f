/** Access to known seeds: host lists, web caches and trackers by their names in DNS, TLS and HTTP. */
import { text } from '../../networks/common/lines.ts';
import type { Payload, Signature } from '../../networks/signature.ts';
import type { Found } from './dispatch.ts';

export interface NameAt {
	/** Lower case, without the last dot. */
	readonly name: string;
	/** From the beginning of the stream or datagram. */
	readonly offset: number;
}

export class SeedList {
	readonly #names = new Map<string, Signature>();
	/** Hashes of their last two labels: nearly every question is answered by these, without a text being made. */
	readonly #tails = new Set<number>();

	constructor(signatures: readonly Signature[]) {
		for (const signature of signatures)
			for (const name of signature.seeds?.names ?? []) {
				this.#names.set(name.toLowerCase(), signature);
				const labels = name.split('.').map((label) => String.fromCharCode(label.length) + label);
				if (labels.length < 2) throw new Error(`the seed ${name} is a whole top-level domain`);
				const wire = Buffer.from(`${labels.join('')}\0`, 'latin1');
				this.#tails.add(tailOf(wire, 0, wire.length));
			}
	}

	/** Whether the name of a DNS question can be one of them, or below one. */
	mayBeAsked({ bytes, from, to }: Payload): boolean {
		return this.#tails.has(tailOf(bytes, from + 12, to));
	}

	get empty(): boolean {
		return this.#names.size === 0;
	}

	/** A name covers those below it. */
	find(name: string, what: string, offset: number): Found | undefined {
		let rest = name.toLowerCase();
		for (let depth = 0; depth < 12; depth++) {
			const signature = this.#names.get(rest);
			if (signature !== undefined)
				return {
					signature,
					match: {
						what: `${what} ${rest}, a known seed`,
						offset,
						length: name.length,
						seed: true,
						name: rest,
					},
				};
			const dot = rest.indexOf('.');
			if (dot < 0) return undefined;
			rest = rest.slice(dot + 1);
		}
		return undefined;
	}
}

/** A hash of the last two labels of a name in DNS's form, in lower case; 0: it is none. */
function tailOf(bytes: Uint8Array, from: number, to: number): number {
	let at = from;
	let last = from;
	let before = from;
	for (let labels = 0; ; labels++) {
		if (at >= to || labels > 32) return 0;
		const length = bytes[at]!;
		if (length === 0) break;
		if (length > 63) return 0;
		before = last;
		last = at;
		at += 1 + length;
	}
	let mixed = 1;
	for (let index = before; index < at; index++) {
		const byte = bytes[index]!;
		mixed = Math.imul(mixed, 0x01000193) ^ (byte >= 65 && byte <= 90 ? byte | 32 : byte);
	}
	return mixed;
}

/** The first question of a DNS message over UDP (RFC 1035, section 4.1.2); no compression can stand there. */
export function questionOf({ bytes, from, to }: Payload): NameAt | undefined {
	let at = from + 12;
	const labels: string[] = [];
	for (let count = 0; count < 32; count++) {
		if (at >= to) return undefined;
		const length = bytes[at]!;
		if (length === 0) break;
		if (length > 63 || at + 1 + length > to) return undefined;
		labels.push(text(bytes, at + 1, at + 1 + length));
		at += 1 + length;
	}
	return labels.length === 0 ? undefined : { name: labels.join('.').toLowerCase(), offset: 12 };
}

/** The server name of a TLS client hello (RFC 8446, section 4.1.2; RFC 6066, section 3). */
export function serverNameOf({ bytes, from, to }: Payload): NameAt | undefined {
	const u16 = (at: number) => (at + 2 <= to ? (bytes[at]! << 8) | bytes[at + 1]! : -1);
	if (to - from < 44 || bytes[from] !== 22 || bytes[from + 5] !== 1) return undefined;
	let at = from + 43;
	at += 1 + bytes[at]!;
	const ciphers = u16(at);
	if (ciphers < 0) return undefined;
	at += 2 + ciphers;
	if (at >= to) return undefined;
	at += 1 + bytes[at]!;
	at += 2;
	for (let count = 0; count < 32 && at + 4 <= to; count++) {
		const type = u16(at);
		const length = u16(at + 2);
		if (type === 0) {
			const size = u16(at + 7);
			if (size <= 0 || size > 253 || at + 9 + size > to) return undefined;
			return { name: text(bytes, at + 9, at + 9 + size).toLowerCase(), offset: at + 9 - from };
		}
		at += 4 + length;
	}
	return undefined;
}
