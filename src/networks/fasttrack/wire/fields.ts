/**
 * Reads the fields of a body in order; integers are big-endian. A read beyond the end gives zero or nothing and
 * sets `failed`: a decoder reads all and asks once. And the same fields for writing.
 */
import { ipv4Bytes, ipv4Text } from '../../common/address.ts';

export class Fields {
	failed = false;
	readonly #bytes: Uint8Array;
	#at: number;

	constructor(bytes: Uint8Array, from = 0) {
		this.#bytes = bytes;
		this.#at = from;
	}

	get left(): number {
		return this.failed ? 0 : this.#bytes.length - this.#at;
	}

	byte(): number {
		return this.#has(1) ? this.#bytes[this.#at++] : 0;
	}

	two(): number {
		return this.byte() * 256 + this.byte();
	}

	four(): number {
		return this.two() * 65_536 + this.two();
	}

	/** Seven bits a byte, the highest first, the top bit set on all but the last. At most 2^53 - 1. */
	dynamic(): number {
		for (let value = 0; ; ) {
			const byte = this.byte();
			value = value * 128 + (byte & 0x7f);
			if (value > Number.MAX_SAFE_INTEGER) this.failed = true;
			if (this.failed) return 0;
			if (byte < 0x80) return value;
		}
	}

	/** A view. */
	bytes(length: number): Uint8Array {
		if (!this.#has(length)) return new Uint8Array(0);
		this.#at += length;
		return this.#bytes.subarray(this.#at - length, this.#at);
	}

	/** The bytes before this one, which is passed over. At most `most` of them. */
	until(end: number, most: number): Uint8Array {
		const found = this.#bytes.indexOf(end, this.#at);
		if (found < 0 || found - this.#at > most) this.failed = true;
		if (this.failed) return new Uint8Array(0);
		const bytes = this.#bytes.subarray(this.#at, found);
		this.#at = found + 1;
		return bytes;
	}

	/** The next byte without taking it; -1 at the end. */
	get next(): number {
		return this.left > 0 ? this.#bytes[this.#at] : -1;
	}

	host(): string {
		const bytes = this.bytes(4);
		return bytes.length === 4 ? ipv4Text(bytes) : '0.0.0.0';
	}

	#has(length: number): boolean {
		if (length > this.left) this.failed = true;
		return !this.failed;
	}
}

/** Gathers the fields of a body. What cannot be written is our own fault and throws. */
export class Body {
	readonly #bytes: number[] = [];

	byte(value: number): this {
		return this.#number(value, 1);
	}

	two(value: number): this {
		return this.#number(value, 2);
	}

	four(value: number): this {
		return this.#number(value, 4);
	}

	dynamic(value: number): this {
		if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`${value} is no length`);
		const groups = [value % 128];
		for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128))
			groups.unshift((rest % 128) | 0x80);
		return this.bytes(groups);
	}

	bytes(bytes: ArrayLike<number>): this {
		for (let at = 0; at < bytes.length; at++) this.#bytes.push(bytes[at]);
		return this;
	}

	/** An address that is no IPv4 cannot be said in this protocol. */
	host(host: string): this {
		const bytes = ipv4Bytes(host);
		if (bytes === undefined) throw new RangeError(`${host} is no IPv4 address`);
		return this.bytes(bytes);
	}

	done(): Uint8Array {
		return Uint8Array.from(this.#bytes);
	}

	#number(value: number, size: number): this {
		if (!Number.isInteger(value) || value < 0 || value >= 256 ** size)
			throw new RangeError(`${value} does not fit in ${size} bytes`);
		for (let left = size - 1; left >= 0; left--) this.#bytes.push(Math.floor(value / 256 ** left) % 256);
		return this;
	}
}
