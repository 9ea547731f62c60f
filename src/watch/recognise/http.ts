/** The head of an HTTP message, read once for all HTTP patterns: bounded, and cut is as good as complete. */
import { isName, text } from '../../networks/common/lines.ts';
import type { HttpHead } from '../../networks/signature.ts';

const mostHead = 4096;
const mostHeaders = 64;
const answer = 'HTTP/1.';
const longestStart = 8;
const methods = ['GET ', 'POST ', 'HEAD ', 'PUT ', 'OPTIONS ', 'CONNECT '];

/** `more`: it can be HTTP, but not even the first line is there. */
export function readHttp(bytes: Uint8Array, from: number, to: number): HttpHead | 'more' | undefined {
	if (to - from < longestStart && beginsLikeIt(bytes, from, to)) return 'more';
	const isRequest = startsWithMethod(bytes, from, to);
	if (!isRequest && !startsWith(bytes, from, to, answer)) return undefined;
	const end = Math.min(to, from + mostHead);
	let at = from;
	while (at < end && bytes[at] !== 10) at++;
	if (at === end) return end - from === mostHead ? undefined : 'more';
	return new Head(bytes, from, at, end, isRequest);
}

export function startsWith(bytes: Uint8Array, from: number, to: number, text: string): boolean {
	if (to - from < text.length) return false;
	for (let index = 0; index < text.length; index++)
		if (bytes[from + index] !== text.charCodeAt(index)) return false;
	return true;
}

/** Shorter than a method, and so far one. */
function beginsLikeIt(bytes: Uint8Array, from: number, to: number): boolean {
	const length = to - from;
	for (const start of [...methods, answer])
		if (start.length > length && startsWith(bytes, from, to, start.slice(0, length))) return true;
	return false;
}

function startsWithMethod(bytes: Uint8Array, from: number, to: number): boolean {
	for (const method of methods) if (startsWith(bytes, from, to, method)) return true;
	return false;
}

const starts = new Int32Array(mostHeaders);
const none: string[] = [];

/** Lines are found once; their text is made only where somebody asks. */
class Head implements HttpHead {
	readonly line: string;
	readonly isRequest: boolean;
	readonly length: number;
	/** The blank line was seen. */
	readonly complete: boolean;
	readonly #bytes: Uint8Array;
	readonly #from: number;
	readonly #end: number;
	/** Where the header lines begin: in `starts`, which the next head overwrites. */
	#count = 0;
	#names: string[] | undefined;
	#target: string | undefined;
	readonly #values = new Map<string, string | undefined>();

	constructor(bytes: Uint8Array, from: number, lineEnd: number, end: number, isRequest: boolean) {
		this.#bytes = bytes;
		this.#from = from;
		this.line = text(bytes, from, bytes[lineEnd - 1] === 13 ? lineEnd - 1 : lineEnd);
		this.isRequest = isRequest;
		let at = lineEnd + 1;
		let isComplete = false;
		while (at < end && this.#count < mostHeaders) {
			if (bytes[at] === 10 || (bytes[at] === 13 && bytes[at + 1] === 10)) {
				isComplete = true;
				break;
			}
			starts[this.#count++] = at;
			while (at < end && bytes[at] !== 10) at++;
			at++;
		}
		this.complete = isComplete;
		this.#end = Math.min(at, end);
		this.length = this.#end - from;
	}

	get method(): string {
		return this.isRequest ? this.line.slice(0, this.line.indexOf(' ')) : '';
	}

	get target(): string {
		this.#target ??= this.isRequest ? (this.line.split(' ', 2)[1] ?? '') : '';
		return this.#target;
	}

	/** Several patterns ask for the same few. */
	header(name: string): string | undefined {
		if (this.#values.has(name)) return this.#values.get(name);
		const value = this.#value(name);
		this.#values.set(name, value);
		return value;
	}

	#value(name: string): string | undefined {
		const start = this.#find(name);
		if (start < 0) return undefined;
		let end = start + name.length + 1;
		while (end < this.#end && this.#bytes[end] !== 10) end++;
		return text(this.#bytes, start + name.length + 1, end).trim();
	}

	offsetOf(name: string): number {
		return Math.max(0, this.#find(name) - this.#from);
	}

	#find(name: string): number {
		for (let index = 0; index < this.#count; index++)
			if (isName(this.#bytes, starts[index]!, this.#end, name)) return starts[index]!;
		return -1;
	}

	get extensions(): readonly string[] {
		this.#names ??= this.#extensionNames();
		return this.#names;
	}

	#extensionNames(): string[] {
		const bytes = this.#bytes;
		let names = none;
		for (let index = 0; index < this.#count; index++) {
			const at = starts[index]!;
			if ((bytes[at]! | 32) !== 120 || bytes[at + 1] !== 45) continue;
			let colon = at + 2;
			while (colon < this.#end && bytes[colon] !== 58 && bytes[colon] !== 10) colon++;
			if (bytes[colon] !== 58) continue;
			if (names === none) names = [];
			names.push(text(bytes, at, colon).toLowerCase());
		}
		return names;
	}
}
