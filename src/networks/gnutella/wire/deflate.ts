/**
 * zlib streams of a link (Accept-Encoding: deflate), and short compressed blocks inside messages.
 *
 * Everything here is synchronous, so that a network stays a state machine. Memory: our own windows are
 * 4 KiB, which costs a little compression (messages repeat within a few kilobytes anyway) and keeps a
 * deflater near 38 KiB; an inflater has the window that the peer's header asks for, at most 32 KiB.
 *
 * A peer may send a bomb, so an inflater hands on at most `inflateChunk` bytes at once and stops when
 * one push gives more than a burst, or the link as a whole more than a ratio, allows (limits.ts).
 * What was handed on before that was within the bounds; nothing is unpacked beyond them.
 */
import {
	Z_BUF_ERROR,
	Z_DEFAULT_STRATEGY,
	Z_FINISH,
	Z_NO_FLUSH,
	Z_OK,
	Z_RLE,
	Z_STREAM_END,
	Z_SYNC_FLUSH,
	ZStream,
	zlibDeflate,
	zlibDeflateInit2,
	zlibInflate,
	zlibInflateInit2,
} from 'pako';
import type { Refusal } from '../../../evidence/refusal.ts';
import { ours } from '../limits.ts';
import { refusal } from '../refusals.ts';
import { concat } from './text.ts';

const LEVEL = 6;
const METHOD_DEFLATE = 8;
const WINDOW_BITS = 12;
const MEMORY_LEVEL = 5;
/** The window that the stream's own header asks for. */
const WINDOW_OF_STREAM = 0;
/** pako's newer hash needs 64 KiB whatever the memory level; the classic one does not. */
const CLASSIC_HASH = true;

const broken = refusal('gnutella.deflate.broken');
const ended = refusal('gnutella.deflate.broken', 'data after the end of the stream');
const bomb = refusal('gnutella.deflate.bomb');

const EMPTY = new Uint8Array(0);
/** Output of whichever stream is at work: results are copied out before anyone else runs. */
const scratch = new Uint8Array(ours.inflateChunk);

export class LinkDeflater {
	readonly #stream = newDeflate();
	#out: Uint8Array[] = [];

	/** Takes bytes; they come out at the latest with flush. */
	push(bytes: Uint8Array): void {
		const stream = this.#stream;
		stream.input = bytes;
		stream.next_in = 0;
		stream.avail_in = bytes.length;
		while (stream.avail_in > 0) this.#run(Z_NO_FLUSH);
		stream.input = EMPTY;
	}

	/** Everything since the last flush, ended so that the peer can unpack all of it. */
	flush(): Uint8Array {
		do this.#run(Z_SYNC_FLUSH);
		while (this.#stream.avail_out === 0);
		const out = this.#out.length === 1 ? this.#out[0] : concat(this.#out);
		this.#out = [];
		return out;
	}

	#run(flush: typeof Z_NO_FLUSH | typeof Z_SYNC_FLUSH): void {
		const stream = this.#stream;
		openOutput(stream);
		const status = zlibDeflate(stream, flush);
		if (status !== Z_OK && status !== Z_BUF_ERROR) throw new Error(`deflate failed: ${status}`);
		if (stream.next_out > 0) this.#out.push(scratch.slice(0, stream.next_out));
	}
}

export class LinkInflater {
	readonly #stream = newInflate();
	#taken = 0;
	#given = 0;
	#ended = false;
	#refusal: Refusal | undefined;
	readonly #most: number | undefined;

	/** `most`: bytes in all, where that is known (a table patch); it replaces burst and ratio. */
	constructor(most?: number) {
		this.#most = most;
	}

	/** Each chunk given to `sink` is its own array. A refusal stays; undefined means that all is well. */
	push(bytes: Uint8Array, sink: (chunk: Uint8Array) => void): Refusal | undefined {
		if (this.#refusal || bytes.length === 0) return this.#refusal;
		if (this.#ended) return this.#refuse(ended);
		const stream = this.#stream;
		stream.input = bytes;
		stream.next_in = 0;
		stream.avail_in = bytes.length;
		this.#taken += bytes.length;
		const most =
			this.#most ??
			Math.min(
				this.#given + ours.inflateBurst + 32 * bytes.length,
				ours.inflateCredit + ours.inflateRatio * this.#taken,
			);
		for (;;) {
			openOutput(stream);
			const status = zlibInflate(stream, Z_SYNC_FLUSH);
			const made = stream.next_out;
			this.#given += made;
			if (this.#given > most) return this.#refuse(bomb);
			if (made > 0) sink(scratch.slice(0, made));
			if (status === Z_STREAM_END) {
				this.#ended = true;
				return stream.avail_in > 0 ? this.#refuse(ended) : this.#rest();
			}
			if (status !== Z_OK && status !== Z_BUF_ERROR) return this.#refuse(broken);
			if (made < scratch.length) return stream.avail_in > 0 ? this.#refuse(broken) : this.#rest();
		}
	}

	#rest(): undefined {
		this.#stream.input = EMPTY;
		return undefined;
	}

	#refuse(why: Refusal): Refusal {
		this.#refusal = why;
		this.#stream.input = EMPTY;
		return why;
	}
}

/** A whole zlib block of at most `most` bytes once unpacked. */
export function inflateBlock(bytes: Uint8Array, most: number): Uint8Array | Refusal {
	const stream = newInflate();
	stream.input = bytes;
	stream.avail_in = bytes.length;
	const parts: Uint8Array[] = [];
	let given = 0;
	for (;;) {
		openOutput(stream);
		const status = zlibInflate(stream, Z_SYNC_FLUSH);
		given += stream.next_out;
		if (given > most) return bomb;
		if (stream.next_out > 0) parts.push(scratch.slice(0, stream.next_out));
		if (status === Z_STREAM_END) return parts.length === 1 ? parts[0] : concat(parts);
		if (status !== Z_OK || stream.avail_out > 0) return broken;
	}
}

/** `runs`: only runs of one byte are looked for, ten times as fast and as good for routing tables. */
export function deflateBlock(bytes: Uint8Array, runs = false): Uint8Array {
	const stream = newDeflate(runs ? Z_RLE : Z_DEFAULT_STRATEGY);
	stream.input = bytes;
	stream.avail_in = bytes.length;
	const parts: Uint8Array[] = [];
	for (;;) {
		openOutput(stream);
		const status = zlibDeflate(stream, Z_FINISH);
		parts.push(scratch.slice(0, stream.next_out));
		if (status === Z_STREAM_END) return parts.length === 1 ? parts[0] : concat(parts);
		if (status !== Z_OK) throw new Error(`deflate failed: ${status}`);
	}
}

function newDeflate(strategy: typeof Z_DEFAULT_STRATEGY | typeof Z_RLE = Z_DEFAULT_STRATEGY): ZStream {
	const stream = new ZStream();
	stream.input = EMPTY;
	zlibDeflateInit2(stream, LEVEL, METHOD_DEFLATE, WINDOW_BITS, MEMORY_LEVEL, strategy, CLASSIC_HASH);
	return stream;
}

function newInflate(): ZStream {
	const stream = new ZStream();
	stream.input = EMPTY;
	zlibInflateInit2(stream, WINDOW_OF_STREAM);
	return stream;
}

function openOutput(stream: ZStream): void {
	stream.output = scratch;
	stream.next_out = 0;
	stream.avail_out = scratch.length;
}
