/**
 * Frames between a client and its server: length 2 | type 2 | body, both numbers little-endian, the length that of the
 * body alone. There is nothing that a frame could be recognised by: a lost byte makes garbage of all that follows.
 */
import type { Refusal } from '../../../evidence/refusal.ts';
import { le16, putLe16 } from '../../common/integers.ts';
import { Splitter } from '../../common/splitter.ts';
import { ours, protocol } from '../limits.ts';
import { refusal } from '../refusals.ts';
import { rawBytes } from './raw.ts';
import { Type } from './types.ts';

export interface Frame {
	readonly type: number;
	/** A view, not a copy. */
	readonly body: Uint8Array;
}

const EMPTY = new Uint8Array(0);

/** What is longer than a frame may be is our own mistake: lines are bounded where they are made. */
export function encodeFrame(type: number, body: Uint8Array = EMPTY): Uint8Array {
	const frame = new Uint8Array(protocol.header + body.length);
	putHeader(frame, 0, type, body.length);
	frame.set(body, protocol.header);
	return frame;
}

function checkLength(length: number): void {
	if (length > protocol.body) throw new RangeError('a body of more than 65,535 bytes');
}

function putHeader(bytes: Uint8Array, at: number, type: number, length: number): void {
	checkLength(length);
	putLe16(bytes, at, length);
	putLe16(bytes, at + 2, type);
}

/** Many frames for one write: as one raw string (raw.ts), which becomes bytes at once instead of line by line. */
export class FrameWriter {
	#text = '';

	/** The body as a raw string. */
	add(type: number, line = ''): this {
		const { length } = line;
		checkLength(length);
		this.#text += String.fromCharCode(length & 255, length >>> 8, type & 255, type >>> 8) + line;
		return this;
	}

	done(): Uint8Array {
		return rawBytes(this.#text);
	}
}

/** Cuts a stream into frames. */
export class FrameSplitter extends Splitter<Frame> {
	constructor() {
		super(protocol.header, lengthOf, frameAt);
	}
}

function lengthOf(bytes: Uint8Array, at: number): number | Refusal {
	const length = le16(bytes, at);
	const type = le16(bytes, at + 2);
	if (length <= ours.body || type === Type.ShareDirectory) return protocol.header + length;
	return refusal('opennap.frame.oversized', `type ${type}, ${length} bytes`);
}

function frameAt(bytes: Uint8Array, at: number, length: number): Frame {
	return { type: le16(bytes, at + 2), body: bytes.subarray(at + protocol.header, at + length) };
}
