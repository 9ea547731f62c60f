/**
 * QRP table messages (Query Routing Protocol 0.1, section 3). TTL 1.
 *
 *   RESET: 00 | slots 4, little-endian, a power of two | infinity 1
 *   PATCH: 01 | sequence, from 1 | count | compressor: 0 none, 1 zlib over the whole patch | bits of an entry | data
 */
import type { Refusal } from '../../../evidence/refusal.ts';
import { le32, putLe32 } from '../../common/integers.ts';
import { ours } from '../limits.ts';
import { refusal } from '../refusals.ts';

export interface QrpReset {
	readonly kind: 'reset';
	readonly slots: number;
	/** The distance that means "not there". */
	readonly infinity: number;
}

export interface QrpPatch {
	readonly kind: 'patch';
	readonly sequence: number;
	readonly count: number;
	readonly compressed: boolean;
	readonly entryBits: EntryBits;
	readonly data: Uint8Array;
}

export type EntryBits = 1 | 4 | 8;
export type Qrp = QrpReset | QrpPatch;

export const PATCH_HEADER = 5;
const RESET = 0;
const PATCH = 1;

const short = refusal('gnutella.qrp.malformed', 'too short');
const unknown = refusal('gnutella.qrp.malformed', 'unknown kind of message');
const slots = refusal('gnutella.qrp.size', 'number of slots');
const infinity = refusal('gnutella.qrp.malformed', 'infinity 0');
const order = refusal('gnutella.qrp.sequence', 'sequence number');
const compressor = refusal('gnutella.qrp.malformed', 'unknown compressor');
const entry = refusal('gnutella.qrp.malformed', 'bits of an entry');

export function encodeQrp(message: Qrp): Uint8Array {
	if (message.kind === 'reset') {
		const payload = new Uint8Array(6);
		putLe32(payload, 1, message.slots);
		payload[5] = message.infinity;
		return payload;
	}
	const payload = new Uint8Array(PATCH_HEADER + message.data.length);
	payload.set([PATCH, message.sequence, message.count, message.compressed ? 1 : 0, message.entryBits]);
	payload.set(message.data, PATCH_HEADER);
	return payload;
}

export function decodeQrp(payload: Uint8Array): Qrp | Refusal {
	if (payload.length < 1) return short;
	if (payload[0] === RESET) return decodeReset(payload);
	return payload[0] === PATCH ? decodePatch(payload) : unknown;
}

function decodeReset(payload: Uint8Array): QrpReset | Refusal {
	if (payload.length < 6) return short;
	const length = le32(payload, 1);
	if (length < ours.qrpSlotsLeast || length > ours.qrpSlotsMost || (length & (length - 1)) !== 0)
		return slots;
	if (payload[5] === 0) return infinity;
	return { kind: 'reset', slots: length, infinity: payload[5] };
}

function decodePatch(payload: Uint8Array): QrpPatch | Refusal {
	if (payload.length < PATCH_HEADER) return short;
	const [, sequence, count, packing, entryBits] = payload;
	if (sequence < 1 || sequence > count) return order;
	if (packing > 1) return compressor;
	if (entryBits !== 1 && entryBits !== 4 && entryBits !== 8) return entry;
	const data = payload.subarray(PATCH_HEADER);
	return { kind: 'patch', sequence, count, compressed: packing === 1, entryBits, data };
}
