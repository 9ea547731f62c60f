/**
 * Captures from files and streams. The first four bytes say which format it is; what is neither pcap nor
 * pcapng is refused as a value, with the sentence of its reason.
 *
 * Files are read piece by piece into one buffer; what a reader leaves (less than a packet) moves to its front.
 * Streams come in pieces of any size: packets are read where they lie, and only one that is spread over two pieces
 * is copied together.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import type { Refusal } from '../../evidence/refusal.ts';
import { type CaptureReader, MAX_WANTED } from './capture-reader.ts';
import type { CaptureEnd, PacketSink } from './packet-sink.ts';
import { isPcap, PcapReader } from './pcap.ts';
import { isPcapng, PcapngReader } from './pcapng.ts';

const MAGIC = 4;
/** More than any reader wants; larger ones no longer fit into the processor's cache, and reading slows down. */
const PIECE = 1_048_576;

/** A reader for a capture of which [from, to) are the first bytes: at least four, or all there are. */
export function readerOf(
	bytes: Uint8Array,
	from: number,
	to: number,
	sink: PacketSink,
): CaptureReader | Refusal {
	if (to - from < MAGIC) {
		const detail = to === from ? 'it is empty' : `it ends after ${to - from} bytes`;
		return { refused: 'watch.capture.unknown', detail };
	}
	const view = new DataView(bytes.buffer, bytes.byteOffset + from, MAGIC);
	const word = view.getInt32(0, false);
	if (isPcapng(word)) return new PcapngReader(sink);
	if (isPcap(view.getInt32(0, true), word)) return new PcapReader(sink);
	if (word >>> 16 === 0x1f8b) return { refused: 'watch.capture.compressed', detail: 'gzip' };
	if (word === 0x28b52ffd) return { refused: 'watch.capture.compressed', detail: 'zstd' };
	const begin = (word >>> 0).toString(16).padStart(8, '0');
	return { refused: 'watch.capture.unknown', detail: `it begins with the bytes ${begin}` };
}

/** Reads a file by its path, or what is open already (0: standard input, waiting for it), to its end. */
export function readCapture(file: string | number, sink: PacketSink): CaptureEnd | Refusal {
	const opened = openCapture(file);
	if (typeof opened !== 'number') return opened;
	try {
		return readAll(opened, sink);
	} finally {
		if (typeof file === 'string') closeSync(opened);
	}
}

export function openCapture(file: string | number): number | Refusal {
	if (typeof file === 'number') return file;
	try {
		return openSync(file, 'r');
	} catch (error) {
		return { refused: 'watch.capture.unreadable', detail: `${file}: ${codeOf(error)}` };
	}
}

function readAll(descriptor: number, sink: PacketSink): CaptureEnd | Refusal {
	const buffer = new Uint8Array(PIECE);
	let reader: CaptureReader | undefined;
	let filled = 0;
	for (;;) {
		const count = readInto(descriptor, buffer, filled);
		if (typeof count === 'string') return reader === undefined ? unreadable(count) : broken(reader, count);
		filled += count;
		if (reader === undefined) {
			if (filled < MAGIC && count > 0) continue;
			const found = readerOf(buffer, 0, filled, sink);
			if ('refused' in found) return found;
			reader = found;
		}
		if (count === 0) return reader.finish(buffer, 0, filled);
		const consumed = reader.feed(buffer, 0, filled);
		if (reader.damage !== undefined) return reader.finish(buffer, consumed, filled);
		if (consumed > 0) buffer.copyWithin(0, consumed, filled);
		filled -= consumed;
	}
}

const unreadable = (code: string): Refusal => ({ refused: 'watch.capture.unreadable', detail: code });

function broken(reader: CaptureReader, code: string): CaptureEnd {
	const end = reader.finish(new Uint8Array(0), 0, 0);
	return { ...end, damage: readingFailed(code) };
}

export const readingFailed = (code: string): string =>
	`The capture cannot be read any further (${code}): everything before it was read.`;

/** Reads what there is, at least a byte, behind the first `filled` of the buffer; 0: the end; or the error's code. */
export function readInto(descriptor: number, buffer: Uint8Array, filled: number): number | string {
	for (;;) {
		try {
			return readSync(descriptor, buffer, filled, buffer.length - filled, null);
		} catch (error) {
			const code = codeOf(error);
			if (code === 'EOF') return 0;
			if (code !== 'EAGAIN') return code;
			// Standard input may be set not to wait: this waits for it.
			Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
		}
	}
}

function codeOf(error: unknown): string {
	return (error as NodeJS.ErrnoException).code ?? String(error);
}

/** A capture that comes in pieces: a child's output, or standard input where other things go on meanwhile. */
export class CaptureStream {
	readonly #sink: PacketSink;
	#reader: CaptureReader | undefined;
	#refusal: Refusal | undefined;
	/** The begin of a record that is not whole yet. */
	#rest = new Uint8Array(65_536);
	#filled = 0;

	constructor(sink: PacketSink) {
		this.#sink = sink;
	}

	/** Damaged or refused: nothing more is taken, and its sender may be ended. */
	get stopped(): boolean {
		return this.#refusal !== undefined || this.#reader?.damage !== undefined;
	}

	push(chunk: Uint8Array): void {
		let at = 0;
		while (at < chunk.length && !this.stopped) {
			if (this.#filled > 0 || this.#reader === undefined) at += this.#complete(chunk, at);
			else {
				at += this.#reader.feed(chunk, at, chunk.length);
				if (at < chunk.length) at += this.#keep(chunk, at, chunk.length);
			}
		}
	}

	end(): CaptureEnd | Refusal {
		if (this.#reader === undefined) this.#begin();
		return this.#reader?.finish(this.#rest, 0, this.#filled) ?? this.#refusal!;
	}

	/** Adds to the rest what its record wants, and lets it be read; returns how much of the chunk that took. */
	#complete(chunk: Uint8Array, at: number): number {
		const wanted = (this.#reader?.wants ?? MAGIC) - this.#filled;
		const taken = this.#keep(chunk, at, Math.min(chunk.length, at + wanted));
		if (taken < wanted) return taken;
		if (this.#reader === undefined) this.#begin();
		const consumed = this.#reader?.feed(this.#rest, 0, this.#filled) ?? 0;
		this.#rest.copyWithin(0, consumed, this.#filled);
		this.#filled -= consumed;
		return taken;
	}

	#begin(): void {
		const found = readerOf(this.#rest, 0, this.#filled, this.#sink);
		if ('refused' in found) this.#refusal = found;
		else this.#reader = found;
	}

	#keep(chunk: Uint8Array, from: number, to: number): number {
		const filled = this.#filled + to - from;
		if (filled > this.#rest.length) {
			if (filled > 2 * MAX_WANTED) throw new Error(`a reader of captures left ${filled} bytes`);
			const larger = new Uint8Array(Math.max(filled, Math.min(2 * this.#rest.length, MAX_WANTED)));
			larger.set(this.#rest.subarray(0, this.#filled));
			this.#rest = larger;
		}
		this.#rest.set(chunk.subarray(from, to), this.#filled);
		this.#filled = filled;
		return to - from;
	}
}
