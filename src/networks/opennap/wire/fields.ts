/**
 * The body of a message is a line: words between single spaces, and texts in double quotes, inside which nothing is
 * escaped. What is text for a person may be in any encoding (common/text.ts).
 */
import { textOf } from '../../common/text.ts';
import { raw } from './raw.ts';

const SPACE = 0x20;
const QUOTE = 0x22;

/** Reads field after field. Whoever asks for more than is there gets nothing, from then on, and `short` says so. */
export class Fields {
	readonly bytes: Uint8Array;
	at: number;
	readonly end: number;
	short = false;
	/** Where the field lies that was taken last, without its quotes. */
	from = 0;
	to = 0;

	constructor(bytes: Uint8Array) {
		this.bytes = bytes;
		this.at = 0;
		// Some end their lines as C strings.
		this.end = bytes.length > 0 && bytes[bytes.length - 1] === 0 ? bytes.length - 1 : bytes.length;
		this.#skip();
	}

	get isEnd(): boolean {
		return this.at >= this.end;
	}

	get isQuoted(): boolean {
		return this.bytes[this.at] === QUOTE && this.at < this.end;
	}

	/** Finds the next field, word or text, of `most` bytes or fewer. Answers whether there is one. */
	take(most: number): boolean {
		this.from = this.to = this.at;
		if (this.short || this.isEnd) return this.#cut();
		const isText = this.bytes[this.at] === QUOTE;
		const closing = isText ? QUOTE : SPACE;
		this.from = isText ? this.at + 1 : this.at;
		let to = this.from;
		while (to < this.end && this.bytes[to] !== closing) to++;
		this.to = to;
		if (to - this.from > most || (isText && to === this.end)) return this.#cut();
		this.at = isText ? to + 1 : to;
		this.#skip();
		return true;
	}

	/** For people. */
	text(most: number): string {
		return this.take(most) ? textOf(this.bytes.subarray(this.from, this.to)) : '';
	}

	/** As raw.ts says. */
	raw(most: number): string {
		return this.take(most) ? raw(this.bytes, this.from, this.to) : '';
	}

	/** A decimal number, at most `most`. Anything else is short. */
	number(most: number): number {
		if (!this.take(20)) return 0;
		let value = 0;
		for (let i = this.from; i < this.to; i++) {
			const digit = this.bytes[i] - 0x30;
			if (digit < 0 || digit > 9) return Number(this.#cut());
			value = value * 10 + digit;
		}
		if (this.to === this.from || value > most) return Number(this.#cut());
		return value;
	}

	/** What is left of the line. */
	rest(): Uint8Array {
		const left = this.bytes.subarray(this.at, this.end);
		this.at = this.end;
		return left;
	}

	#skip(): void {
		while (this.at < this.end && this.bytes[this.at] === SPACE) this.at++;
	}

	#cut(): false {
		this.short = true;
		this.at = this.end;
		this.from = this.to = this.end;
		return false;
	}
}
