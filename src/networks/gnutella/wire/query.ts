/**
 * QUERY: flags 2, big-endian | text NUL | extensions.
 *
 * Flags exist only where the highest bit (8000) is set; without it the field is the 0.4 minimum speed,
 * which nobody honours. Reading has two stages: queryText looks at the text only, for whoever drops most
 * queries before reading on; decodeQuery reads all of it.
 */
import { isRefusal, type Refusal } from '../../../evidence/refusal.ts';
import { base32 } from '../../common/hash.ts';
import { ours } from '../limits.ts';
import { refusal } from '../refusals.ts';
import { readExtensions } from './extensions.ts';
import { encodeGgep, type Ggep, NO_GGEP } from './ggep.ts';
import { concat, find, isClean, readText, utf8 } from './text.ts';

export const QueryFlag = {
	Mark: 0x8000,
	Firewalled: 0x4000,
	Xml: 0x2000,
	LeafGuided: 0x1000,
	GgepH: 0x0800,
	OutOfBand: 0x0400,
	FirewallTransfer: 0x0200,
	MaxHits: 0x00ff,
} as const;

export interface Query {
	/** As sent; 0 where the mark is missing. */
	readonly flags: number;
	readonly firewalled: boolean;
	readonly xml: boolean;
	readonly leafGuided: boolean;
	readonly ggepH: boolean;
	readonly outOfBand: boolean;
	readonly fwTransfer: boolean;
	/** 0: not said. */
	readonly maxHits: number;
	readonly text: string;
	/** Content asked for by name: `urn:sha1:` and so on, lower case. */
	readonly urns: readonly string[];
	readonly ggep: Ggep;
}

export type QueryFields = Partial<Omit<Query, 'flags' | 'text'>> & {
	readonly text: string;
};

const short = refusal('gnutella.query.malformed', 'shorter than 3 bytes');
const endless = refusal('gnutella.query.malformed', 'text without end');
const long = refusal('gnutella.text.long', 'search text');
const NO_URNS: readonly string[] = [];

/** Ours: control characters in the text throw. */
export function encodeQuery(query: QueryFields): Uint8Array {
	const flags = flagsOf(query);
	if (![query.text, ...(query.urns ?? [])].every(isClean))
		throw new RangeError('control character in a query');
	const parts = [Uint8Array.of(flags >>> 8, flags & 255), utf8(query.text), NUL];
	(query.urns ?? []).forEach((urn, i) => {
		if (i > 0) parts.push(SEPARATOR);
		parts.push(utf8(urnForWire(urn)));
	});
	if (query.ggep && query.ggep.size > 0) {
		if (query.urns?.length) parts.push(SEPARATOR);
		parts.push(encodeGgep(query.ggep, { cobs: true }));
	} else if (query.urns?.length) parts.push(NUL);
	return concat(parts);
}

function flagsOf(query: QueryFields): number {
	return (
		QueryFlag.Mark |
		(query.firewalled ? QueryFlag.Firewalled : 0) |
		(query.xml ? QueryFlag.Xml : 0) |
		(query.leafGuided ? QueryFlag.LeafGuided : 0) |
		(query.ggepH ? QueryFlag.GgepH : 0) |
		(query.outOfBand ? QueryFlag.OutOfBand : 0) |
		(query.fwTransfer ? QueryFlag.FirewallTransfer : 0) |
		((query.maxHits ?? 0) & QueryFlag.MaxHits)
	);
}

/** Only the text. */
export function queryText(payload: Uint8Array): string | Refusal {
	if (payload.length < 3) return short;
	const nul = find(payload, 0, 2, payload.length);
	if (nul === payload.length) return endless;
	return nul - 2 > ours.queryText ? long : readText(payload, 2, nul);
}

/** `at`: where the payload begins, for whoever has the whole frame. */
export function decodeQuery(payload: Uint8Array, at = 0): Query | Refusal {
	if (payload.length - at < 3) return short;
	const nul = find(payload, 0, at + 2, payload.length);
	if (nul === payload.length) return endless;
	if (nul - at - 2 > ours.queryText) return long;
	const text = readText(payload, at + 2, nul);
	if (isRefusal(text)) return text;
	let urns = NO_URNS;
	let ggep = NO_GGEP;
	if (nul + 1 < payload.length) {
		const extensions = readExtensions(payload, nul + 1, payload.length, ours.queryUrns, true);
		if (isRefusal(extensions)) return extensions;
		ggep = extensions.ggep;
		urns = withGgepH(extensions.urns, ggep);
	}
	const sent = (payload[at] << 8) | payload[at + 1];
	const flags = sent & QueryFlag.Mark ? sent : 0;
	return {
		flags,
		firewalled: (flags & QueryFlag.Firewalled) !== 0,
		xml: (flags & QueryFlag.Xml) !== 0,
		leafGuided: (flags & QueryFlag.LeafGuided) !== 0,
		ggepH: (flags & QueryFlag.GgepH) !== 0,
		outOfBand: (flags & QueryFlag.OutOfBand) !== 0,
		fwTransfer: (flags & QueryFlag.FirewallTransfer) !== 0,
		maxHits: flags & QueryFlag.MaxHits,
		text,
		urns,
		ggep,
	};
}

/** GGEP H in a query names content too: kind 1 or 2, then the SHA-1. */
function withGgepH(urns: readonly string[], ggep: Ggep): readonly string[] {
	const h = ggep.get('H');
	if (!h || h.length < 21 || (h[0] !== 1 && h[0] !== 2)) return urns;
	const urn = `urn:sha1:${base32(h.subarray(1, 21)).toLowerCase()}`;
	return urns.includes(urn) || urns.length >= ours.queryUrns ? urns : [...urns, urn];
}

/** Peers expect the hash in upper case behind a lower-case prefix. */
function urnForWire(urn: string): string {
	const colon = urn.lastIndexOf(':');
	return urn.slice(0, colon + 1) + urn.slice(colon + 1).toUpperCase();
}

const NUL = Uint8Array.of(0);
const SEPARATOR = Uint8Array.of(0x1c);
