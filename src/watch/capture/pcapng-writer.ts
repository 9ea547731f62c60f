/**
 * Writes packets as pcapng: one section, an interface for each link type when its first packet comes, times in
 * microseconds, and a comment where there is one (Wireshark shows it with the packet).
 *
 * The file never grows beyond the limit given: the first packet that does not fit ends it, and all later ones are
 * declined too, so that it has no hole. Whole blocks only are written out, so what is on disk can be read at any time.
 */
import { writeSync } from 'node:fs';
import { MAX_CAPTURED } from './capture-reader.ts';
import type { PacketSink } from './packet-sink.ts';
import {
	BYTE_ORDER,
	ENHANCED_PACKET,
	IF_TSRESOL,
	INTERFACE,
	OPT_COMMENT,
	SECTION,
	SHB_USERAPPL,
	SHORTEST_INTERFACE,
	SHORTEST_PACKET,
	SHORTEST_SECTION,
} from './pcapng-blocks.ts';

const APPLICATION = 'sallyport';
const MAX_COMMENT = 1024;
/** The option of the clock and the end of options. */
const INTERFACE_OPTIONS = 12;
const LONGEST_BLOCK = SHORTEST_PACKET + MAX_CAPTURED + MAX_COMMENT + 16;
const BUFFER = 1_048_576;
const WORD = 2 ** 32;

const padded = (length: number): number => (length + 3) & ~3;

export class CaptureWriter implements PacketSink {
	readonly #descriptor: number;
	readonly #limit: number;
	readonly #buffer = new Uint8Array(BUFFER);
	readonly #view = new DataView(this.#buffer.buffer);
	readonly #comment = new Uint8Array(MAX_COMMENT);
	readonly #encoder = new TextEncoder();
	readonly #interfaces = new Map<number, number>();
	#filled = 0;
	/** Of the file, with what is still in the buffer. */
	#bytes = 0;
	#packets = 0;
	/** A sentence once nothing more is written: full, or the disk refuses. */
	ended: string | undefined;

	/** The file is open, empty, and closed by its owner after `finish`. */
	constructor(descriptor: number, limit: number) {
		this.#descriptor = descriptor;
		this.#limit = limit;
		const name = this.#encoder.encode(APPLICATION);
		const options = 4 + padded(name.length) + 4;
		if (!this.#room(SHORTEST_SECTION + options)) return;
		const at = this.#begin(SECTION, SHORTEST_SECTION + options);
		this.#word(at + 8, BYTE_ORDER);
		this.#half(at + 12, 1);
		// The length of the section: unknown, until the end of the file.
		this.#word(at + 16, -1);
		this.#word(at + 20, -1);
		this.#option(at + 24, SHB_USERAPPL, name, name.length);
	}

	get packets(): number {
		return this.#packets;
	}

	get bytes(): number {
		return this.#bytes;
	}

	/** False: not written, and `ended` says why. */
	packet(
		bytes: Uint8Array,
		from: number,
		to: number,
		wireLength: number,
		link: number,
		seconds: number,
		microseconds: number,
		comment = '',
	): boolean {
		if (this.ended !== undefined) return false;
		const captured = Math.min(to - from, MAX_CAPTURED);
		const noted = comment === '' ? 0 : this.#encoder.encodeInto(comment, this.#comment).written;
		const options = noted === 0 ? 0 : 4 + padded(noted) + 4;
		const length = SHORTEST_PACKET + padded(captured) + options;
		const known = this.#interfaces.get(link);
		const described = known === undefined ? SHORTEST_INTERFACE + INTERFACE_OPTIONS : 0;
		if (!this.#room(described + length)) return false;
		const id = known ?? this.#describe(link);
		const at = this.#begin(ENHANCED_PACKET, length);
		const time = seconds * 1_000_000 + microseconds;
		this.#word(at + 8, id);
		this.#word(at + 12, Math.floor(time / WORD));
		this.#word(at + 16, time % WORD);
		this.#word(at + 20, captured);
		this.#word(at + 24, wireLength);
		this.#buffer.set(bytes.subarray(from, from + captured), at + 28);
		if (noted > 0) this.#option(at + 28 + padded(captured), OPT_COMMENT, this.#comment, noted);
		this.#packets++;
		return true;
	}

	/** Writes out what is still held back. */
	finish(): void {
		let at = 0;
		try {
			while (at < this.#filled) at += writeSync(this.#descriptor, this.#buffer, at, this.#filled - at);
		} catch (error) {
			const code = (error as NodeJS.ErrnoException).code ?? String(error);
			this.ended = `The capture cannot be written any further (${code}).`;
		}
		this.#filled = 0;
	}

	/** Whether the file may still grow by so much, and the buffer has room for it. */
	#room(length: number): boolean {
		if (this.#bytes + length > this.#limit) {
			this.ended = `The capture is full: it may have ${this.#limit} bytes.`;
			return false;
		}
		if (this.#filled + length > BUFFER) this.finish();
		return this.ended === undefined;
	}

	#describe(link: number): number {
		const id = this.#interfaces.size;
		this.#interfaces.set(link, id);
		const at = this.#begin(INTERFACE, SHORTEST_INTERFACE + INTERFACE_OPTIONS);
		this.#half(at + 8, link);
		this.#word(at + 12, MAX_CAPTURED);
		this.#option(at + 16, IF_TSRESOL, Uint8Array.of(6), 1);
		return id;
	}

	/** Takes room for a block, zeroed, and writes its type and its lengths. */
	#begin(type: number, length: number): number {
		if (length > LONGEST_BLOCK) throw new Error(`a block of ${length} bytes`);
		const at = this.#filled;
		this.#filled += length;
		this.#bytes += length;
		this.#buffer.fill(0, at, at + length);
		this.#word(at, type);
		this.#word(at + 4, length);
		this.#word(at + length - 4, length);
		return at;
	}

	/** An option; the end of options behind it is zero already. */
	#option(at: number, code: number, value: Uint8Array, length: number): void {
		this.#half(at, code);
		this.#half(at + 2, length);
		this.#buffer.set(value.subarray(0, length), at + 4);
	}

	#word(at: number, value: number): void {
		this.#view.setUint32(at, value, true);
	}

	#half(at: number, value: number): void {
		this.#view.setUint16(at, value, true);
	}
}
