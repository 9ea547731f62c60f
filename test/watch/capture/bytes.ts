/** Captures made by hand, and what was read from them. */
import type { CaptureReader } from '../../../src/watch/capture/capture-reader.ts';
import type { CaptureEnd, PacketSink } from '../../../src/watch/capture/packet-sink.ts';

export interface Read {
	readonly data: string;
	readonly wire: number;
	readonly link: number;
	readonly seconds: number;
	readonly microseconds: number;
}

/** Keeps copies of all packets. */
export class Kept implements PacketSink {
	readonly packets: Read[] = [];

	packet(
		bytes: Uint8Array,
		from: number,
		to: number,
		wire: number,
		link: number,
		seconds: number,
		microseconds: number,
	): void {
		if (from < 0 || to > bytes.length || from > to) throw new Error(`[${from}, ${to}) of ${bytes.length}`);
		const data = Buffer.from(bytes.subarray(from, to)).toString('hex');
		this.packets.push({ data, wire, link, seconds, microseconds });
	}
}

export interface Result {
	readonly packets: readonly Read[];
	readonly end: CaptureEnd;
}

/** Gives all bytes at once. */
export function readWhole(open: (sink: PacketSink) => CaptureReader, bytes: Uint8Array): Result {
	const kept = new Kept();
	const reader = open(kept);
	const consumed = reader.feed(bytes, 0, bytes.length);
	return { end: reader.finish(bytes, consumed, bytes.length), packets: kept.packets };
}

/** Hex with spaces and line ends as one likes. */
export const bytesOf = (...text: string[]): Uint8Array<ArrayBuffer> =>
	Uint8Array.from(Buffer.from(text.join('').replace(/\s/g, ''), 'hex'));

export const joined = (...parts: Uint8Array[]): Uint8Array<ArrayBuffer> =>
	Uint8Array.from(Buffer.concat(parts));

/** Numbers of 16 or 32 bits in one byte order. */
export class Order {
	readonly little: boolean;

	constructor(little: boolean) {
		this.little = little;
	}

	half(...values: number[]): Uint8Array {
		const made = Buffer.alloc(2 * values.length);
		values.forEach((value, i) => {
			const word = value & 0xffff;
			if (this.little) made.writeUInt16LE(word, 2 * i);
			else made.writeUInt16BE(word, 2 * i);
		});
		return made;
	}

	word(...values: number[]): Uint8Array {
		const made = Buffer.alloc(4 * values.length);
		values.forEach((value, i) => {
			if (this.little) made.writeUInt32LE(value >>> 0, 4 * i);
			else made.writeUInt32BE(value >>> 0, 4 * i);
		});
		return made;
	}

	long(value: bigint): Uint8Array {
		const made = Buffer.alloc(8);
		if (this.little) made.writeBigUInt64LE(BigInt.asUintN(64, value));
		else made.writeBigUInt64BE(BigInt.asUintN(64, value));
		return made;
	}

	pcapHeader(magic: number, link = 1, minor = 4): Uint8Array {
		return joined(this.word(magic), this.half(2, minor), this.word(0, 0, 65_535, link));
	}

	/** A record of a pcap file; `more` are the further bytes of the modified header. */
	record(seconds: number, fraction: number, data: Uint8Array, wire = data.length, more = 0): Uint8Array {
		return joined(this.word(seconds, fraction, data.length, wire), new Uint8Array(more), data);
	}

	/** A block of pcapng with its body padded; `length` lies about it. */
	block(type: number, ...body: Uint8Array[]): Uint8Array {
		const inside = padded(joined(...body));
		const length = this.word(inside.length + 12);
		return joined(this.word(type), length, inside, length);
	}

	section(version = 1): Uint8Array {
		return this.block(0x0a0d0d0a, this.word(0x1a2b3c4d), this.half(version, 0), this.long(-1n));
	}

	option(code: number, value: Uint8Array): Uint8Array {
		return joined(this.half(code, value.length), padded(value));
	}

	interface(link: number, snap = 0, ...options: Uint8Array[]): Uint8Array {
		return this.block(1, this.half(link, 0), this.word(snap), ...options);
	}

	enhanced(
		id: number,
		time: bigint,
		data: Uint8Array,
		wire = data.length,
		...options: Uint8Array[]
	): Uint8Array {
		const high = Number(time >> 32n);
		const low = Number(time & 0xffff_ffffn);
		return this.block(6, this.word(id, high, low, data.length, wire), padded(data), ...options);
	}

	statistics(id: number, ...options: Uint8Array[]): Uint8Array {
		return this.block(5, this.word(id, 0, 0), ...options);
	}
}

export const little = new Order(true);
export const big = new Order(false);

function padded(bytes: Uint8Array): Uint8Array {
	return joined(bytes, new Uint8Array((4 - (bytes.length % 4)) % 4));
}
