/**
 * Short zlib blocks inside messages, packed and unpacked whole and at once, so that a network stays a state
 * machine. A peer may send a bomb: nothing is unpacked beyond the bound that the caller gives.
 */
import {
	Z_DEFAULT_STRATEGY,
	Z_FINISH,
	Z_OK,
	Z_RLE,
	Z_STREAM_END,
	Z_SYNC_FLUSH,
	ZStream,
	zlibDeflate,
	zlibDeflateInit2,
	zlibInflate,
	zlibInflateInit2,
	zlibInflateReset2,
} from 'pako';

const LEVEL = 6;
const METHOD_DEFLATE = 8;
/** 4 KiB: messages repeat within a few kilobytes anyway. */
const WINDOW_BITS = 12;
const MEMORY_LEVEL = 5;
/** The window that the stream's own header asks for. */
const WINDOW_OF_STREAM = 0;
/** pako's newer hash needs 64 KiB whatever the memory level; the classic one does not. */
const CLASSIC_HASH = true;

const EMPTY = new Uint8Array(0);

/** A stream that has ended: each holds 7 KiB, and most serve one short block. */
let spare: ZStream | undefined;

/** Output of whichever stream is at work: results are copied out before anyone else runs. */
export const zlibScratch = new Uint8Array(16_384);

/** A whole block of at most `most` bytes once unpacked. */
export function unpackBlock(bytes: Uint8Array, most: number): Uint8Array | 'broken' | 'bomb' {
	const stream = newInflate();
	stream.input = bytes;
	stream.avail_in = bytes.length;
	const parts: Uint8Array[] = [];
	let given = 0;
	for (;;) {
		openOutput(stream);
		const status = zlibInflate(stream, Z_SYNC_FLUSH);
		given += stream.next_out;
		if (given > most) return 'bomb';
		if (stream.next_out > 0) parts.push(zlibScratch.slice(0, stream.next_out));
		if (status === Z_STREAM_END) {
			endInflate(stream);
			return joined(parts, given);
		}
		if (status !== Z_OK || stream.avail_out > 0) return 'broken';
	}
}

/** `runs`: only runs of one byte are looked for, ten times as fast and as good for routing tables. */
export function packBlock(bytes: Uint8Array, runs = false): Uint8Array {
	const stream = newDeflate(runs ? Z_RLE : Z_DEFAULT_STRATEGY);
	stream.input = bytes;
	stream.avail_in = bytes.length;
	const parts: Uint8Array[] = [];
	let made = 0;
	for (;;) {
		openOutput(stream);
		const status = zlibDeflate(stream, Z_FINISH);
		made += stream.next_out;
		parts.push(zlibScratch.slice(0, stream.next_out));
		if (status === Z_STREAM_END) return joined(parts, made);
		if (status !== Z_OK) throw new Error(`deflate failed: ${status}`);
	}
}

export function newDeflate(strategy: typeof Z_DEFAULT_STRATEGY | typeof Z_RLE = Z_DEFAULT_STRATEGY): ZStream {
	const stream = new ZStream();
	stream.input = EMPTY;
	zlibDeflateInit2(stream, LEVEL, METHOD_DEFLATE, WINDOW_BITS, MEMORY_LEVEL, strategy, CLASSIC_HASH);
	return stream;
}

export function newInflate(): ZStream {
	const stream = spare ?? new ZStream();
	stream.input = EMPTY;
	stream.next_in = stream.avail_in = 0;
	if (spare === undefined) zlibInflateInit2(stream, WINDOW_OF_STREAM);
	else zlibInflateReset2(stream, WINDOW_OF_STREAM);
	spare = undefined;
	return stream;
}

/** The stream has come to its end, and whoever had it uses it no more. */
export function endInflate(stream: ZStream): void {
	stream.input = EMPTY;
	spare = stream;
}

export function openOutput(stream: ZStream): void {
	stream.output = zlibScratch;
	stream.next_out = 0;
	stream.avail_out = zlibScratch.length;
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
	if (parts.length === 1) return parts[0];
	const whole = new Uint8Array(length);
	let at = 0;
	for (const part of parts) {
		whole.set(part, at);
		at += part.length;
	}
	return whole;
}
