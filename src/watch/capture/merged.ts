/**
 * Several captures as one, in the order of time: of all files, the one whose next packet is the oldest is next.
 *
 * Inside of a file the order of its packets stays, as in Wireshark's mergecap: a capture may be a little out of
 * order where it was made on several processors, and nothing here sorts it. Of packets at the same time, the one
 * of the file that was named first comes first.
 *
 * Each file has a small buffer, and a queue of where the packets in it lie. Files wait in a heap by the
 * time of their next packet. A single file takes none of this.
 */
import { closeSync } from 'node:fs';
import { isRefusal, type Refusal } from '../../evidence/refusal.ts';
import { openCapture, readCapture, readerOf, readInto, readingFailed } from './capture-file.ts';
import { type CaptureReader, MAX_WANTED } from './capture-reader.ts';
import type { CaptureEnd, PacketSink } from './packet-sink.ts';

const BUFFER = 131_072;
/** Words of a packet in the queue: from, to, wireLength, link, seconds, microseconds. */
const WORDS = 6;

/** Reads all to their ends. A file that is no capture refuses all, before any packet is handed on. */
export function readMerged(paths: readonly string[], sink: PacketSink): CaptureEnd | Refusal {
	if (paths.length === 1) return readCapture(paths[0]!, sink);
	const sources: Source[] = [];
	try {
		for (const path of paths) {
			const source = Source.open(path, sources.length);
			if (isRefusal(source)) return source;
			sources.push(source);
		}
		merge(
			sources.filter((source) => source.fill()),
			sink,
		);
		return together(sources);
	} finally {
		for (const source of sources) source.close();
	}
}

function merge(heap: Source[], sink: PacketSink): void {
	for (let at = heap.length >> 1; at >= 0; at--) sift(heap, at);
	while (heap.length > 0) {
		const source = heap[0]!;
		source.hand(sink);
		if (!source.fill()) {
			const last = heap.pop()!;
			if (last === source) return;
			heap[0] = last;
		}
		sift(heap, 0);
	}
}

/** Moves the source at `start` down to where it belongs in the heap. */
function sift(heap: Source[], start: number): void {
	let at = start;
	for (;;) {
		let oldest = at;
		const left = 2 * at + 1;
		if (left < heap.length && heap[left]!.before(heap[oldest]!)) oldest = left;
		if (left + 1 < heap.length && heap[left + 1]!.before(heap[oldest]!)) oldest = left + 1;
		if (oldest === at) return;
		const moved = heap[at]!;
		heap[at] = heap[oldest]!;
		heap[oldest] = moved;
		at = oldest;
	}
}

function together(sources: readonly Source[]): CaptureEnd {
	let packets = 0;
	let bytes = 0;
	let dropped = 0;
	const damages: string[] = [];
	for (const { path, end } of sources) {
		if (end === undefined) throw new Error('a merged capture was not read to its end');
		packets += end.packets;
		bytes += end.bytes;
		dropped += end.dropped;
		if (end.damage !== undefined) damages.push(`${path}: ${end.damage}`);
	}
	const sums = { packets, bytes, dropped };
	return damages.length === 0 ? sums : { ...sums, damage: damages.join(' ') };
}

/** A file of which the next packets are known; the sink of its own reader. */
class Source implements PacketSink {
	readonly path: string;
	readonly #order: number;
	#descriptor: number | undefined;
	#reader: CaptureReader | undefined;
	#buffer = new Uint8Array(BUFFER);
	/** What is in the buffer and not consumed by the reader. */
	#from = 0;
	#to = 0;
	#queue = new Int32Array(WORDS * 1024);
	#next = 0;
	#queued = 0;
	/** Of the next packet. */
	#seconds = 0;
	#microseconds = 0;
	end: CaptureEnd | undefined;

	private constructor(path: string, order: number, descriptor: number) {
		this.path = path;
		this.#order = order;
		this.#descriptor = descriptor;
	}

	static open(path: string, order: number): Source | Refusal {
		const descriptor = openCapture(path);
		if (typeof descriptor !== 'number') return descriptor;
		const source = new Source(path, order, descriptor);
		const refusal = source.#begin(descriptor);
		if (refusal === undefined) return source;
		source.close();
		return { refused: refusal.refused, detail: `${path}: ${refusal.detail ?? ''}` };
	}

	#begin(descriptor: number): Refusal | undefined {
		while (this.#to < 4) {
			const count = readInto(descriptor, this.#buffer, this.#to);
			if (typeof count === 'string') return { refused: 'watch.capture.unreadable', detail: count };
			if (count === 0) break;
			this.#to += count;
		}
		const found = readerOf(this.#buffer, 0, this.#to, this);
		if (isRefusal(found)) return found;
		this.#reader = found;
		return undefined;
	}

	/** Makes sure that the next packet is known; false: there is none. */
	fill(): boolean {
		while (this.#next === this.#queued && this.#descriptor !== undefined) this.#feed(this.#descriptor);
		if (this.#next === this.#queued) return false;
		this.#seconds = this.#queue[this.#next + 4]! >>> 0;
		this.#microseconds = this.#queue[this.#next + 5]!;
		return true;
	}

	before(other: Source): boolean {
		if (this.#seconds !== other.#seconds) return this.#seconds < other.#seconds;
		if (this.#microseconds !== other.#microseconds) return this.#microseconds < other.#microseconds;
		return this.#order < other.#order;
	}

	hand(sink: PacketSink): void {
		const queue = this.#queue;
		const at = this.#next;
		this.#next += WORDS;
		sink.packet(
			this.#buffer,
			queue[at]!,
			queue[at + 1]!,
			queue[at + 2]!,
			queue[at + 3]!,
			this.#seconds,
			this.#microseconds,
		);
	}

	packet(
		_bytes: Uint8Array,
		from: number,
		to: number,
		wireLength: number,
		link: number,
		seconds: number,
		microseconds: number,
	): void {
		const at = this.#queued;
		if (at === this.#queue.length) {
			const larger = new Int32Array(2 * at);
			larger.set(this.#queue);
			this.#queue = larger;
		}
		const queue = this.#queue;
		queue[at] = from;
		queue[at + 1] = to;
		queue[at + 2] = wireLength;
		queue[at + 3] = link;
		queue[at + 4] = seconds;
		queue[at + 5] = microseconds;
		this.#queued = at + WORDS;
	}

	/** All queued packets are handed on: reads further, and queues what is whole then. */
	#feed(descriptor: number): void {
		const reader = this.#reader!;
		this.#next = 0;
		this.#queued = 0;
		this.#from += reader.feed(this.#buffer, this.#from, this.#to);
		if (this.#queued > 0) return;
		if (reader.damage !== undefined) return this.#finish();
		this.#makeRoom(reader.wants);
		const count = readInto(descriptor, this.#buffer, this.#to);
		if (typeof count === 'string') this.#finish(readingFailed(count));
		else if (count === 0) this.#finish();
		else this.#to += count;
	}

	#makeRoom(wanted: number): void {
		let larger = this.#buffer;
		if (wanted > larger.length) {
			if (wanted > MAX_WANTED) throw new Error(`a reader of captures wants ${wanted} bytes`);
			larger = new Uint8Array(MAX_WANTED);
		}
		larger.set(this.#buffer.subarray(this.#from, this.#to));
		this.#buffer = larger;
		this.#to -= this.#from;
		this.#from = 0;
	}

	#finish(damage?: string): void {
		const end = this.#reader!.finish(this.#buffer, this.#from, this.#to);
		this.end = damage === undefined ? end : { ...end, damage };
		this.close();
	}

	close(): void {
		if (this.#descriptor !== undefined) closeSync(this.#descriptor);
		this.#descriptor = undefined;
	}
}
