/**
 * TCP frames: protocol byte 1 | length 4 | opcode 1 | body. The length counts the opcode. E3 is eDonkey, C5 eMule's
 * extensions, D4 either of them with its body packed by zlib: from a server the opcodes of E3, from a client those
 * of C5. The opcode itself is never packed.
 */
import type { Refusal } from '../../../evidence/refusal.ts';
import { le32, putLe32 } from '../../common/integers.ts';
import { Splitter } from '../../common/splitter.ts';
import { packBlock, unpackBlock } from '../../common/zlib.ts';
import { ours, protocol } from '../limits.ts';
import { refusal } from '../refusals.ts';
import { edonkeyOpcodes, emuleOpcodes } from './opcodes.ts';

export const EDONKEY = 0xe3;
export const EMULE = 0xc5;
export const PACKED = 0xd4;

export interface Frame {
	readonly protocol: number;
	readonly opcode: number;
	/** A view, not a copy. */
	readonly body: Uint8Array;
}

const EMPTY = new Uint8Array(0);
const bomb = refusal('edonkey.packed.bomb');
const broken = refusal('edonkey.packed.broken');

export function encodeFrame(opcode: number, body: Uint8Array = EMPTY, protocolByte = EDONKEY): Uint8Array {
	const frame = new Uint8Array(protocol.header + body.length);
	frame[0] = protocolByte;
	putLe32(frame, 1, body.length + 1);
	frame[5] = opcode;
	frame.set(body, protocol.header);
	return frame;
}

/** Packed where that is shorter; only for whoever has said that he unpacks. */
export function encodePacked(opcode: number, body: Uint8Array, protocolByte = EDONKEY): Uint8Array {
	const packed = body.length > 64 ? packBlock(body) : body;
	return packed.length < body.length
		? encodeFrame(opcode, packed, PACKED)
		: encodeFrame(opcode, body, protocolByte);
}

/** The same frame with its body unpacked, at most `most` bytes; `means` is the protocol that packed stands for. */
export function unpackFrame(frame: Frame, means: number, most: number): Frame | Refusal {
	if (frame.protocol !== PACKED) return frame;
	const body = unpackBlock(frame.body, most);
	if (body === 'bomb') return bomb;
	return body === 'broken' ? broken : { protocol: means, opcode: frame.opcode, body };
}

/** Cuts a stream into frames: see common/splitter.ts. What cannot be one is refused at its first byte. */
export class FrameSplitter extends Splitter<Frame> {
	constructor() {
		super(protocol.header, lengthOf, frameAt, begins);
	}
}

function frameAt(bytes: Uint8Array, at: number, length: number): Frame {
	return {
		protocol: bytes[at],
		opcode: bytes[at + 5],
		body: bytes.subarray(at + protocol.header, at + length),
	};
}

/** Bytes of the frame that begins here, header and all. */
function lengthOf(bytes: Uint8Array, at: number): number | Refusal {
	const wrong = begins(bytes[at]);
	if (wrong !== undefined) return wrong;
	const length = le32(bytes, at + 1);
	const opcode = bytes[at + 5];
	if (length >= 1 && length <= longest(bytes[at], opcode)) return length + 5;
	return refusal('edonkey.frame.oversized', `opcode ${opcode.toString(16)}, ${length} bytes`);
}

function isProtocol(byte: number): boolean {
	return byte === EDONKEY || byte === EMULE || byte === PACKED;
}

function begins(byte: number): Refusal | undefined {
	if (isProtocol(byte)) return undefined;
	return refusal('edonkey.frame.protocol', `it begins with ${byte.toString(16).padStart(2, '0')}`);
}

/** The longest frame of a kind, opcode and body. A packed one may be of either protocol. */
function longest(protocolByte: number, opcode: number): number {
	const edonkey = protocolByte === EMULE ? 0 : (edonkeyOpcodes.get(opcode)?.[1] ?? 0);
	const emule = protocolByte === EDONKEY ? 0 : (emuleOpcodes.get(opcode)?.[1] ?? 0);
	return Math.max(edonkey, emule) || ours.unknownFrame;
}
