/**
 * Tags of XML and HTML, leniently, in one pass: comments and CDATA are skipped, quotes are honoured, and what
 * never ends ends the reading. Names come in lower case without their prefix.
 */
export interface Tag {
	readonly name: string;
	readonly attributes: ReadonlyMap<string, string>;
	/** Text up to the next tag, at most 2,048 characters. */
	readonly after: string;
	/** Of `<!DOCTYPE ...>`: all of it, at most 64 KiB. */
	readonly declaration?: string;
}

const MOST_TAGS = 200_000;
const MOST_ATTRIBUTES = 256;
const LONGEST_TEXT = 2048;
const LONGEST_VALUE = 8192;
const LONGEST_DECLARATION = 65_536;
const NONE: ReadonlyMap<string, string> = new Map();

export function* tagsOf(text: string): Generator<Tag> {
	let at = text.indexOf('<');
	for (let count = 0; at >= 0 && count < MOST_TAGS; count++) {
		const end = skipped(text, at);
		if (end !== undefined) {
			if (end < 0) return;
			at = text.indexOf('<', end);
			continue;
		}
		if (/^<!doctype/i.test(text.slice(at, at + 9))) {
			const close = doctypeEnd(text, at);
			yield {
				name: '!doctype',
				attributes: NONE,
				after: '',
				declaration: text.slice(at, Math.min(close, at + LONGEST_DECLARATION)),
			};
			at = text.indexOf('<', close);
			continue;
		}
		const tag = read(text, at);
		if (tag === undefined) return;
		const next = text.indexOf('<', tag.end);
		const until = next < 0 ? text.length : next;
		yield {
			name: tag.name,
			attributes: tag.attributes,
			after: text.slice(tag.end, Math.min(until, tag.end + LONGEST_TEXT)),
		};
		at = next;
	}
}

/** Behind a comment, a CDATA section or an end tag; -1: it never ends; undefined: it is none of these. */
function skipped(text: string, at: number): number | undefined {
	const end = text.startsWith('<!--', at)
		? '-->'
		: text.startsWith('<![CDATA[', at)
			? ']]>'
			: text.startsWith('</', at)
				? '>'
				: undefined;
	if (end === undefined) return undefined;
	const found = text.indexOf(end, at);
	return found < 0 ? -1 : found + end.length;
}

function doctypeEnd(text: string, at: number): number {
	const close = text.indexOf('>', at);
	const open = text.indexOf('[', at);
	if (close < 0) return text.length;
	if (open < 0 || close < open) return close + 1;
	const end = text.indexOf(']', open);
	const last = end < 0 ? -1 : text.indexOf('>', end);
	return last < 0 ? text.length : last + 1;
}

function read(
	text: string,
	at: number,
): { name: string; attributes: Map<string, string>; end: number } | undefined {
	const attributes = new Map<string, string>();
	const name = word(text, at + 1, true);
	let from = name.end;
	while (from < text.length) {
		const one = text[from]!;
		if (one === '>') return { name: local(name.text), attributes, end: from + 1 };
		if (one <= ' ' || one === '/' || one === '=' || one === '?') {
			from++;
			continue;
		}
		const key = word(text, from, false);
		from = blank(text, Math.max(key.end, from + 1));
		if (text[from] !== '=') continue;
		from = blank(text, from + 1);
		const quote = text[from];
		const quoted = quote === '"' || quote === "'";
		const end = quoted ? text.indexOf(quote, from + 1) : word(text, from, false, true).end;
		if (end < 0) return undefined;
		const value = text.slice(quoted ? from + 1 : from, Math.min(end, from + LONGEST_VALUE));
		if (attributes.size < MOST_ATTRIBUTES) attributes.set(local(key.text), plain(value));
		from = Math.max(quoted ? end + 1 : end, from + 1);
	}
	return undefined;
}

function word(text: string, from: number, tag: boolean, value = false): { text: string; end: number } {
	let end = from;
	for (; end < text.length; end++) {
		const one = text[end]!;
		if (one <= ' ' || one === '>' || (!value && (one === '/' || (one === '=' && !tag)))) break;
	}
	return { text: text.slice(from, Math.min(end, from + 200)), end };
}

function blank(text: string, from: number): number {
	let at = from;
	while (at < text.length && text[at]! <= ' ') at++;
	return at;
}

function local(name: string): string {
	return name.slice(name.lastIndexOf(':') + 1).toLowerCase();
}

/** Character references, which hide a scheme from the eye but not from a browser. */
export function plain(value: string): string {
	if (!value.includes('&')) return value;
	return value
		.replace(/&#(?:x([0-9a-f]{1,6})|(\d{1,7}));?/gi, (_, hex?: string, decimal?: string) => {
			const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
			return code <= 0x10ffff ? String.fromCodePoint(code) : '';
		})
		.replace(
			/&(amp|lt|gt|quot|apos|colon|tab|newline);/gi,
			(_, name: string) => NAMED[name.toLowerCase()] ?? '',
		);
}

const NAMED: Readonly<Record<string, string>> = {
	amp: '&',
	lt: '<',
	gt: '>',
	quot: '"',
	apos: "'",
	colon: ':',
	tab: '\t',
	newline: '\n',
};
