/**
 * The head that begins every TCP conversation here: a first line, header lines, an empty line. The
 * 0.6 handshake, HTTP, GIV and the 0.4 greeting all have this form (0.4 and GIV have no header lines),
 * and who accepts a link learns only from the first line which of them it is.
 *
 * Rules: a line ends with LF, with or without CR before it; a CR elsewhere, NUL or another control
 * character is refused (tab counts as space); a line that begins with a space continues the one before
 * (gtk-gnutella folds long values); a name is an RFC 9110 token directly before its colon; repeated
 * names are joined by ', '. Line length, line count and the whole are bounded.
 * Bytes come in any cut; the same bytes give the same head.
 */
import type { Refusal } from '../../../evidence/refusal.ts';
import { ours } from '../limits.ts';
import { refusal } from '../refusals.ts';
import { asciiText, concat, decodeBytes, isClean, utf8 } from './text.ts';

const control = refusal('gnutella.head.malformed', 'control character');
const lone = refusal('gnutella.head.malformed', 'carriage return inside a line');
const name = refusal('gnutella.head.malformed', 'not a header line');
const longLine = refusal('gnutella.head.oversized', `line over ${ours.headLine} bytes`);
const manyLines = refusal('gnutella.head.oversized', `over ${ours.headLines} lines`);
const longHead = refusal('gnutella.head.oversized', `over ${ours.head} bytes`);

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const EMPTY = new Uint8Array(0);

export class HeaderBlock {
	/** Complete once it is not undefined, which is before the whole block is. */
	firstLine: string | undefined;
	/** Names in lower case. */
	readonly headers = new Map<string, string>();
	/** After 'done': the bytes of the last push behind the empty line. */
	rest: Uint8Array = EMPTY;
	#line = new Uint8Array(256);
	#filled = 0;
	#total = 0;
	#lines = 0;
	#last = '';
	#refusal: Refusal | undefined;
	#done = false;

	/** Not after 'done'. A refusal stays. */
	push(bytes: Uint8Array): 'more' | 'done' | Refusal {
		if (this.#done) throw new Error('the head is complete');
		if (this.#refusal) return this.#refusal;
		for (let at = 0; at < bytes.length; at++) {
			const byte = bytes[at];
			if (++this.#total > ours.head) return this.#refuse(longHead);
			if (byte === 0x0a) {
				const answer = this.#endLine();
				if (answer === 'done') {
					this.rest = bytes.subarray(at + 1);
					this.#line = EMPTY;
					this.#done = true;
				}
				if (answer !== 'more') return answer;
				continue;
			}
			if (this.#filled > 0 && this.#line[this.#filled - 1] === 0x0d) return this.#refuse(lone);
			if ((byte < 0x20 && byte !== 0x0d && byte !== 0x09) || byte === 0x7f) return this.#refuse(control);
			if (this.#filled >= ours.headLine) return this.#refuse(longLine);
			if (this.#filled === this.#line.length) this.#grow();
			this.#line[this.#filled++] = byte;
		}
		return 'more';
	}

	#endLine(): 'more' | 'done' | Refusal {
		const end = this.#filled > 0 && this.#line[this.#filled - 1] === 0x0d ? this.#filled - 1 : this.#filled;
		const line = readLine(this.#line, end);
		this.#filled = 0;
		if (this.firstLine === undefined) {
			this.firstLine = line.trimEnd();
			return 'more';
		}
		if (line === '') return 'done';
		if (++this.#lines > ours.headLines) return this.#refuse(manyLines);
		if (line[0] === ' ' || line[0] === '\t') {
			const before = this.headers.get(this.#last);
			if (before === undefined) return this.#refuse(name);
			this.headers.set(this.#last, `${before} ${line.trim()}`.trimStart());
			return 'more';
		}
		const colon = line.indexOf(':');
		const key = line.slice(0, Math.max(colon, 0)).toLowerCase();
		if (!TOKEN.test(key)) return this.#refuse(name);
		const value = line.slice(colon + 1).trim();
		const before = this.headers.get(key);
		this.headers.set(key, before === undefined ? value : `${before}, ${value}`);
		this.#last = key;
		return 'more';
	}

	#grow(): void {
		const grown = new Uint8Array(this.#line.length * 2);
		grown.set(this.#line);
		this.#line = grown;
	}

	#refuse(why: Refusal): Refusal {
		this.#refusal = why;
		this.#line = EMPTY;
		return why;
	}
}

/** Control characters have been refused; nearly all lines are ASCII. */
function readLine(bytes: Uint8Array, end: number): string {
	for (let i = 0; i < end; i++) if (bytes[i] > 0x7f) return decodeBytes(bytes.subarray(0, end));
	return asciiText(bytes, 0, end);
}

/** CRLF after each line and an empty line at the end. Our own values: a control character throws. */
export function encodeHead(firstLine: string, headers: Iterable<readonly [string, string]> = []): Uint8Array {
	const parts = [firstLine];
	for (const [key, value] of headers) {
		if (!TOKEN.test(key)) throw new RangeError(`not a header name: ${key}`);
		parts.push(`${key}: ${value}`);
	}
	for (const part of parts) if (!isClean(part)) throw new RangeError(`control character in ${part}`);
	return concat([utf8(parts.join('\r\n')), utf8('\r\n\r\n')]);
}
