/**
 * Reading and writing the little-endian fields of eDonkey messages.
 *
 * A Cursor never reads outside its slice: whoever asks for more than is there gets nothing, from then on, and
 * `short` says so. A decoder reads all its fields and looks at `short` once, and before each loop goes on.
 */
import { le16, le32, putLe16, putLe32 } from '../../common/integers.ts';
import { bytesOf, textOf } from '../../common/text.ts';

const NOTHING = new Uint8Array(0);

export class Cursor {
	bytes: Uint8Array;
	at: number;
	end: number;
	/** Something was asked for that was not there. */
	short = false;

	constructor(bytes: Uint8Array, at = 0, end = bytes.length) {
		this.bytes = bytes;
		this.at = at;
		this.end = end;
	}

	get left(): number {
		return this.end - this.at;
	}

	u8(): number {
		return this.#has(1) ? this.bytes[this.at++] : 0;
	}

	u16(): number {
		if (!this.#has(2)) return 0;
		this.at += 2;
		return le16(this.bytes, this.at - 2);
	}

	u32(): number {
		if (!this.#has(4)) return 0;
		this.at += 4;
		return le32(this.bytes, this.at - 4);
	}

	/** What a number cannot hold exactly is no size and no offset: short. */
	u64(): number {
		const low = this.u32();
		const high = this.u32();
		if (high > 0x1fffff) this.#cut();
		return this.short ? 0 : high * 0x1_0000_0000 + low;
	}

	/** A view, not a copy. */
	take(length: number): Uint8Array {
		if (!this.#has(length)) return NOTHING;
		this.at += length;
		return this.bytes.subarray(this.at - length, this.at);
	}

	hash(): Uint8Array {
		return this.take(16);
	}

	/** A text behind its length of two bytes. */
	text(most: number): string {
		const length = this.u16();
		if (length > most) this.#cut();
		return textOf(this.take(length));
	}

	skip(length: number): void {
		if (this.#has(length)) this.at += length;
	}

	#has(length: number): boolean {
		if (this.end - this.at >= length) return true;
		this.#cut();
		return false;
	}

	#cut(): void {
		this.short = true;
		this.at = this.end;
	}
}

export class Writer {
	#bytes: Uint8Array;
	#at = 0;

	constructor(room = 256) {
		this.#bytes = new Uint8Array(room);
	}

	get length(): number {
		return this.#at;
	}

	u8(value: number): this {
		this.#room(1);
		this.#bytes[this.#at++] = value;
		return this;
	}

	u16(value: number): this {
		this.#room(2);
		putLe16(this.#bytes, this.#at, value);
		this.#at += 2;
		return this;
	}

	u32(value: number): this {
		this.#room(4);
		putLe32(this.#bytes, this.#at, value);
		this.#at += 4;
		return this;
	}

	u64(value: number): this {
		return this.u32(value % 0x1_0000_0000).u32(Math.floor(value / 0x1_0000_0000));
	}

	put(bytes: Uint8Array): this {
		this.#room(bytes.length);
		this.#bytes.set(bytes, this.#at);
		this.#at += bytes.length;
		return this;
	}

	/** A text behind its length of two bytes. */
	text(text: string): this {
		const bytes = bytesOf(text);
		if (bytes.length > 0xffff) throw new RangeError('a text of more than 65,535 bytes');
		return this.u16(bytes.length).put(bytes);
	}

	/** Changes what was written: counts are known last. */
	patch32(at: number, value: number): void {
		putLe32(this.#bytes, at, value);
	}

	/** Takes back all that was written behind this place. */
	cut(length: number): void {
		this.#at = length;
	}

	/** Begins anew in the same room: for whoever copies the result. */
	clear(): this {
		this.#at = 0;
		return this;
	}

	/** A copy of what was written. */
	done(): Uint8Array {
		return this.#bytes.slice(0, this.#at);
	}

	#room(length: number): void {
		const needed = this.#at + length;
		if (needed <= this.#bytes.length) return;
		const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
		grown.set(this.#bytes.subarray(0, this.#at));
		this.#bytes = grown;
	}
}
