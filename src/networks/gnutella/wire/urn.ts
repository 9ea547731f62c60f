/**
 * Names of content (HUGE 0.94): `urn:sha1:` with 32 letters of base32, `urn:bitprint:` with the same, a
 * point, and 39 letters of the Tiger tree root, `urn:ttroot:` or `urn:tree:tiger/:` with the root alone.
 */
import { base32, unbase32 } from '../../common/hash.ts';

export interface Urn {
	/** 20 bytes. */
	readonly sha1?: Uint8Array;
	/** 24 bytes. */
	readonly tth?: Uint8Array;
}

/** Undefined for what is no such name. Letter case does not matter. */
export function parseUrn(text: string): Urn | undefined {
	if (text.length > 96) return undefined;
	if (text.length === 41 && text.startsWith('urn:sha1:')) {
		const sha1 = unbase32(text.slice(9));
		return sha1 && { sha1 };
	}
	const match = /^urn:(sha1|bitprint|ttroot|tree:tiger\/?):([a-z2-7.]+)$/i.exec(text);
	if (!match) return undefined;
	const kind = match[1].toLowerCase();
	const [first, second, more] = match[2].split('.');
	if (kind === 'bitprint') {
		const sha1 = sized(first, 20);
		const tth = second === undefined ? undefined : sized(second, 24);
		return sha1 && tth && more === undefined ? { sha1, tth } : undefined;
	}
	if (second !== undefined) return undefined;
	if (kind === 'sha1') {
		const sha1 = sized(first, 20);
		return sha1 && { sha1 };
	}
	const tth = sized(first, 24);
	return tth && { tth };
}

/** `urn:sha1:...` with upper-case letters, as it goes on the wire. */
export function sha1Urn(sha1: Uint8Array): string {
	return `urn:sha1:${base32(sha1)}`;
}

export function bitprintUrn(sha1: Uint8Array, tth: Uint8Array): string {
	return `urn:bitprint:${base32(sha1)}.${base32(tth)}`;
}

function sized(text: string, length: number): Uint8Array | undefined {
	const bytes = unbase32(text);
	return bytes?.length === length ? bytes : undefined;
}
