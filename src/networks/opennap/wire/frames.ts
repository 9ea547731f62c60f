/**
 * Frames between a client and its server: length 2 | type 2 | body, both numbers little-endian, the length that of the
 * body alone. There is nothing that a frame could be recognised by: a lost byte makes garbage of all that follows.
 */
import type { Refusal } from '../../../evidence/refusal.ts';
import { le16, putLe16 } from '../../common/integers.ts';
import { Splitter } from '../../common/splitter.ts';
import { ours, protocol } from '../limits.ts';
import { refusal } from '../refusals.ts';
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

function putHeader(bytes: Uint8Array, at: number, type: number, length: number): void {
	if (length > protocol.body) throw new RangeError('a body of more than 65,535 bytes');
	putLe16(bytes, at, length);
	putLe16(bytes, at + 2, type);
}

/** Many frames for one write. */
export class FrameWriter {
	#bytes: Buffer = Buffer.allocUnsafeSlow(16_384);
	#at = 0;

	clear(): this {
		this.#at = 0;
		return this;
	}

	/** The body as a raw string (raw.ts). */
	add(type: number, line = ''): this {
		const at = this.#at;
		const end = at + protocol.header + line.length;
		if (end > this.#bytes.length) {
			const grown = Buffer.allocUnsafeSlow(Math.max(end, this.#bytes.length * 2));
			grown.set(this.#bytes.subarray(0, at));
			this.#bytes = grown;
		}
		putHeader(this.#bytes, at, type, line.length);
		this.#bytes.write(line, at + protocol.header, 'latin1');
		this.#at = end;
		return this;
	}

	/** A copy of what was written. */
	done(): Uint8Array {
		return Uint8Array.prototype.slice.call(this.#bytes, 0, this.#at);
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
