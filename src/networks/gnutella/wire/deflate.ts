/**
 * zlib streams of a link (Accept-Encoding: deflate), and short compressed blocks inside messages.
 *
 * Everything here is synchronous, so that a network stays a state machine. Memory: our own windows are
 * 4 KiB, which costs a little compression (messages repeat within a few kilobytes anyway) and keeps a
 * deflater near 38 KiB; an inflater has the window that the peer's header asks for, at most 32 KiB.
 *
 * A peer may send a bomb, so an inflater hands on at most 16 KiB at once and stops when
 * one push gives more than a burst, or the link as a whole more than a ratio, allows (limits.ts).
 * What was handed on before that was within the bounds; nothing is unpacked beyond them.
 */
import {
	Z_BUF_ERROR,
	Z_NO_FLUSH,
	Z_OK,
	Z_STREAM_END,
	Z_SYNC_FLUSH,
	type ZStream,
	zlibDeflate,
	zlibInflate,
} from 'pako';
import type { Refusal } from '../../../evidence/refusal.ts';
import {
	endInflate,
	newDeflate,
	newInflate,
	openOutput,
	zlibScratch as scratch,
	unpackBlock,
} from '../../common/zlib.ts';
import { ours } from '../limits.ts';
import { refusal } from '../refusals.ts';
import { concat } from './text.ts';

const broken = refusal('gnutella.deflate.broken');
const ended = refusal('gnutella.deflate.broken', 'data after the end of the stream');
const bomb = refusal('gnutella.deflate.bomb');

const EMPTY = new Uint8Array(0);

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
	/** Until it ends. */
	#stream: ZStream | undefined = newInflate();
	#taken = 0;
	#given = 0;
	#refusal: Refusal | undefined;
	readonly #most: number | undefined;

	/** `most`: bytes in all, where that is known (a table patch); it replaces burst and ratio. */
	constructor(most?: number) {
		this.#most = most;
	}

	/** Each chunk given to `sink` is its own array. A refusal stays; undefined means that all is well. */
	push(bytes: Uint8Array, sink: (chunk: Uint8Array) => void): Refusal | undefined {
		if (this.#refusal || bytes.length === 0) return this.#refusal;
		const stream = this.#stream;
		if (stream === undefined) return this.#refuse(ended);
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
				const isMore = stream.avail_in > 0;
				this.#stream = undefined;
				endInflate(stream);
				return isMore ? this.#refuse(ended) : undefined;
			}
			if (status !== Z_OK && status !== Z_BUF_ERROR) return this.#refuse(broken);
			if (made < scratch.length) return stream.avail_in > 0 ? this.#refuse(broken) : this.#rest();
		}
	}

	#rest(): undefined {
		if (this.#stream !== undefined) this.#stream.input = EMPTY;
		return undefined;
	}

	#refuse(why: Refusal): Refusal {
		this.#refusal = why;
		this.#rest();
		return why;
	}
}

/** A whole zlib block of at most `most` bytes once unpacked. */
export function inflateBlock(bytes: Uint8Array, most: number): Uint8Array | Refusal {
	const unpacked = unpackBlock(bytes, most);
	if (unpacked === 'bomb') return bomb;
	return unpacked === 'broken' ? broken : unpacked;
}
