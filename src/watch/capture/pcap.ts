/**
 * The classic capture format (draft-ietf-opsawg-pcap), all its magic numbers in both byte orders:
 *   a1b2c3d4  microseconds
 *   a1b23c4d  nanoseconds, cut to microseconds here
 *   a1b2cd34  "modified" (Kuznetzov's patch of libpcap): 8 further bytes in each record header
 *
 * A file is a header of 24 bytes and then records: seconds, fraction, captured length, length on the wire, bytes.
 * Files of version 2.3 and before may hold both lengths in the other order (libpcap found out): there the
 * smaller one is the captured length.
 *
 * Records have no marks: where one length is wrong, nothing after it can be found again, so reading stops at
 * a captured length that no packet has. What is wrong without harm is mended: a fraction beyond one second
 * counts as its end, and a length on the wire below what was captured as what was captured.
 */
import { type CaptureReader, cutIn, cutInHeader, MAX_CAPTURED, stopped } from './capture-reader.ts';
import type { CaptureEnd, PacketSink } from './packet-sink.ts';

const FILE_HEADER = 24;
const RECORD_HEADER = 16;
const MODIFIED_HEADER = 24;

const MICROSECONDS = 0xa1b2c3d4 | 0;
const NANOSECONDS = 0xa1b23c4d | 0;
const MODIFIED = 0xa1b2cd34 | 0;

const isMagic = (word: number): boolean => word === MICROSECONDS || word === NANOSECONDS || word === MODIFIED;

/** Whether a capture that begins so is a pcap file; `little` and `big` are its first word in both byte orders. */
export const isPcap = (little: number, big: number): boolean => isMagic(little) || isMagic(big);

export class PcapReader implements CaptureReader {
	readonly #sink: PacketSink;
	#bytes: Uint8Array = new Uint8Array(0);
	#view = new DataView(this.#bytes.buffer);
	#begun = false;
	#little = true;
	#nanoseconds = false;
	#header = RECORD_HEADER;
	#lengthsMayBeSwapped = false;
	#link = 0;
	/** Of the first byte that is not consumed, in the capture. */
	#offset = 0;
	#packets = 0;
	#captured = 0;
	wants = FILE_HEADER;
	damage: string | undefined;

	constructor(sink: PacketSink) {
		this.#sink = sink;
	}

	feed(bytes: Uint8Array, from: number, to: number): number {
		if (this.damage !== undefined) return to - from;
		if (bytes !== this.#bytes) {
			this.#bytes = bytes;
			this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
		}
		let start = from;
		if (!this.#begun) {
			if (to - from < FILE_HEADER) return 0;
			this.#begin(from);
			this.#offset += FILE_HEADER;
			start += FILE_HEADER;
		}
		const at = this.#records(start, to);
		this.#offset += at - start;
		return this.damage === undefined ? at - from : to - from;
	}

	finish(_bytes: Uint8Array, from: number, to: number): CaptureEnd {
		if (this.damage === undefined) {
			if (!this.#begun) this.damage = cutInHeader;
			else if (to > from) this.damage = cutIn(this.#packets + 1, this.#offset);
		}
		const end = { packets: this.#packets, bytes: this.#captured, dropped: 0 };
		return this.damage === undefined ? end : { ...end, damage: this.damage };
	}

	#begin(at: number): void {
		this.#little = isMagic(this.#view.getInt32(at, true));
		const little = this.#little;
		const magic = this.#view.getInt32(at, little);
		this.#nanoseconds = magic === NANOSECONDS;
		this.#header = magic === MODIFIED ? MODIFIED_HEADER : RECORD_HEADER;
		this.#lengthsMayBeSwapped = this.#view.getUint16(at + 6, little) <= 3;
		// The upper half says how long a frame check sequence is.
		this.#link = this.#view.getInt32(at + 20, little) & 0xffff;
		this.#begun = true;
	}

	/** Hands on whole records in [at, to); returns where the first that is not whole begins. */
	#records(start: number, to: number): number {
		const bytes = this.#bytes;
		const view = this.#view;
		const sink = this.#sink;
		const little = this.#little;
		const nanoseconds = this.#nanoseconds;
		const header = this.#header | 0;
		const swaps = this.#lengthsMayBeSwapped;
		const link = this.#link | 0;
		let at = start | 0;
		let packets = 0;
		this.wants = header;
		while (to - at >= header) {
			let captured = view.getInt32(at + 8, little);
			let wire = view.getInt32(at + 12, little);
			if (swaps && wire >= 0 && wire < captured) {
				const swapped = captured;
				captured = wire;
				wire = swapped;
			}
			if (captured < 0 || captured > MAX_CAPTURED) {
				this.#stopAt(this.#packets + packets + 1, this.#offset + (at - start), captured >>> 0);
				break;
			}
			const data = (at + header) | 0;
			const next = (data + captured) | 0;
			if (next > to) {
				this.wants = header + captured;
				break;
			}
			let fraction = view.getUint32(at + 4, little);
			if (nanoseconds) fraction = (fraction / 1000) | 0;
			if (fraction > 999_999) fraction = 999_999;
			if (wire < captured) wire = captured;
			packets++;
			sink.packet(bytes, data, next, wire, link, view.getUint32(at, little), fraction);
			at = next;
		}
		this.#packets += packets;
		this.#captured += at - start - packets * header;
		return at;
	}

	#stopAt(packet: number, offset: number, length: number): void {
		this.damage = `Packet ${packet} (byte ${offset}) says that ${length} bytes of it were captured: ${stopped}`;
	}
}
