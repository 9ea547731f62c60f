/**
 * All patterns, sorted by the byte that they begin with: one look-up per payload, and only the patterns that
 * can match are called. Their results are ordered: a proof, then `more`, then nothing.
 */
import type { Finding, Match, Pattern, Payload, Signature } from '../../networks/signature.ts';

interface Entry {
	readonly signature: Signature;
	readonly pattern: Pattern;
	readonly begins: Uint8Array;
}

const nothing: readonly Entry[] = [];

export interface Found {
	readonly signature: Signature;
	readonly match: Match;
}

export class Dispatch {
	readonly #strong: readonly (readonly Entry[])[];
	readonly #weak: readonly (readonly Entry[])[];
	readonly #late: readonly (readonly Entry[])[];

	constructor(signatures: readonly Signature[], transport: 'tcp' | 'udp') {
		this.#strong = sorted(signatures, transport, false);
		this.#weak = sorted(signatures, transport, true);
		this.#late = this.#strong.map((list) => list.filter(({ pattern }) => pattern.late === true));
	}

	/** A later segment of a stream that began with something nobody knows. */
	late(payload: Payload): Found | undefined {
		const list = this.#late[payload.bytes[payload.from]!]!;
		const found = list.length === 0 ? undefined : firstOf(list, payload);
		return found === 'more' ? undefined : found;
	}

	strong(payload: Payload): Found | 'more' | undefined {
		return firstOf(this.#strong[payload.bytes[payload.from]!]!, payload);
	}

	weak(payload: Payload): Found | 'more' | undefined {
		return firstOf(this.#weak[payload.bytes[payload.from]!]!, payload);
	}
}

function sorted(
	signatures: readonly Signature[],
	transport: 'tcp' | 'udp',
	weak: boolean,
): (readonly Entry[])[] {
	const byByte: Entry[][] = Array.from({ length: 256 }, () => []);
	for (const signature of signatures) {
		for (const pattern of signature[transport] ?? []) {
			if ((pattern.weak ?? false) !== weak) continue;
			for (const text of pattern.begins ?? ['']) {
				const begins = Uint8Array.from(text, (character) => character.charCodeAt(0));
				if (text === '') for (const list of byByte) list.push({ signature, pattern, begins });
				else byByte[begins[0]!]!.push({ signature, pattern, begins });
			}
		}
	}
	return byByte.map((list) => (list.length === 0 ? nothing : list) as readonly Entry[]);
}

function firstOf(entries: readonly Entry[], payload: Payload): Found | 'more' | undefined {
	let more = false;
	for (let index = 0; index < entries.length; index++) {
		const { signature, pattern, begins } = entries[index]!;
		const has = prefix(begins, payload);
		if (has === undefined) continue;
		const finding: Finding = has ? pattern.match(payload) : 'more';
		if (finding === 'more') more = true;
		else if (finding !== undefined) return { signature, match: finding };
	}
	return more ? 'more' : undefined;
}

/** true: it begins so; false: as far as it goes; undefined: it does not. */
function prefix(begins: Uint8Array, { bytes, from, to }: Payload): boolean | undefined {
	const length = Math.min(begins.length, to - from);
	for (let index = 0; index < length; index++) if (bytes[from + index] !== begins[index]) return undefined;
	return length === begins.length;
}
