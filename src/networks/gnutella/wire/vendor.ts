/**
 * Vendor messages (types 31 and 32): vendor 4 | selector 2 | version 2 | data. Little-endian. The vendor
 * is four bytes, one letter each in our text; four NULs are the messages that belong to nobody.
 */
import type { Refusal } from '../../../evidence/refusal.ts';
import { le16, putLe16 } from '../../common/integers.ts';
import { ours } from '../limits.ts';
import { refusal } from '../refusals.ts';
import { asciiText } from './text.ts';

export interface VendorMessage {
	readonly vendor: string;
	readonly selector: number;
	readonly version: number;
	readonly data: Uint8Array;
}

/** An item of "messages supported" (0/0). */
export type VendorKind = Omit<VendorMessage, 'data'>;

/** An item of "features supported" (0/10), such as QRP1 version 1. */
export interface VendorFeature {
	readonly name: string;
	readonly version: number;
}

export const NOBODY = '\0\0\0\0';

const HEADER = 8;
const short = refusal('gnutella.vendor.malformed', 'shorter than 8 bytes');
const list = refusal('gnutella.vendor.malformed', 'list shorter than its count');

/** Ours: a vendor that is not four bytes throws. */
export function encodeVendor(message: VendorMessage): Uint8Array {
	const payload = new Uint8Array(HEADER + message.data.length);
	putKind(payload, 0, message);
	payload.set(message.data, HEADER);
	return payload;
}

export function decodeVendor(payload: Uint8Array): VendorMessage | Refusal {
	if (payload.length < HEADER) return short;
	return { ...kindAt(payload, 0), data: payload.subarray(HEADER) };
}

/** Data of 0/0: count 2 | items of 8. */
export function encodeSupported(kinds: readonly VendorKind[]): Uint8Array {
	const data = new Uint8Array(2 + kinds.length * HEADER);
	putLe16(data, 0, kinds.length);
	kinds.forEach((kind, i) => {
		putKind(data, 2 + i * HEADER, kind);
	});
	return data;
}

/** Items beyond our bound are left out. */
export function decodeSupported(data: Uint8Array): VendorKind[] | Refusal {
	const count = listCount(data, HEADER);
	if (typeof count !== 'number') return count;
	return Array.from({ length: count }, (_, i) => kindAt(data, 2 + i * HEADER));
}

/** Data of 0/10: count 2 | items: name 4, version 2. */
export function encodeFeatures(features: readonly VendorFeature[]): Uint8Array {
	const data = new Uint8Array(2 + features.length * 6);
	putLe16(data, 0, features.length);
	features.forEach((feature, i) => {
		data.set(fourBytes(feature.name), 2 + i * 6);
		putLe16(data, 6 + i * 6, feature.version);
	});
	return data;
}

export function decodeFeatures(data: Uint8Array): VendorFeature[] | Refusal {
	const count = listCount(data, 6);
	if (typeof count !== 'number') return count;
	return Array.from({ length: count }, (_, i) => {
		const at = 2 + i * 6;
		return { name: asciiText(data, at, at + 4), version: le16(data, at + 4) };
	});
}

function listCount(data: Uint8Array, item: number): number | Refusal {
	if (data.length < 2 || data.length < 2 + le16(data, 0) * item) return list;
	return Math.min(le16(data, 0), ours.vendorItems);
}

function kindAt(bytes: Uint8Array, at: number): VendorKind {
	return {
		vendor: asciiText(bytes, at, at + 4),
		selector: le16(bytes, at + 4),
		version: le16(bytes, at + 6),
	};
}

function putKind(bytes: Uint8Array, at: number, kind: VendorKind): void {
	bytes.set(fourBytes(kind.vendor), at);
	putLe16(bytes, at + 4, kind.selector);
	putLe16(bytes, at + 6, kind.version);
}

function fourBytes(text: string): Uint8Array {
	if (!/^[\0-\xff]{4}$/.test(text)) throw new RangeError('four bytes make a name');
	return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}
