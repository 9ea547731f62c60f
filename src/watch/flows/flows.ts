/**
 * From packets to flows: decodes each packet, finds its flow, counts it, follows TCP's beginning and end, and
 * shows the payload of undecided flows to whoever recognises.
 */
import type { PacketSink } from '../capture/packet-sink.ts';
import { decode } from './decode.ts';
import { Fragments } from './fragments.ts';
import { ACK, FIN, oddities, Packet, RST, SYN, TCP, UDP } from './packet.ts';
import { type StreamSink, Streams } from './streams.ts';
import {
	closedState,
	type EndReason,
	FlowTable,
	icmpType,
	openedByB,
	payloadFromA,
	payloadFromB,
	state,
	synSeen,
	verdict,
} from './table.ts';

/** Bit of the word `verdict`: no payload of this flow is wanted any more. */
export const settled = 1;

export interface FlowSink extends StreamSink {
	datagram(flow: number, direction: number, packet: Packet): void;
	ended(flow: number, why: EndReason): void;
}

export class Flows implements PacketSink {
	readonly table: FlowTable;
	/** The packet being looked at. */
	readonly current = new Packet();
	/** Flow of the packet seen last; -1: it is in none. */
	flow = -1;
	packets = 0;
	bytes = 0;
	/** Packets that are in no flow, by oddity. */
	readonly odd = new Array<number>(oddities.length).fill(0);
	readonly #fragments = new Fragments();
	readonly #streams: Streams;
	readonly #sink: FlowSink;

	/** At most `most` flows are open at once. */
	constructor(most: number, sink: (table: FlowTable) => FlowSink) {
		this.table = new FlowTable(most, (flow, why) => {
			this.#streams.forget(flow);
			this.#sink.ended(flow, why);
		});
		this.#sink = sink(this.table);
		this.#streams = new Streams(this.table, this.#sink);
	}

	packet(
		bytes: Uint8Array,
		from: number,
		to: number,
		wireLength: number,
		link: number,
		seconds: number,
		microseconds: number,
	): void {
		const packet = this.current;
		this.packets++;
		this.bytes += wireLength;
		packet.seconds = seconds;
		packet.microseconds = microseconds;
		packet.wireLength = wireLength;
		decode(packet, bytes, from, to, link);
		if (packet.version === 0 || (packet.fragmentId !== -1 && !this.#fragments.settle(packet))) {
			this.odd[packet.odd]!++;
			this.flow = -1;
			return;
		}
		const table = this.table;
		if (seconds > table.now) table.advance(seconds);
		const flow = table.find(packet);
		this.flow = flow;
		if (packet.protocol === TCP) this.#tcp(flow, packet);
		else {
			table.count(flow, packet);
			if (table.isNew && packet.protocol !== UDP)
				table.ints[flow + icmpType] = (packet.sourcePort << 8) | packet.destinationPort;
			if (packet.protocol === UDP && packet.payloadLength > 0 && packet.fragment === 0)
				this.#datagram(flow, packet);
		}
	}

	/** The capture is over. */
	end(): void {
		this.table.end('shutdown');
	}

	#datagram(flow: number, packet: Packet): void {
		const { ints, direction } = this.table;
		ints[flow + state]! |= direction === 0 ? payloadFromA : payloadFromB;
		if ((ints[flow + verdict]! & settled) === 0) this.#sink.datagram(flow, direction, packet);
	}

	#tcp(flow: number, packet: Packet): void {
		const table = this.table;
		const direction = table.direction;
		const flags = packet.flags;
		if (!table.isNew && (flags & (SYN | ACK)) === SYN && isOver(table.ints[flow + state]!))
			table.restart(flow, packet);
		table.count(flow, packet);
		const ints = table.ints;
		const before = ints[flow + state]!;
		let bits = before | (flags << (direction === 0 ? 0 : 8));
		if (bits !== before || (flags & (SYN | FIN | RST)) !== 0) {
			if ((flags & SYN) !== 0 && packet.fragment === 0) {
				const openerIsB = (flags & ACK) === 0 ? direction === 1 : direction === 0;
				if ((bits & synSeen) === 0) bits = (openerIsB ? bits | openedByB : bits & ~openedByB) | synSeen;
				ints[flow + state] = bits;
				this.#streams.begin(flow, direction, packet.sequence);
				bits = ints[flow + state]!;
			}
			if ((flags & RST) !== 0 || (bits & FIN & (bits >> 8)) !== 0) bits |= closedState;
			ints[flow + state] = bits;
		}
		if (packet.payloadLength <= 0 || packet.fragment !== 0) return;
		ints[flow + state] = bits | (direction === 0 ? payloadFromA : payloadFromB);
		if ((ints[flow + verdict]! & settled) === 0) this.#streams.payload(flow, direction, packet);
	}
}

/** Closed after a conversation: a new SYN begins another flow. A dial that was reset may be tried again. */
function isOver(bits: number): boolean {
	return (bits & closedState) !== 0 && (bits & (payloadFromA | payloadFromB)) !== 0;
}
