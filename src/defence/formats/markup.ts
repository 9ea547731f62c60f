/**
 * Whether bytes are HTML, by what a browser would make of them. Browsers of the talk's time looked for
 * tags anywhere in the first 256 bytes, whatever the server said; today's look at the beginning
 * (WHATWG MIME Sniffing, section 7.1). Behind a name that promises no text, both count.
 */
import { isText, textOf } from './bytes.ts';

const LOOKED_AT = 4096;
const SNIFFED = 256;
const AT_START =
	/^<(?:!doctype html|html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p|meta|object|embed|img|form|frameset|link|base|svg:script|center|span|applet|input|marquee|video|audio)[\s/>]/i;
const ANYWHERE = /<(?:!doctype html|html|head|script|iframe|body|title|meta|object|embed|applet)[\s/>]/i;

/** `strict`: only what begins as HTML, as its own name would promise. */
export function isHtml(head: Uint8Array, strict: boolean): boolean {
	const text = textOf(head.subarray(0, LOOKED_AT));
	if (AT_START.test(skipped(text))) return true;
	if (strict) return false;
	return ANYWHERE.test(text.slice(0, SNIFFED)) || (isText(head) && ANYWHERE.test(text));
}

/** Behind white space, an XML declaration and comments. */
function skipped(text: string): string {
	let rest = text.trimStart();
	for (let piece = 0; piece < 16; piece++) {
		const end = rest.startsWith('<!--') ? '-->' : /^<\?(?:xml|php)/i.test(rest) ? '?>' : undefined;
		if (end === undefined) return rest;
		const at = rest.indexOf(end);
		if (at < 0) return '';
		rest = rest.slice(at + end.length).trimStart();
	}
	return rest;
}

/** Name of the root element of an XML text, without its prefix, in lower case; '' if it is none. */
export function rootOf(head: Uint8Array): string {
	let rest = skipped(textOf(head));
	for (let piece = 0; piece < 16; piece++) {
		const skip = /^<!doctype\b/i.test(rest) ? afterDoctype(rest) : /^<\?/.test(rest) ? after(rest, '?>') : -1;
		if (skip < 0) break;
		rest = skipped(rest.slice(skip));
	}
	return /^<(?:[\w.-]{1,40}:)?([\w.-]{1,40})[\s/>]/.exec(rest)?.[1]?.toLowerCase() ?? '';
}

function after(text: string, end: string): number {
	const at = text.indexOf(end);
	return at < 0 ? text.length : at + end.length;
}

/** A document type may hold declarations in brackets. */
function afterDoctype(text: string): number {
	const close = text.indexOf('>');
	const open = text.indexOf('[');
	if (open < 0 || (close >= 0 && close < open)) return close < 0 ? text.length : close + 1;
	const end = text.indexOf(']', open);
	return end < 0 ? text.length : after(text.slice(end), '>') + end;
}
