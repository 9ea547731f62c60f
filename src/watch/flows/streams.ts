/**
 * The first bytes of each direction of a TCP stream, in order: what came too early waits, what came twice is
 * cut away, a hole that is not filled is passed over and said. Memory is bounded: eight segments a direction,
 * 4,096 directions; the oldest is given up first.
 */
import type { Packet } from './packet.ts';
import { type FlowTable, nextFromA, nextFromB, sequenceOfA, sequenceOfB, state } from './table.ts';

const mostWaiting = 8;
const mostDirections = 4096;
const mostSegment = 16_384;

export interface StreamSink {
	/** Bytes [from, to) follow what came before; after `hole` they do not. Of `wireLength` bytes, some may be cut. */
	stream(
		flow: number,
		direction: number,
		bytes: Uint8Array,
		from: number,
		to: number,
		wireLength: number,
		hole: boolean,
	): void;
}

interface Segment {
	readonly sequence: number;
	readonly bytes: Uint8Array;
	readonly wireLength: number;
}

export class Streams {
	readonly #table: FlowTable;
	readonly #sink: StreamSink;
	/** Key: flow * 2 + direction. */
	readonly #waiting = new Map<number, Segment[]>();

	constructor(table: FlowTable, sink: StreamSink) {
		this.#table = table;
		this.#sink = sink;
	}

	/** A SYN: the stream begins after it. */
	begin(flow: number, direction: number, sequence: number): void {
		const ints = this.#table.ints;
		ints[flow + (direction === 0 ? nextFromA : nextFromB)] = (sequence + 1) | 0;
		ints[flow + state]! |= direction === 0 ? sequenceOfA : sequenceOfB;
	}

	payload(flow: number, direction: number, packet: Packet): void {
		const ints = this.#table.ints;
		const next = flow + (direction === 0 ? nextFromA : nextFromB);
		const known = direction === 0 ? sequenceOfA : sequenceOfB;
		if ((ints[flow + state]! & known) === 0) {
			ints[flow + state]! |= known;
			ints[next] = packet.sequence;
		}
		const ahead = (packet.sequence - ints[next]!) | 0;
		if (ahead > 0) return this.#wait(flow, direction, packet);
		const old = -ahead;
		if (old >= packet.payloadLength) return;
		ints[next] = (packet.sequence + packet.payloadLength) | 0;
		const from = packet.payload + old;
		if (from < packet.payloadEnd)
			this.#deliver(flow, direction, packet.bytes, from, packet.payloadEnd, packet.payloadLength - old);
		if (this.#waiting.size > 0) this.#drain(flow, direction, false);
	}

	forget(flow: number): void {
		if (this.#waiting.size === 0) return;
		this.#waiting.delete(flow * 2);
		this.#waiting.delete(flow * 2 + 1);
	}

	#deliver(
		flow: number,
		direction: number,
		bytes: Uint8Array,
		from: number,
		to: number,
		wireLength: number,
		hole = false,
	): void {
		this.#sink.stream(flow, direction, bytes, from, to, wireLength, hole);
	}

	#wait(flow: number, direction: number, packet: Packet): void {
		const key = flow * 2 + direction;
		let segments = this.#waiting.get(key);
		if (segments === undefined) {
			if (this.#waiting.size >= mostDirections) this.#waiting.delete(this.#waiting.keys().next().value!);
			segments = [];
			this.#waiting.set(key, segments);
		}
		const end = Math.min(packet.payloadEnd, packet.payload + mostSegment);
		segments.push({
			sequence: packet.sequence,
			bytes: packet.bytes.slice(packet.payload, end),
			wireLength: packet.payloadLength,
		});
		segments.sort((one, other) => (one.sequence - other.sequence) | 0);
		// The hole was lost before us: go on behind it.
		if (segments.length >= mostWaiting) this.#drain(flow, direction, true);
	}

	#drain(flow: number, direction: number, over: boolean): void {
		const key = flow * 2 + direction;
		const segments = this.#waiting.get(key);
		if (segments === undefined) return;
		const ints = this.#table.ints;
		const next = flow + (direction === 0 ? nextFromA : nextFromB);
		let hole = over;
		while (segments.length > 0) {
			const { sequence, bytes, wireLength } = segments[0]!;
			const ahead = (sequence - ints[next]!) | 0;
			if (ahead > 0 && !hole) return;
			segments.shift();
			const old = ahead > 0 ? 0 : -ahead;
			if (old >= wireLength) continue;
			ints[next] = (sequence + wireLength) | 0;
			if (old < bytes.length)
				this.#deliver(flow, direction, bytes, old, bytes.length, wireLength - old, hole && ahead > 0);
			hole = false;
		}
		this.#waiting.delete(key);
	}
}
