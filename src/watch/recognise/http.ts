/** The head of an HTTP message, read once for all HTTP patterns: bounded, and cut is as good as complete. */
import type { HttpHead } from '../../networks/signature.ts';

const mostHead = 4096;
const mostHeaders = 64;
const methods = ['GET ', 'POST ', 'HEAD ', 'PUT ', 'OPTIONS ', 'CONNECT '];

/** `more`: it can be HTTP, but not even the first line is there. */
export function readHttp(bytes: Uint8Array, from: number, to: number): HttpHead | 'more' | undefined {
	const isRequest = startsWithMethod(bytes, from, to);
	if (!isRequest && !startsWith(bytes, from, to, 'HTTP/1.')) return undefined;
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

/** Latin-1, so that a character is a byte. */
export function latin1(bytes: Uint8Array, from: number, to: number): string {
	let text = '';
	for (let at = from; at < to; at++) text += String.fromCharCode(bytes[at]!);
	return text;
}

function startsWithMethod(bytes: Uint8Array, from: number, to: number): boolean {
	for (const method of methods) if (startsWith(bytes, from, to, method)) return true;
	return false;
}

class Head implements HttpHead {
	readonly line: string;
	readonly isRequest: boolean;
	readonly method: string;
	readonly target: string;
	/** The blank line was seen. */
	complete = false as boolean;
	readonly #headers = new Map<string, { value: string; offset: number }>();

	constructor(bytes: Uint8Array, from: number, lineEnd: number, end: number, isRequest: boolean) {
		this.line = trimmed(bytes, from, lineEnd);
		this.isRequest = isRequest;
		const parts = this.line.split(' ');
		this.method = isRequest ? parts[0]! : '';
		this.target = isRequest ? (parts[1] ?? '') : '';
		let at = lineEnd + 1;
		for (let count = 0; count < mostHeaders && at < end; count++) {
			let next = at;
			while (next < end && bytes[next] !== 10) next++;
			const line = trimmed(bytes, at, next);
			if (line === '') {
				this.complete = next < end;
				break;
			}
			const colon = line.indexOf(':');
			const name = line.slice(0, Math.max(colon, 0)).toLowerCase();
			if (colon > 0 && !this.#headers.has(name))
				this.#headers.set(name, { value: line.slice(colon + 1).trim(), offset: at - from });
			at = next + 1;
		}
	}

	header(name: string): string | undefined {
		return this.#headers.get(name)?.value;
	}

	offsetOf(name: string): number {
		return this.#headers.get(name)?.offset ?? 0;
	}

	get names(): readonly string[] {
		return [...this.#headers.keys()];
	}
}

function trimmed(bytes: Uint8Array, from: number, to: number): string {
	return latin1(bytes, from, bytes[to - 1] === 13 ? to - 1 : to);
}
