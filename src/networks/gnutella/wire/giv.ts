/** GIV, the greeting after a PUSH: `GIV index:GUID/name` and two line ends. The name is for people only. */
import type { Refusal } from '../../../evidence/refusal.ts';
import { hex, unhex } from '../../common/hash.ts';
import { refusal } from '../refusals.ts';
import { isClean, utf8 } from './text.ts';

export interface Giv {
	readonly index: number;
	/** Of the servent that calls back: 16 bytes. */
	readonly guid: Uint8Array;
	readonly name: string;
}

const malformed = refusal('gnutella.giv.malformed');

/** Ours: control characters in the name throw. */
export function encodeGiv(giv: Giv): Uint8Array {
	if (!isClean(giv.name) || giv.guid.length !== 16) throw new RangeError('no GIV can say this');
	return utf8(`GIV ${giv.index}:${hex(giv.guid).toUpperCase()}/${giv.name}\n\n`);
}

/** `line`: the first line of a HeaderBlock. */
export function parseGiv(line: string): Giv | Refusal {
	const match = /^GIV ([0-9]{1,10}):([0-9a-fA-F]{32})\/(.*)$/.exec(line);
	const guid = match ? unhex(match[2]) : undefined;
	if (!match || !guid || !isClean(line)) return malformed;
	const index = Number(match[1]);
	return index > 0xffffffff ? malformed : { index, guid, name: match[3] };
}
