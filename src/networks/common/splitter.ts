/**
 * Cuts a stream into frames: a header of fixed length that says how long the whole frame is. Give it a chunk, then take
 * frames until there is none; only then give the next chunk. A frame that lies whole in one chunk is a view of that chunk
 * (copy it if it is to outlive the others); one that spans chunks is gathered once. So it holds at most one chunk and one
 * unfinished frame, whose buffer grows with what has really arrived, not with what the header promises.
 * After a refusal it stays refused: where the next frame begins is unknown.
 */
import type { Refusal } from '../../evidence/refusal.ts';

/** Bytes of the frame whose whole header lies here, header and all. */
export type LengthOf = (bytes: Uint8Array, at: number) => number | Refusal;
/** The frame of so many bytes that begins here: a view. */
export type FrameAt<Frame> = (bytes: Uint8Array, at: number, length: number) => Frame;
/** What is wrong with a frame that begins so, where one byte tells. */
export type Begins = (first: number) => Refusal | undefined;

const EMPTY = new Uint8Array(0);

export class Splitter<Frame> {
	readonly #header: number;
	readonly #lengthOf: LengthOf;
	readonly #frameAt: FrameAt<Frame>;
	readonly #begins: Begins | undefined;
	#chunk: Uint8Array = EMPTY;
	#at = 0;
	#part: Uint8Array = EMPTY;
	#filled = 0;
	#refusal: Refusal | undefined;

	constructor(header: number, lengthOf: LengthOf, frameAt: FrameAt<Frame>, begins?: Begins) {
		this.#header = header;
		this.#lengthOf = lengthOf;
		this.#frameAt = frameAt;
		this.#begins = begins;
	}

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
		const left = chunk.length - from;
		if (left >= this.#header) {
			const length = this.#lengthOf(chunk, from);
			if (typeof length !== 'number') return this.#refuse(length);
			if (length <= left) {
				this.#at = from + length;
				return this.#frameAt(chunk, from, length);
			}
		}
		if (left > 0) return this.#gather();
		this.#chunk = EMPTY;
		this.#at = 0;
		return undefined;
	}

	/** Moves bytes of the chunk to the unfinished frame: first its header, then the rest. */
	#gather(): Frame | Refusal | undefined {
		if (!this.#fill(this.#header)) {
			const wrong = this.#begins?.(this.#part[0]);
			return wrong && this.#refuse(wrong);
		}
		const length = this.#lengthOf(this.#part, 0);
		if (typeof length !== 'number') return this.#refuse(length);
		if (!this.#fill(length)) return undefined;
		const frame = this.#frameAt(this.#part, 0, length);
		this.#part = EMPTY;
		this.#filled = 0;
		return frame;
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
