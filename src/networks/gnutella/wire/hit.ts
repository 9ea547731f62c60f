/**
 * HIT: count 1 | port 2 | IPv4 4 | speed 4 | records | QHD | servent GUID 16. Little-endian.
 *
 *   record: index 4 | size 4 | name NUL | extensions NUL
 *   QHD:    vendor 4 | open-data length 1 | flags 2 (, XML size 2, ...) | private area (GGEP, XML)
 *
 * The two flag bytes are a value and its validity: for push the first byte is the value and the second
 * says that it is valid; for busy, uploaded, measured speed and GGEP it is the other way round.
 * 0.4 servents leave QHD out. One bad record makes the whole message refused: who sends it is not believed.
 * Sizes above 4 GiB are in GGEP LF, little-endian, and count instead of the size field.
 */
import { isRefusal, type Refusal } from '../../../evidence/refusal.ts';
import type { Address } from '../../../world/world.ts';
import { le16, le32, leNumber, putLe16, putLe32, shortLe } from '../../common/integers.ts';
import { ours, specification } from '../limits.ts';
import { refusal } from '../refusals.ts';
import { putIpv4, readAddress, readAddresses, withIpv6, writeAddresses } from './endpoint.ts';
import { readExtensions } from './extensions.ts';
import { decodeGgep, encodeGgep, GGEP_MAGIC, type Ggep, NO_GGEP } from './ggep.ts';
import { asciiText, concat, find, isClean, readText, utf8 } from './text.ts';
import { sha1Urn } from './urn.ts';

export interface HitRecord {
	readonly index: number;
	/** Bytes. */
	readonly size: number;
	readonly name: string;
	/** 20 bytes. */
	readonly sha1?: Uint8Array;
	/** 24 bytes. */
	readonly tth?: Uint8Array;
	/** Other sources that the sender knows (GGEP ALT). */
	readonly alternates?: readonly Address[];
	/** Seconds since the epoch at which the file was made (GGEP CT). */
	readonly created?: number;
	readonly ggep?: Ggep;
}

export interface HitFlags {
	/** Cannot be dialled. */
	readonly push: boolean;
	/** All upload slots are taken. */
	readonly busy: boolean;
	/** Has uploaded at least one file. */
	readonly uploaded: boolean;
	/** The speed is measured, not set by the user. */
	readonly measured: boolean;
}

export interface QueryHit {
	readonly address: Address;
	/** Kilobits a second. */
	readonly speed: number;
	readonly records: readonly HitRecord[];
	/** Four letters; empty without QHD. */
	readonly vendor: string;
	readonly flags: HitFlags;
	/** Of the private area. */
	readonly ggep: Ggep;
	/** Where a push can be sent to (GGEP PUSH). */
	readonly pushProxies: readonly Address[];
	/** GGEP BH. */
	readonly browsable: boolean;
	/** The sender's GUID, 16 bytes. */
	readonly guid: Uint8Array;
}

export interface HitFields {
	readonly address: Address;
	readonly speed: number;
	readonly records: readonly HitRecord[];
	readonly vendor: string;
	readonly flags?: Partial<HitFlags>;
	readonly ggep?: Ggep;
	readonly pushProxies?: readonly Address[];
	readonly browsable?: boolean;
	readonly guid: Uint8Array;
}

const FIXED = 11;
const GUID = 16;
const RECORD = 8;
const PUSH = 0x01;
const BUSY = 0x04;
const UPLOADED = 0x08;
const MEASURED = 0x10;
const GGEP = 0x20;

const short = refusal('gnutella.hit.malformed', 'shorter than 27 bytes');
const cut = refusal('gnutella.hit.malformed', 'record without end');
const badSize = refusal('gnutella.hit.malformed', 'impossible file size');
const openData = refusal('gnutella.hit.malformed', 'open data longer than the message');
const longName = refusal('gnutella.text.long', 'file name');
const noFlags: HitFlags = Object.freeze({ push: false, busy: false, uploaded: false, measured: false });

/** Ours: more than 255 records, a vendor that is not four letters, or control characters throw. */
export function encodeHit(hit: HitFields): Uint8Array {
	if (hit.records.length > specification.hitRecords) throw new RangeError('too many records');
	if (!/^[\x21-\x7e]{4}$/.test(hit.vendor)) throw new RangeError('a vendor is four letters');
	if (hit.guid.length !== GUID) throw new RangeError('a GUID has 16 bytes');
	const fixed = new Uint8Array(FIXED);
	fixed[0] = hit.records.length;
	putLe16(fixed, 1, hit.address.port);
	putIpv4(fixed, 3, hit.address);
	putLe32(fixed, 7, hit.speed);
	const ggep = new Map(withIpv6(hit.ggep ?? NO_GGEP, hit.address));
	if (hit.browsable) ggep.set('BH', new Uint8Array(0));
	const proxies = writeAddresses(hit.pushProxies ?? []);
	if (proxies.length > 0) ggep.set('PUSH', proxies);
	const flags = hit.flags ?? {};
	const has = ggep.size > 0 ? GGEP : 0;
	const known = (flags.push ? PUSH : 0) | BUSY | UPLOADED | MEASURED | has;
	const values =
		PUSH | (flags.busy ? BUSY : 0) | (flags.uploaded ? UPLOADED : 0) | (flags.measured ? MEASURED : 0) | has;
	return concat([
		fixed,
		...hit.records.flatMap(encodeRecord),
		utf8(hit.vendor),
		Uint8Array.of(2, known, values),
		encodeGgep(ggep),
		hit.guid,
	]);
}

function encodeRecord(record: HitRecord): Uint8Array[] {
	if (!isClean(record.name)) throw new RangeError('control character in a file name');
	const fixed = new Uint8Array(RECORD);
	putLe32(fixed, 0, record.index);
	putLe32(fixed, 4, Math.min(record.size, specification.fileSize));
	const ggep = new Map(record.ggep);
	if (record.tth) ggep.set('TT', record.tth);
	if (record.created) ggep.set('CT', shortLe(record.created));
	if (record.size > specification.fileSize) ggep.set('LF', shortLe(record.size));
	const alternates = writeAddresses(record.alternates ?? []);
	if (alternates.length > 0) ggep.set('ALT', alternates);
	const parts = [fixed, utf8(record.name), NUL];
	if (record.sha1) parts.push(utf8(sha1Urn(record.sha1)));
	if (record.sha1 && ggep.size > 0) parts.push(SEPARATOR);
	parts.push(encodeGgep(ggep, { cobs: true }), NUL);
	return parts;
}

export function decodeHit(payload: Uint8Array): QueryHit | Refusal {
	if (payload.length < FIXED + GUID) return short;
	const end = payload.length - GUID;
	const records: HitRecord[] = [];
	let at = FIXED;
	for (let left = payload[0]; left > 0; left--) {
		const read = decodeRecord(payload, at, end);
		if (isRefusal(read)) return read;
		records.push(read.record);
		at = read.end;
	}
	const qhd = decodeQhd(payload, at, end);
	if (isRefusal(qhd)) return qhd;
	return {
		address: readAddress(payload, 3, 1, qhd.ggep),
		speed: le32(payload, 7),
		records,
		...qhd,
		pushProxies: readAddresses(qhd.ggep.get('PUSH'), ours.pushProxies),
		browsable: qhd.ggep.has('BH'),
		guid: payload.subarray(end),
	};
}

function decodeRecord(
	payload: Uint8Array,
	at: number,
	end: number,
): { record: HitRecord; end: number } | Refusal {
	const nameAt = at + RECORD;
	if (nameAt + 2 > end) return cut;
	const nul = find(payload, 0, nameAt, end);
	if (nul + 1 >= end) return cut;
	if (nul - nameAt > ours.fileName) return longName;
	const name = readText(payload, nameAt, nul);
	if (isRefusal(name)) return name;
	const extensions = readExtensions(payload, nul + 1, end, 0, false);
	if (isRefusal(extensions)) return extensions;
	const { sha1, tth, ggep } = extensions;
	if (payload[extensions.end - 1] !== 0) return cut;
	const large = ggep.get('LF');
	const size = large ? leNumber(large) : le32(payload, at + 4);
	if (size === undefined) return badSize;
	const alternates = readAddresses(ggep.get('ALT'), ours.alternates);
	const time = ggep.get('CT');
	const created = time && leNumber(time);
	const record: HitRecord = {
		index: le32(payload, at),
		size,
		name,
		...(sha1 && { sha1 }),
		...(tth && { tth }),
		...(alternates.length > 0 && { alternates }),
		...(created && { created }),
		...(ggep.size > 0 && { ggep }),
	};
	return { record, end: extensions.end };
}

function decodeQhd(
	payload: Uint8Array,
	at: number,
	end: number,
): { vendor: string; flags: HitFlags; ggep: Ggep } | Refusal {
	if (end - at < 5) return { vendor: '', flags: noFlags, ggep: NO_GGEP };
	const vendor = asciiText(payload, at, at + 4).replace(/[^\x20-\x7e]/g, '?');
	const open = payload[at + 4];
	const openAt = at + 5;
	if (openAt + open > end) return openData;
	if (open < 2) return { vendor, flags: noFlags, ggep: NO_GGEP };
	const known = payload[openAt];
	const values = payload[openAt + 1];
	const both = known & values;
	const flags: HitFlags = {
		push: (both & PUSH) !== 0,
		busy: (both & BUSY) !== 0,
		uploaded: (both & UPLOADED) !== 0,
		measured: (both & MEASURED) !== 0,
	};
	const xml = open >= 4 ? le16(payload, openAt + 2) : 0;
	const privateEnd = Math.max(end - xml, openAt + open);
	// LimeWire puts a byte of its own before the block.
	const ggepAt = both & GGEP ? find(payload, GGEP_MAGIC, openAt + open, privateEnd) : privateEnd;
	if (ggepAt === privateEnd) return { vendor, flags, ggep: NO_GGEP };
	const block = decodeGgep(payload, ggepAt, privateEnd);
	return isRefusal(block) ? block : { vendor, flags, ggep: block.extensions };
}

const NUL = Uint8Array.of(0);
const SEPARATOR = Uint8Array.of(0x1c);
