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
	/** What has come of a line that is not complete. */
	#begun: Uint8Array = EMPTY;
	#total = 0;
	#lines = 0;
	#last = '';
	#refusal: Refusal | undefined;
	#done = false;

	/** Not after 'done'. A refusal stays. */
	push(bytes: Uint8Array): 'more' | 'done' | Refusal {
		if (this.#done) throw new Error('the head is complete');
		if (this.#refusal) return this.#refusal;
		const before = this.#begun.length;
		const all = before === 0 ? bytes : concat([this.#begun, bytes]);
		let start = 0;
		for (let at = before; at < all.length; at++) {
			const byte = all[at];
			if (++this.#total > ours.head) return this.#refuse(longHead);
			if (byte === 0x0a) {
				const answer = this.#endLine(all, start, at);
				start = at + 1;
				if (answer === 'done') {
					this.rest = all.subarray(start);
					this.#begun = EMPTY;
					this.#done = true;
				}
				if (answer !== 'more') return answer;
				continue;
			}
			if (at > start && all[at - 1] === 0x0d) return this.#refuse(lone);
			if ((byte < 0x20 && byte !== 0x0d && byte !== 0x09) || byte === 0x7f) return this.#refuse(control);
			if (at - start >= ours.headLine) return this.#refuse(longLine);
		}
		// A copy: whoever gave the bytes may use their room again.
		this.#begun = start === all.length ? EMPTY : all.slice(start);
		return 'more';
	}

	#endLine(bytes: Uint8Array, start: number, feed: number): 'more' | 'done' | Refusal {
		const line = readLine(bytes, start, feed > start && bytes[feed - 1] === 0x0d ? feed - 1 : feed);
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

	#refuse(why: Refusal): Refusal {
		this.#refusal = why;
		this.#begun = EMPTY;
		return why;
	}
}

/** Control characters have been refused; nearly all lines are ASCII. */
function readLine(bytes: Uint8Array, start: number, end: number): string {
	for (let at = start; at < end; at++) if (bytes[at] > 0x7f) return decodeBytes(bytes.subarray(start, end));
	return asciiText(bytes, start, end);
}

/** CRLF after each line and an empty line at the end. Our own values: a control character throws. */
export function encodeHead(firstLine: string, headers: Iterable<readonly [string, string]> = []): Uint8Array {
	const parts = [firstLine];
	for (const [key, value] of headers) {
		if (!TOKEN.test(key)) throw new RangeError(`not a header name: ${key}`);
		parts.push(`${key}: ${value}`);
	}
	for (const part of parts) if (!isClean(part)) throw new RangeError(`control character in ${part}`);
	return utf8(`${parts.join('\r\n')}\r\n\r\n`);
}
