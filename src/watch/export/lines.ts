/**
 * Text made as bytes, line by line: a record of a flow costs well under a microsecond this way, several as a
 * string. Full buffers go to the sink, which must be done with them when it returns.
 */
import { ipv6Text } from '../../networks/common/address.ts';

const room = 4096;
const zone = Uint8Array.from('+0000', (character) => character.charCodeAt(0));

export class Lines {
	bytes: Uint8Array;
	at = 0;
	/** Lines ended so far. */
	count = 0;
	readonly #sink: (bytes: Uint8Array) => void;
	/** The day that was written last, as seconds and as text up to its T. */
	#day = -1;
	readonly #date = new Uint8Array(11);

	/** `size` bytes are gathered before the sink gets them. */
	constructor(sink: (bytes: Uint8Array) => void, size = 1 << 18) {
		this.bytes = new Uint8Array(size + room);
		this.#sink = sink;
	}

	/** ASCII only: our own words. */
	text(text: string): void {
		const bytes = this.bytes;
		let at = this.at;
		for (let index = 0; index < text.length; index++) bytes[at++] = text.charCodeAt(index);
		this.at = at;
	}

	#put(words: Uint8Array): void {
		const bytes = this.bytes;
		const at = this.at;
		const length = words.length;
		for (let index = 0; index < length; index++) bytes[at + index] = words[index]!;
		this.at = at + length;
	}

	/** A JSON string of anything, with its quotes; longer than 500 characters is cut. */
	json(value: string): void {
		const { length } = value;
		if (length > 500) return this.#escaped(value);
		const bytes = this.bytes;
		let at = this.at;
		bytes[at++] = 34;
		for (let index = 0; index < length; index++) {
			const code = value.charCodeAt(index);
			if (code < 32 || code > 126) return this.#escaped(value);
			if (code === 34 || code === 92) bytes[at++] = 92;
			bytes[at++] = code;
		}
		bytes[at++] = 34;
		this.at = at;
	}

	#escaped(value: string): void {
		const quoted = Buffer.from(JSON.stringify(value.length > 500 ? `${value.slice(0, 499)}…` : value));
		this.bytes.set(quoted, this.at);
		this.at += quoted.length;
	}

	/** A whole number from 0 to 2^53. */
	number(value: number): void {
		if (value < 0x7fffffff) return this.#small(value | 0);
		this.text(String(value));
	}

	/** `2026-11-21T04:20:16.123456+0000`, as Suricata writes it. */
	time(seconds: number, microseconds: number): void {
		let rest = seconds - this.#day;
		if (this.#day < 0 || rest < 0 || rest >= 86_400) {
			this.#day = seconds - (seconds % 86_400);
			rest = seconds - this.#day;
			const date = new Date(this.#day * 1000).toISOString();
			for (let index = 0; index < 11; index++) this.#date[index] = date.charCodeAt(index);
		}
		this.#put(this.#date);
		const { bytes, at } = this;
		const hour = (rest / 3600) | 0;
		const minute = ((rest - hour * 3600) / 60) | 0;
		putTwo(bytes, at, hour);
		bytes[at + 2] = 58;
		putTwo(bytes, at + 3, minute);
		bytes[at + 5] = 58;
		putTwo(bytes, at + 6, rest - hour * 3600 - minute * 60);
		bytes[at + 8] = 46;
		const high = (microseconds / 10_000) | 0;
		const low = microseconds - high * 10_000;
		putTwo(bytes, at + 9, high);
		putTwo(bytes, at + 11, (low / 100) | 0);
		putTwo(bytes, at + 13, low % 100);
		this.at = at + 15;
		this.#put(zone);
	}

	/** With leading zeros. */
	padded(value: number, digits: number): void {
		let rest = value;
		for (let index = digits - 1; index >= 0; index--) {
			this.bytes[this.at + index] = 48 + (rest % 10);
			rest = (rest / 10) | 0;
		}
		this.at += digits;
	}

	address(address: Uint8Array, length: number): void {
		if (length !== 4) return this.text(ipv6Text(address));
		for (let index = 0; index < 4; index++) {
			if (index > 0) this.bytes[this.at++] = 46;
			this.#small(address[index]!);
		}
	}

	/** Ends the line. */
	end(): void {
		this.bytes[this.at++] = 10;
		this.count++;
		if (this.at >= this.bytes.length - room) this.flush();
	}

	flush(): void {
		if (this.at === 0) return;
		this.#sink(this.bytes.subarray(0, this.at));
		this.at = 0;
	}

	#small(value: number): void {
		const bytes = this.bytes;
		if (value < 10) {
			bytes[this.at++] = 48 + value;
			return;
		}
		let digits = 1;
		for (let bound = 10; bound <= value && digits < 10; bound *= 10) digits++;
		let rest = value;
		for (let index = this.at + digits - 1; index >= this.at; index--) {
			bytes[index] = 48 + (rest % 10);
			rest = (rest / 10) | 0;
		}
		this.at += digits;
	}
}

/** Two digits. */
function putTwo(bytes: Uint8Array, at: number, value: number): void {
	const tens = (value / 10) | 0;
	bytes[at] = 48 + tens;
	bytes[at + 1] = 48 + value - tens * 10;
}
