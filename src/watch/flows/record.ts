/** A flow as its records show it: turned so that the opener is the source. One object, filled for each flow. */
import {
	addressA,
	addressB,
	bytesAB,
	bytesBA,
	closedState,
	type FlowTable,
	icmpType,
	kind,
	lastMicroseconds,
	lastSeconds,
	openedByB,
	packetsAB,
	packetsBA,
	payloadFromA,
	payloadFromB,
	ports,
	serial,
	startMicroseconds,
	startSeconds,
	state,
} from './table.ts';

export class FlowRecord {
	/** 4 or 6. */
	version = 4;
	/** The first 4 or all 16 bytes count. */
	readonly source = new Uint8Array(16);
	readonly destination = new Uint8Array(16);
	addressLength = 4;
	protocol = 0;
	/** ICMP: type and code of the first packet. */
	sourcePort = 0;
	destinationPort = 0;
	startSeconds = 0;
	startMicroseconds = 0;
	endSeconds = 0;
	endMicroseconds = 0;
	packetsToServer = 0;
	packetsToClient = 0;
	bytesToServer = 0;
	bytesToClient = 0;
	/** TCP flags seen from the opener and from the answerer. */
	flagsToServer = 0;
	flagsToClient = 0;
	payloadToServer = false;
	payloadToClient = false;
	closed = false;
	/** Number of the flow in this run, from 1. */
	serial = 0;

	fill(table: FlowTable, flow: number): void {
		const { ints, doubles } = table;
		const bits = ints[flow + state]!;
		const turned = (bits & openedByB) !== 0;
		this.version = (ints[flow + kind]! & 256) === 0 ? 4 : 6;
		this.addressLength = this.version === 4 ? 4 : 16;
		this.protocol = ints[flow + kind]! & 255;
		this.#address(table, ints[flow + addressA]!, turned ? this.destination : this.source);
		this.#address(table, ints[flow + addressB]!, turned ? this.source : this.destination);
		const both = ints[flow + ports]!;
		this.sourcePort = turned ? both & 0xffff : both >>> 16;
		this.destinationPort = turned ? both >>> 16 : both & 0xffff;
		if (this.protocol === 1 || this.protocol === 58) {
			this.sourcePort = ints[flow + icmpType]! >> 8;
			this.destinationPort = ints[flow + icmpType]! & 255;
		}
		this.startSeconds = ints[flow + startSeconds]!;
		this.startMicroseconds = ints[flow + startMicroseconds]!;
		this.endSeconds = ints[flow + lastSeconds]!;
		this.endMicroseconds = ints[flow + lastMicroseconds]!;
		this.packetsToServer = ints[flow + (turned ? packetsBA : packetsAB)]!;
		this.packetsToClient = ints[flow + (turned ? packetsAB : packetsBA)]!;
		this.bytesToServer = doubles[(flow + (turned ? bytesBA : bytesAB)) >> 1]!;
		this.bytesToClient = doubles[(flow + (turned ? bytesAB : bytesBA)) >> 1]!;
		this.flagsToServer = turned ? (bits >> 8) & 255 : bits & 255;
		this.flagsToClient = turned ? bits & 255 : (bits >> 8) & 255;
		this.payloadToServer = (bits & (turned ? payloadFromB : payloadFromA)) !== 0;
		this.payloadToClient = (bits & (turned ? payloadFromA : payloadFromB)) !== 0;
		this.closed = (bits & closedState) !== 0;
		this.serial = ints[flow + serial]! >>> 0;
	}

	#address(table: FlowTable, address: number, into: Uint8Array): void {
		if (this.version === 4) return putWord(into, 0, address);
		for (let index = 0; index < 4; index++) putWord(into, index << 2, table.addresses.word(address, index));
	}
}

function putWord(into: Uint8Array, at: number, word: number): void {
	into[at] = word >>> 24;
	into[at + 1] = (word >> 16) & 255;
	into[at + 2] = (word >> 8) & 255;
	into[at + 3] = word & 255;
}
