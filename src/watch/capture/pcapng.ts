/**
 * The capture format of Wireshark (draft-ietf-opsawg-pcapng): blocks of type, length, body, and the length again.
 *
 * - A section header says the byte order of what follows; a file may have several sections, each with its own
 *   interfaces. A section of another major version is not read.
 * - Packets are in enhanced, simple and (obsolete) packet blocks. A simple one has no time and belongs to the first
 *   interface: it gets the time of the packet before it.
 * - Statistics count drops since the capture began: the last ones of each interface count, summed at the end.
 * - Every other block is passed by, whatever its length, without being held in memory.
 *
 * Both lengths of a block must agree, and a packet, an interface and its statistics fit into one that is read as a whole;
 * where not, the next block cannot be found, so reading stops.
 */
import {
	type CaptureReader,
	cutAfterData,
	cutIn,
	cutInBlock,
	cutInHeader,
	MAX_CAPTURED,
	MAX_WANTED,
	stopped,
} from './capture-reader.ts';
import { Interface } from './interface.ts';
import type { CaptureEnd, PacketSink } from './packet-sink.ts';
import {
	BYTE_ORDER,
	ENHANCED_PACKET,
	INTERFACE,
	OLD_PACKET,
	SECTION,
	SHORTEST,
	SHORTEST_INTERFACE,
	SHORTEST_PACKET,
	SHORTEST_SECTION,
	SHORTEST_SIMPLE,
	SHORTEST_STATISTICS,
	SIMPLE_PACKET,
	STATISTICS,
} from './pcapng-blocks.ts';

const MAX_INTERFACES = 65_536;

export const isPcapng = (word: number): boolean => word === SECTION;

const isPacket = (type: number): boolean =>
	type === ENHANCED_PACKET || type === SIMPLE_PACKET || type === OLD_PACKET;

export class PcapngReader implements CaptureReader {
	readonly #sink: PacketSink;
	#bytes: Uint8Array = new Uint8Array(0);
	#view = new DataView(this.#bytes.buffer);
	#little = true;
	#interfaces: Interface[] = [];
	/** What is left to pass by of a block, and its length, which must follow then; 0: in no such block. */
	#skip = 0;
	#skipped = 0;
	#seconds = 0;
	#microseconds = 0;
	#packets = 0;
	#captured = 0;
	/** Of closed sections. */
	#dropped = 0;
	/** Where the bytes of this feed begin in the capture. */
	#origin = 0;
	#consumed = 0;
	wants = SHORTEST_SECTION;
	damage: string | undefined;

	constructor(sink: PacketSink) {
		this.#sink = sink;
	}

	feed(bytes: Uint8Array, from: number, to: number): number {
		if (this.damage !== undefined) return to - from;
		this.#look(bytes, from);
		let at = from | 0;
		for (;;) {
			const next = this.#skipped === 0 ? this.#block(at, to) : this.#pass(at, to);
			if (next < 0) return to - from;
			if (next === at) break;
			at = next;
		}
		this.#consumed += at - from;
		return at - from;
	}

	finish(bytes: Uint8Array, from: number, to: number): CaptureEnd {
		if (this.damage === undefined) {
			this.#look(bytes, from);
			this.damage = this.#cut(from, to);
		}
		let dropped = this.#dropped;
		for (const one of this.#interfaces) dropped += one.dropped;
		const end = {
			packets: this.#packets,
			bytes: this.#captured,
			dropped: Math.min(dropped, Number.MAX_SAFE_INTEGER),
		};
		return this.damage === undefined ? end : { ...end, damage: this.damage };
	}

	#look(bytes: Uint8Array, from: number): void {
		if (bytes !== this.#bytes) {
			this.#bytes = bytes;
			this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
		}
		this.#origin = this.#consumed - from;
	}

	/** Takes the block at `at`: where the next one begins, `at` if more bytes are needed, -1 for damage. */
	#block(at: number, to: number): number {
		if (to - at < SHORTEST) return this.#need(at, SHORTEST);
		const view = this.#view;
		const type = view.getInt32(at, this.#little);
		if (type === SECTION) return this.#section(at, to);
		const length = view.getInt32(at + 4, this.#little);
		if (!isPacket(type) && type !== INTERFACE && type !== STATISTICS) {
			if (length >>> 0 < SHORTEST) return this.#tooShort(at, length);
			return this.#passFrom(at, 8, length >>> 0);
		}
		if (length < SHORTEST || length > MAX_WANTED) return this.#badLength(at, length);
		const end = (at + ((length + 3) & ~3)) | 0;
		if (end > to) return this.#need(at, end - at);
		if (view.getInt32(end - 4, this.#little) !== length) return this.#twoLengths(at, end - 4, length);
		if (isPacket(type)) return this.#packet(type, at, end - 4);
		return type === INTERFACE ? this.#interface(at, end - 4) : this.#statistics(at, end - 4);
	}

	#section(at: number, to: number): number {
		if (to - at < SHORTEST_SECTION) return this.#need(at, SHORTEST_SECTION);
		const view = this.#view;
		const little = view.getInt32(at + 8, true) === BYTE_ORDER;
		if (!little && view.getInt32(at + 8, false) !== BYTE_ORDER) {
			return this.#stop(at, 'A section', 'says no byte order');
		}
		const length = view.getUint32(at + 4, little);
		if (length < SHORTEST_SECTION) return this.#tooShort(at, length);
		const version = view.getUint16(at + 12, little);
		if (version !== 1) {
			this.damage = `A section (byte ${this.#origin + at}) is of version ${version} of pcapng, which is not known: reading stopped there.`;
			return -1;
		}
		this.#little = little;
		for (const one of this.#interfaces) this.#dropped += one.dropped;
		this.#interfaces = [];
		return this.#passFrom(at, 24, length);
	}

	/** A block of which `read` bytes have been read: the rest of it is passed by. */
	#passFrom(at: number, read: number, length: number): number {
		this.#skipped = length;
		this.#skip = Math.ceil(length / 4) * 4 - 4 - read;
		return at + read;
	}

	#pass(start: number, to: number): number {
		const step = Math.min(this.#skip, to - start);
		this.#skip -= step;
		const at = start + step;
		if (step > 0) return at;
		if (to - at < 4) return this.#need(at, 4);
		const length = this.#view.getUint32(at, this.#little);
		if (length !== this.#skipped) return this.#twoLengths(at, at, this.#skipped);
		this.#skipped = 0;
		return at + 4;
	}

	#interface(at: number, end: number): number {
		if (end + 4 - at < SHORTEST_INTERFACE) return this.#tooShort(at, end + 4 - at);
		if (this.#interfaces.length === MAX_INTERFACES) {
			return this.#stop(at, 'An interface', `is one more than ${MAX_INTERFACES}`);
		}
		const view = this.#view;
		const little = this.#little;
		const described = new Interface(view.getUint16(at + 8, little), view.getUint32(at + 12, little));
		described.describe(view, at + 16, end, little);
		this.#interfaces.push(described);
		return end + 4;
	}

	#statistics(at: number, end: number): number {
		if (end + 4 - at < SHORTEST_STATISTICS) return this.#tooShort(at, end + 4 - at);
		const one = this.#interfaces[this.#view.getUint32(at + 8, this.#little)];
		one?.count(this.#view, at + 20, end, this.#little);
		return end + 4;
	}

	/** Hands on the packet of a block whose body ends at `end`; returns as #block does. */
	#packet(type: number, at: number, end: number): number {
		if (type === SIMPLE_PACKET) return this.#simplePacket(at, end);
		if (end + 4 - at < SHORTEST_PACKET) return this.#tooShort(at, end + 4 - at);
		const view = this.#view;
		const little = this.#little;
		const id = type === OLD_PACKET ? view.getUint16(at + 8, little) : view.getUint32(at + 8, little);
		const one = id < this.#interfaces.length ? this.#interfaces[id] : undefined;
		if (one === undefined) return this.#noInterface(at, id);
		const captured = view.getInt32(at + 20, little);
		const data = (at + 28) | 0;
		if (captured < 0 || captured > MAX_CAPTURED || captured > end - data) {
			return this.#badCapture(at, captured);
		}
		one.at(view.getUint32(at + 12, little), view.getUint32(at + 16, little));
		this.#seconds = one.seconds;
		this.#microseconds = one.microseconds;
		this.#hand(data, captured, view.getInt32(at + 24, little), one.link);
		return end + 4;
	}

	#simplePacket(at: number, end: number): number {
		if (end + 4 - at < SHORTEST_SIMPLE) return this.#tooShort(at, end + 4 - at);
		const one = this.#interfaces[0];
		if (one === undefined) return this.#noInterface(at, 0);
		const wire = this.#view.getUint32(at + 8, this.#little);
		const captured = one.snapLength === 0 ? wire : Math.min(wire, one.snapLength);
		const data = at + 12;
		if (captured > MAX_CAPTURED || captured > end - data) return this.#badCapture(at, captured);
		this.#hand(data, captured, wire | 0, one.link);
		return end + 4;
	}

	#hand(data: number, captured: number, wire: number, link: number): void {
		this.#packets++;
		this.#captured += captured;
		const length = wire < captured ? captured : wire;
		this.#sink.packet(this.#bytes, data, data + captured, length, link, this.#seconds, this.#microseconds);
	}

	/** The capture ends at `to`, and what begins at `at` is not whole: hands on a packet of which all data is there. */
	#cut(at: number, to: number): string | undefined {
		if (this.#consumed === 0) return cutInHeader;
		if (at === to && this.#skipped === 0) return undefined;
		const offset = this.#origin + at;
		const type = this.#skipped > 0 || to - at < 4 ? 0 : this.#view.getInt32(at, this.#little);
		if (!isPacket(type)) return cutInBlock(this.#packets, offset);
		const number = this.#packets + 1;
		if (to - at < SHORTEST) return cutIn(number, offset);
		const end = at + ((this.#view.getInt32(at + 4, this.#little) + 3) & ~3) - 4;
		if (this.#dataEnd(type, at, to, end) > to) return cutIn(number, offset);
		return this.#packet(type, at, end) < 0 ? this.damage : cutAfterData(number, offset);
	}

	/** Where the data of the packet at `at` ends, whose block is cut at `to` and was to reach `end`. */
	#dataEnd(type: number, at: number, to: number, end: number): number {
		const data = at + (type === SIMPLE_PACKET ? SHORTEST_SIMPLE : SHORTEST_PACKET) - 4;
		if (data > to) return data;
		const view = this.#view;
		if (type !== SIMPLE_PACKET) return Math.min(data + view.getUint32(at + 20, this.#little), end);
		const wire = view.getUint32(at + 8, this.#little);
		return Math.min(data + wire, data + (this.#interfaces[0]?.snapLength || wire), end);
	}

	#need(at: number, wanted: number): number {
		this.wants = wanted;
		return at;
	}

	#stop(at: number, what: string, why: string): number {
		this.damage = `${what} (byte ${this.#origin + at}) ${why}: ${stopped}`;
		return -1;
	}

	#tooShort(at: number, length: number): number {
		return this.#stop(at, 'A block', `says that it is ${length} bytes long, which is too short for its kind`);
	}

	#badLength(at: number, length: number): number {
		return this.#stop(at, 'A block', `says that it is ${length >>> 0} bytes long, which none of its kind is`);
	}

	#twoLengths(at: number, mark: number, length: number): number {
		const other = this.#view.getUint32(mark, this.#little);
		return this.#stop(
			at,
			'A block',
			`says at its begin that it is ${length} bytes long, and ${other} at its end`,
		);
	}

	#noInterface(at: number, id: number): number {
		const packet = `Packet ${this.#packets + 1}`;
		return this.#stop(at, packet, `is of interface ${id}, which is not described`);
	}

	#badCapture(at: number, captured: number): number {
		const packet = `Packet ${this.#packets + 1}`;
		return this.#stop(at, packet, `says that ${captured >>> 0} bytes of it were captured`);
	}
}
