/**
 * TCP frames: protocol byte 1 | length 4 | opcode 1 | body. The length counts the opcode. E3 is eDonkey, C5 eMule's
 * extensions, D4 either of them with its body packed by zlib: from a server the opcodes of E3, from a client those
 * of C5. The opcode itself is never packed.
 */
import type { Refusal } from '../../../evidence/refusal.ts';
import { le32, putLe32 } from '../../common/integers.ts';
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

/**
 * Cuts a stream into frames. Give it a chunk, then take frames until there is none; only then give the next chunk.
 * A frame that lies whole in one chunk is a view of it; one that spans chunks is gathered once, in a buffer that
 * grows with what has really arrived. After a refusal it stays refused: where the next frame begins is unknown.
 */
export class FrameSplitter {
	#chunk: Uint8Array = EMPTY;
	#at = 0;
	#part: Uint8Array = EMPTY;
	#filled = 0;
	#refusal: Refusal | undefined;

	push(chunk: Uint8Array): void {
		if (this.#at < this.#chunk.length && !this.#refusal)
			throw new Error('take all frames before pushing more');
		this.#chunk = chunk;
		this.#at = 0;
	}

	/** The next whole frame, a refusal, or undefined where more bytes are needed. */
	next(): Frame | Refusal | undefined {
		if (this.#refusal) return this.#refusal;
		if (this.#filled > 0) return this.#gather();
		const chunk = this.#chunk;
		const from = this.#at;
		if (chunk.length - from >= protocol.header) {
			const length = this.#lengthOf(chunk, from);
			if (typeof length !== 'number') return this.#refuse(length);
			if (from + length <= chunk.length) {
				this.#at = from + length;
				return frameAt(chunk, from, length);
			}
		}
		return from < chunk.length ? this.#gather() : undefined;
	}

	#gather(): Frame | Refusal | undefined {
		if (!this.#fill(protocol.header)) {
			const wrong = this.#filled > 0 && !isProtocol(this.#part[0]);
			return wrong ? this.#refuse(notProtocol(this.#part[0])) : undefined;
		}
		const length = this.#lengthOf(this.#part, 0);
		if (typeof length !== 'number') return this.#refuse(length);
		if (!this.#fill(length)) return undefined;
		const frame = frameAt(this.#part, 0, length);
		this.#part = EMPTY;
		this.#filled = 0;
		return frame;
	}

	/** Bytes of the frame that begins here, header and all. */
	#lengthOf(bytes: Uint8Array, at: number): number | Refusal {
		if (!isProtocol(bytes[at])) return notProtocol(bytes[at]);
		const length = le32(bytes, at + 1);
		const opcode = bytes[at + 5];
		if (length >= 1 && length <= longest(bytes[at], opcode)) return length + 5;
		return refusal('edonkey.frame.oversized', `opcode ${opcode.toString(16)}, ${length} bytes`);
	}

	/** Whether the unfinished frame now has `wanted` bytes. */
	#fill(wanted: number): boolean {
		const take = Math.min(wanted - this.#filled, this.#chunk.length - this.#at);
		if (take > 0) {
			const needed = this.#filled + take;
			if (this.#part.length < needed) {
				const grown = new Uint8Array(Math.max(needed, Math.min(wanted, this.#part.length * 2)));
				grown.set(this.#part.subarray(0, this.#filled));
				this.#part = grown;
			}
			this.#part.set(this.#chunk.subarray(this.#at, this.#at + take), this.#filled);
			this.#filled = needed;
			this.#at += take;
		}
		if (this.#at >= this.#chunk.length) {
			this.#chunk = EMPTY;
			this.#at = 0;
		}
		return this.#filled >= wanted;
	}

	#refuse(why: Refusal): Refusal {
		this.#chunk = EMPTY;
		this.#part = EMPTY;
		this.#at = 0;
		this.#refusal = why;
		return why;
	}
}

function frameAt(bytes: Uint8Array, at: number, length: number): Frame {
	return {
		protocol: bytes[at],
		opcode: bytes[at + 5],
		body: bytes.subarray(at + protocol.header, at + length),
	};
}

function isProtocol(byte: number): boolean {
	return byte === EDONKEY || byte === EMULE || byte === PACKED;
}

function notProtocol(byte: number): Refusal {
	return refusal('edonkey.frame.protocol', `it begins with ${byte.toString(16).padStart(2, '0')}`);
}

/** The longest frame of a kind, opcode and body. A packed one may be of either protocol. */
function longest(protocolByte: number, opcode: number): number {
	const edonkey = protocolByte === EMULE ? 0 : (edonkeyOpcodes.get(opcode)?.[1] ?? 0);
	const emule = protocolByte === EDONKEY ? 0 : (emuleOpcodes.get(opcode)?.[1] ?? 0);
	return Math.max(edonkey, emule) || ours.unknownFrame;
}
