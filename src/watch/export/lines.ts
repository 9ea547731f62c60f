/**
 * Text made as bytes, line by line: a record of a flow costs well under a microsecond this way, several as a
 * string. Full buffers go to the sink, which must be done with them when it returns.
 */
import { ipv6Text } from '../../networks/common/address.ts';

const room = 4096;

export class Lines {
	bytes: Uint8Array;
	at = 0;
	/** Lines ended so far. */
	count = 0;
	readonly #sink: (bytes: Uint8Array) => void;
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

	/** A JSON string of anything, with its quotes; longer than 500 characters is cut. */
	json(value: string): void {
		const bytes = this.bytes;
		let at = this.at;
		bytes[at++] = 34;
		for (let index = 0; index < value.length; index++) {
			const code = value.charCodeAt(index);
			if (code < 32 || code > 126 || code === 34 || code === 92 || index === 500) return this.#escaped(value);
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
		const day = Math.floor(seconds / 86_400);
		if (day !== this.#day) {
			this.#day = day;
			const date = new Date(day * 86_400_000).toISOString();
			for (let index = 0; index < 11; index++) this.#date[index] = date.charCodeAt(index);
		}
		const bytes = this.bytes;
		const date = this.#date;
		for (let index = 0; index < 11; index++) bytes[this.at++] = date[index]!;
		const rest = seconds - day * 86_400;
		this.padded((rest / 3600) | 0, 2);
		bytes[this.at++] = 58;
		this.padded(((rest / 60) | 0) % 60, 2);
		bytes[this.at++] = 58;
		this.padded(rest % 60, 2);
		this.bytes[this.at++] = 46;
		this.padded(microseconds, 6);
		this.text('+0000');
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
