/**
 * What a session consists of, once it is opened: 50 is a ping, 52 a pong, 4B begins a message. Its header is type
 * and length, 16 bits each, whose four bytes change places by a counter of 32 bits that each direction keeps: it
 * starts at 51, and after each message it is combined with NOT(type + length) by exclusive or.
 *
 * There is no escape and no checksum: one lost byte, and nothing behind it can be read.
 */
import type { Refusal } from '../../../evidence/refusal.ts';
import { specification } from '../limits.ts';
import { refusal } from '../refusals.ts';

const startOfCounter = 0x51;
const headerBytes = 4;
const Lead = { Ping: 0x50, Pong: 0x52, Message: 0x4b } as const;

/** Those that we read. The same number means something else in each direction for 0D alone. */
export const MessageType = {
	NodeList: 0x00,
	NodeInfo: 0x02,
	SendShares: 0x03,
	Unshare: 0x05,
	Query: 0x06,
	Reply: 0x07,
	ReplyEnd: 0x08,
	Stats: 0x09,
	Push: 0x0d,
	NetworkName: 0x1d,
	Share: 0x22,
	Version: 0x26,
	ExternalAddress: 0x2c,
	/** Ours, between super-nodes (neighbour.ts). No leaf is ever sent one. */
	NeighbourHello: 0x5350,
	NeighbourQuery: 0x5351,
	NeighbourResults: 0x5352,
	NeighbourEnd: 0x5353,
} as const;

export interface Message {
	readonly type: number;
	/** A view: good until the next push. */
	readonly body: Uint8Array;
}

export type Unit = 'ping' | 'pong' | Message;

/** Where type high, type low, length high, length low stand, by the counter modulo 3. */
const places = [
	[1, 0, 2, 3],
	[0, 2, 1, 3],
	[0, 3, 2, 1],
] as const;

function after(counter: number, type: number, length: number): number {
	return (counter ^ ~(type + length)) >>> 0;
}

export class FrameWriter {
	#counter = startOfCounter;

	/** In clear: the cipher comes after it. */
	message(type: number, body: Uint8Array): Uint8Array {
		if (body.length > specification.body) throw new RangeError(`a body of ${body.length} bytes`);
		const frame = new Uint8Array(1 + headerBytes + body.length);
		frame[0] = Lead.Message;
		const [typeHigh, typeLow, lengthHigh, lengthLow] = places[this.#counter % 3];
		frame[1 + typeHigh] = type >>> 8;
		frame[1 + typeLow] = type;
		frame[1 + lengthHigh] = body.length >>> 8;
		frame[1 + lengthLow] = body.length;
		frame.set(body, 1 + headerBytes);
		this.#counter = after(this.#counter, type, body.length);
		return frame;
	}

	ping(): Uint8Array {
		return Uint8Array.of(Lead.Ping);
	}

	pong(): Uint8Array {
		return Uint8Array.of(Lead.Pong);
	}
}

const empty = new Uint8Array(0);

/**
 * Cuts a stream into its units. Give it a chunk, take units until there is none, then give the next chunk. A body
 * that is longer than `mostBody` is passed over: it is never kept, and what follows it is read. What is kept grows
 * with what has come, not with what a header promises.
 */
export class FrameReader {
	readonly #mostBody: number;
	#counter = startOfCounter;
	#bytes: Uint8Array = empty;
	#at = 0;
	#end = 0;
	/** Of a body that is passed over, bytes that have yet to come. */
	#skip = 0;
	#refusal: Refusal | undefined;

	constructor(mostBody: number = specification.body) {
		this.#mostBody = mostBody;
	}

	push(chunk: Uint8Array): void {
		if (this.#refusal !== undefined) return;
		const skipped = Math.min(this.#skip, chunk.length);
		this.#skip -= skipped;
		const kept = this.#end - this.#at;
		const needed = kept + chunk.length - skipped;
		// Room for twice as much each time: a body that comes byte by byte is not copied with each of them.
		const bytes =
			needed <= this.#bytes.length ? this.#bytes : new Uint8Array(kept === 0 ? needed : 2 * needed);
		if (bytes !== this.#bytes || this.#at > 0) bytes.set(this.#bytes.subarray(this.#at, this.#end));
		bytes.set(chunk.subarray(skipped), kept);
		this.#bytes = bytes;
		this.#at = 0;
		this.#end = needed;
	}

	next(): Unit | Refusal | undefined {
		while (this.#refusal === undefined && this.#at < this.#end) {
			const lead = this.#bytes[this.#at];
			if (lead === Lead.Ping || lead === Lead.Pong) {
				this.#at++;
				return lead === Lead.Ping ? 'ping' : 'pong';
			}
			if (lead !== Lead.Message) {
				this.#bytes = empty;
				this.#refusal = refusal('fasttrack.stream.lost', `a unit began with ${lead}`);
				break;
			}
			const message = this.#message();
			if (message !== 'passed over') return message;
		}
		if (this.#at === this.#end) this.#bytes = empty;
		if (this.#bytes === empty) this.#at = this.#end = 0;
		return this.#refusal;
	}

	#message(): Message | 'passed over' | undefined {
		const header = this.#at + 1;
		const left = this.#end - header - headerBytes;
		if (left < 0) return undefined;
		const [typeHigh, typeLow, lengthHigh, lengthLow] = places[this.#counter % 3];
		const type = (this.#bytes[header + typeHigh] << 8) | this.#bytes[header + typeLow];
		const length = (this.#bytes[header + lengthHigh] << 8) | this.#bytes[header + lengthLow];
		const body = header + headerBytes;
		if (length > this.#mostBody) {
			this.#counter = after(this.#counter, type, length);
			const here = Math.min(length, left);
			this.#skip = length - here;
			this.#at = body + here;
			return 'passed over';
		}
		if (left < length) return undefined;
		this.#counter = after(this.#counter, type, length);
		this.#at = body + length;
		return { type, body: this.#bytes.subarray(body, body + length) };
	}
}
