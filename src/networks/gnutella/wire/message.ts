/**
 * The descriptor header (0.4 specification, section 2), read lazily: a frame is one whole message in
 * one Uint8Array, and its header stays bytes. Nothing is parsed that routing does not need; a message
 * is forwarded by patching two bytes in place.
 *
 *   GUID 16 | type 1 | TTL 1 | hops 1 | payload length 4, little-endian | payload
 */
import type { Refusal } from '../../../evidence/refusal.ts';
import { le32, putLe32 } from '../../common/integers.ts';
import { Splitter } from '../../common/splitter.ts';
import { ours, specification } from '../limits.ts';
import { refusal } from '../refusals.ts';

export const HEADER_BYTES = specification.header;

export const MessageType = {
	Ping: 0x00,
	Pong: 0x01,
	Bye: 0x02,
	Qrp: 0x30,
	Vendor: 0x31,
	StandardVendor: 0x32,
	Push: 0x40,
	Query: 0x80,
	Hit: 0x81,
	Hsep: 0xcd,
} as const;

/** Here and below: `at` is where the frame begins, for whoever holds many in one array (the laboratory). */
export function typeOf(frame: Uint8Array, at = 0): number {
	return frame[at + 16];
}

export function ttlOf(frame: Uint8Array, at = 0): number {
	return frame[at + 17];
}

export function hopsOf(frame: Uint8Array, at = 0): number {
	return frame[at + 18];
}

/** What the header says: up to 2^32 - 1. */
export function payloadLength(frame: Uint8Array, at = 0): number {
	return le32(frame, at + 19);
}

/** The TTL that a query leaves with: one less, and never beyond what TTL + hops may be. 0: it stops here. */
export function onwardTtl(frame: Uint8Array, maxTtl: number, at = 0): number {
	return Math.max(0, Math.min(frame[at + 17], maxTtl - frame[at + 18]) - 1);
}

/** A view, not a copy. */
export function payloadOf(frame: Uint8Array): Uint8Array {
	return frame.subarray(HEADER_BYTES);
}

/** A view of the 16 bytes, not a copy. */
export function guidOf(frame: Uint8Array): Uint8Array {
	return frame.subarray(0, 16);
}

export function patchTtlHops(frame: Uint8Array, ttl: number, hops: number, at = 0): void {
	frame[at + 17] = ttl;
	frame[at + 18] = hops;
}

export function encodeMessage(
	type: number,
	guid: Uint8Array,
	ttl: number,
	hops: number,
	payload: Uint8Array,
): Uint8Array {
	if (guid.length !== 16) throw new RangeError('a GUID has 16 bytes');
	const frame = new Uint8Array(HEADER_BYTES + payload.length);
	frame.set(guid);
	frame[16] = type;
	frame[17] = ttl;
	frame[18] = hops;
	putLe32(frame, 19, payload.length);
	frame.set(payload, HEADER_BYTES);
	return frame;
}

/** The longest payload that we take of each type (limits.ts, "we say"). */
export function maximumPayload(type: number): number {
	switch (type) {
		case MessageType.Ping:
			return ours.payloadPing;
		case MessageType.Pong:
			return ours.payloadPong;
		case MessageType.Bye:
			return ours.payloadBye;
		case MessageType.Push:
			return ours.payloadPush;
		case MessageType.Query:
			return ours.payloadQuery;
		case MessageType.Hit:
			return ours.payloadHit;
		default:
			return ours.payloadOther;
	}
}

/** Whether the bytes are just one message, of a length that we take. */
export function isMessage(bytes: Uint8Array): boolean {
	const length = bytes.length - HEADER_BYTES;
	return length >= 0 && payloadLength(bytes) === length && length <= maximumPayload(bytes[16]);
}

const wrongLength = refusal('gnutella.header.length');

/** A datagram must be exactly one frame. */
export function frameOfDatagram(
	datagram: Uint8Array,
	maximum: (type: number) => number = maximumPayload,
): Uint8Array | Refusal {
	if (datagram.length < HEADER_BYTES) return wrongLength;
	const length = payloadLength(datagram);
	if (length !== datagram.length - HEADER_BYTES) return wrongLength;
	return length > maximum(typeOf(datagram)) ? oversized(datagram) : datagram;
}

/** Cuts a stream into frames: see common/splitter.ts. */
export class MessageSplitter extends Splitter<Uint8Array> {
	/** `maximumPayload`: bytes allowed after a header of this type. */
	constructor(maximumPayload: (type: number) => number) {
		const lengthOf = (bytes: Uint8Array, at: number): number | Refusal => {
			const length = le32(bytes, at + 19);
			return length > maximumPayload(bytes[at + 16]) ? oversized(bytes, at) : HEADER_BYTES + length;
		};
		super(HEADER_BYTES, lengthOf, frameAt);
	}
}

function frameAt(bytes: Uint8Array, at: number, length: number): Uint8Array {
	return at === 0 && length === bytes.length ? bytes : bytes.subarray(at, at + length);
}

function oversized(frame: Uint8Array, at = 0): Refusal {
	const type = typeOf(frame, at).toString(16).padStart(2, '0');
	return refusal('gnutella.header.oversized', `type ${type}, ${payloadLength(frame, at)} bytes`);
}
