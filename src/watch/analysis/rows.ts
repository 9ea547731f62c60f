/**
 * The flows of an analysis, in columns: 59 bytes each, in blocks of 65,536 that are made as they are needed. Addresses
 * of IPv4 stand in their column; those of IPv6 are numbers of a pool. Names and evidence are numbers of texts.
 *
 * Bounded: 10,000,000 rows, 1,000,000 addresses of IPv6, 200,000 different sentences of evidence. A flow that finds
 * no room is counted (`left`) and is in no answer.
 */
import { ipv4Text, ipv6Text } from '../../networks/common/address.ts';
import { stateOf } from '../export/eve.ts';
import { Addresses } from '../flows/addresses.ts';
import type { FlowRecord } from '../flows/record.ts';
import type { By, Verdict } from '../recognise/verdict.ts';
import { Names } from './names.ts';
import type { Sought } from './packets-of.ts';

export const blockRows = 65_536;
export const mostRows = 10_000_000;
const mostAddresses = 1_000_000;

export const grounds: readonly (By | '')[] = ['', 'payload', 'seed', 'learned', 'behaviour', 'port'];
export const states = ['new', 'established', 'closed'] as const;

/** Bits of `marks`: IPv6; state in two bits; grounds in three. */
const version6 = 1;

export class Block {
	/** Row of its first one. */
	readonly from: number;
	count = 0;
	readonly source = new Int32Array(blockRows);
	readonly destination = new Int32Array(blockRows);
	readonly sourcePort = new Uint16Array(blockRows);
	readonly destinationPort = new Uint16Array(blockRows);
	readonly protocol = new Uint8Array(blockRows);
	readonly marks = new Uint8Array(blockRows);
	readonly network = new Uint8Array(blockRows);
	readonly label = new Uint16Array(blockRows);
	readonly evidence = new Uint32Array(blockRows);
	/** Milliseconds since the epoch. */
	readonly start = new Float64Array(blockRows);
	/** Milliseconds. */
	readonly duration = new Uint32Array(blockRows);
	readonly packetsToServer = new Uint32Array(blockRows);
	readonly packetsToClient = new Uint32Array(blockRows);
	readonly bytesToServer = new Float64Array(blockRows);
	readonly bytesToClient = new Float64Array(blockRows);
	/** Number of the rule that would meet it, from 1; 0: none. */
	readonly rule = new Uint16Array(blockRows);

	constructor(from: number) {
		this.from = from;
	}

	is6(at: number): boolean {
		return (this.marks[at]! & version6) !== 0;
	}

	state(at: number): number {
		return (this.marks[at]! >> 1) & 3;
	}

	by(at: number): number {
		return this.marks[at]! >> 3;
	}

	bytes(at: number): number {
		return this.bytesToServer[at]! + this.bytesToClient[at]!;
	}

	packets(at: number): number {
		return this.packetsToServer[at]! + this.packetsToClient[at]!;
	}
}

export class Rows {
	readonly blocks: Block[] = [];
	count = 0;
	/** Flows that found no room. */
	left = 0;
	/** Rows that were added or changed so far. */
	changes = 0;
	readonly networks = new Names(255, 'others');
	readonly labels = new Names(65_535, 'others');
	readonly evidence = new Names(200_000, 'more different reasons than are kept');
	readonly #addresses6 = new Addresses();
	/** Addresses of IPv6 that are there; Addresses counts uses, and a new one has none. */
	#count6 = 0;
	readonly #most: number;

	constructor(most = mostRows) {
		this.#most = most;
	}

	/** The row; undefined: there is no room. */
	add(flow: FlowRecord, verdict: Verdict | undefined): number | undefined {
		if (this.count >= this.#most || (flow.version === 6 && this.#count6 >= mostAddresses - 1)) {
			this.left++;
			return undefined;
		}
		const row = this.count++;
		if (row % blockRows === 0) this.blocks.push(new Block(row));
		this.put(row, flow, verdict);
		return row;
	}

	/** A row as it is now. */
	put(row: number, flow: FlowRecord, verdict: Verdict | undefined): void {
		const is6 = flow.version === 6;
		const block = this.block(row);
		const at = row - block.from;
		this.changes++;
		block.source[at] = this.#address(flow.source, is6);
		block.destination[at] = this.#address(flow.destination, is6);
		block.sourcePort[at] = flow.sourcePort;
		block.destinationPort[at] = flow.destinationPort;
		block.protocol[at] = flow.protocol;
		const state = states.indexOf(stateOf(flow));
		const by = verdict === undefined ? 0 : grounds.indexOf(verdict.by);
		block.marks[at] = (is6 ? version6 : 0) | (state << 1) | (by << 3);
		block.network[at] = this.networks.number(verdict?.network);
		block.label[at] = this.labels.number(verdict?.label);
		block.evidence[at] = this.evidence.number(verdict?.evidence);
		const start = flow.startSeconds * 1000 + flow.startMicroseconds / 1000;
		const end = flow.endSeconds * 1000 + flow.endMicroseconds / 1000;
		block.start[at] = start;
		block.duration[at] = Math.min(0xffffffff, Math.max(0, Math.round(end - start)));
		block.packetsToServer[at] = flow.packetsToServer;
		block.packetsToClient[at] = flow.packetsToClient;
		block.bytesToServer[at] = flow.bytesToServer;
		block.bytesToClient[at] = flow.bytesToClient;
		block.count = Math.max(block.count, at + 1);
	}

	block(row: number): Block {
		return this.blocks[Math.floor(row / blockRows)]!;
	}

	/** An address column's value as text. */
	addressText(address: number, is6: boolean): string {
		const bytes = this.addressBytes(address, is6);
		return is6 ? ipv6Text(bytes) : ipv4Text(bytes);
	}

	addressBytes(address: number, is6: boolean): Uint8Array {
		const bytes = new Uint8Array(is6 ? 16 : 4);
		for (const [index, word] of this.#words(address, is6).entries())
			if (index * 4 < bytes.length) putWord(bytes, index * 4, word);
		return bytes;
	}

	/** What to look for in the capture. */
	sought(row: number): Sought {
		const block = this.block(row);
		const at = row - block.from;
		const is6 = block.is6(at);
		const start = block.start[at]!;
		return {
			source: this.#words(block.source[at]!, is6),
			destination: this.#words(block.destination[at]!, is6),
			sourcePort: block.sourcePort[at]!,
			destinationPort: block.destinationPort[at]!,
			protocol: block.protocol[at]!,
			from: Math.floor(start / 1000),
			to: Math.ceil((start + block.duration[at]!) / 1000),
		};
	}

	/** By number of an IPv6 address: 1 where its text passes. */
	which6(passes: (text: string) => boolean): Uint8Array {
		const found = new Uint8Array(this.#count6);
		for (let number = 0; number < found.length; number++)
			found[number] = passes(this.addressText(number, true)) ? 1 : 0;
		return found;
	}

	#words(address: number, is6: boolean): number[] {
		if (!is6) return [address, 0, 0, 0];
		return [0, 1, 2, 3].map((index) => this.#addresses6.word(address, index));
	}

	#address(bytes: Uint8Array, is6: boolean): number {
		if (!is6) return word(bytes, 0);
		const number = this.#addresses6.number(word(bytes, 0), word(bytes, 4), word(bytes, 8), word(bytes, 12));
		this.#count6 = Math.max(this.#count6, number + 1);
		return number;
	}
}

function word(bytes: Uint8Array, at: number): number {
	return (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
}

function putWord(into: Uint8Array, at: number, value: number): void {
	into[at] = value >>> 24;
	into[at + 1] = (value >> 16) & 255;
	into[at + 2] = (value >> 8) & 255;
	into[at + 3] = value & 255;
}
