/**
 * The extension area behind a query's text and behind each record's name (HUGE 0.94, section 4): blocks
 * separated by 1C, of which one may be GGEP (begins with C3 and knows its own length), and the others
 * are text: `urn:...`, XML, or a remark. The area ends at a NUL outside GGEP, or with the message.
 */
import { isRefusal, type Refusal } from '../../../evidence/refusal.ts';
import { decodeGgep, GGEP_MAGIC, type Ggep, NO_GGEP } from './ggep.ts';
import { asciiText } from './text.ts';
import { parseUrn, type Urn } from './urn.ts';

export interface Extensions {
	/** Texts that begin with `urn:` and name a hash, lower case, at most the limit given. */
	readonly urns: readonly string[];
	/** Hashes from urns and from GGEP H; the first of each kind counts. */
	readonly sha1: Uint8Array | undefined;
	readonly tth: Uint8Array | undefined;
	readonly ggep: Ggep;
	/** The first byte behind the area, and behind its NUL. */
	readonly end: number;
}

const NOTHING: Urn = Object.freeze({});
const SEPARATOR = 0x1c;
/** A longer block of text is XML or a remark, not a name of content. */
const LONGEST_URN = 96;

export function readExtensions(
	bytes: Uint8Array,
	from: number,
	to: number,
	mostUrns: number,
	unpack: boolean,
): Extensions | Refusal {
	const urns: string[] = [];
	let names = NOTHING;
	let ggep = NO_GGEP;
	let at = from;
	while (at < to && bytes[at] !== 0) {
		if (bytes[at] === SEPARATOR) at++;
		else if (bytes[at] === GGEP_MAGIC) {
			const block = decodeGgep(bytes, at, to, unpack && ggep === NO_GGEP);
			if (isRefusal(block)) return block;
			if (ggep === NO_GGEP) ggep = block.extensions;
			at = block.end;
		} else {
			let end = at;
			while (end < to && bytes[end] !== SEPARATOR && bytes[end] !== 0) end++;
			const urn = end - at <= LONGEST_URN ? readUrn(bytes, at, end) : undefined;
			if (urn) names = names === NOTHING ? urn : { ...urn, ...names };
			if (urn && urns.length < mostUrns) urns.push(asciiText(bytes, at, end).toLowerCase());
			at = end;
		}
	}
	if (ggep !== NO_GGEP) names = { ...hashesOfGgep(ggep), ...names };
	return { urns, sha1: names.sha1, tth: names.tth, ggep, end: Math.min(at + 1, to) };
}

/** GGEP H: kind 1 | hash. Kind 1 is SHA-1, kind 2 is SHA-1 and Tiger root together; TT is the root. */
export function hashesOfGgep(ggep: Ggep): Urn {
	const h = ggep.get('H');
	const sha1 = h && ((h[0] === 1 && h.length === 21) || (h[0] === 2 && h.length === 45));
	const tt = ggep.get('TT');
	const tth = h && h[0] === 2 && h.length === 45 ? h.subarray(21) : tt?.length === 24 ? tt : undefined;
	return { ...(sha1 && { sha1: h.subarray(1, 21) }), ...(tth && { tth }) };
}

function readUrn(bytes: Uint8Array, from: number, to: number): Urn | undefined {
	// 'u', in either case: most blocks that are not urns end here.
	if ((bytes[from] | 0x20) !== 0x75) return undefined;
	return parseUrn(asciiText(bytes, from, to));
}
