/**
 * The objects of a PDF file as they stand (ISO 32000-1, section 7.3): dictionaries with only those keys that
 * can act. The cross-reference table is not followed, since in a hostile file it is what lies: every
 * object is read, also one inside of a comment, a string or a stream that calls itself an object.
 *
 * Object streams (section 7.5.7) are unpacked, 256 of them, 1 MiB each, 16 MiB in all.
 * Bounded: names and strings to 4,096 characters, nesting to 64, dictionaries kept to 100,000.
 */
import { inflated } from './inflate.ts';
import { plainString } from './pdf-string.ts';

export type Value =
	| { readonly name: string }
	| { readonly text: string }
	| { readonly ref: number }
	| { readonly list: readonly Value[] }
	| Dictionary;

export interface Dictionary {
	readonly map: Map<string, Value>;
}

const KEPT = new Set(
	(
		'Type Subtype S JS OpenAction AA A Next JavaScript EF F UF DOS Unix Win URI XFA Filter First N DecodeParms FS P ' +
		'O C K V E X D U Fo Bl PO PC PV PI WC WS DS WP DP Mac'
	).split(' '),
);
const LONGEST = 4096;
const LONGEST_STRING = 65_536;
const DEEPEST = 64;
const MOST_DICTIONARIES = 100_000;
const MOST_LIST = 64;
const MOST_STREAMS = 256;
const MOST_UNPACKED = 1 << 20;
const MOST_UNPACKED_IN_ALL = 16 << 20;
const MOST_OF_ONE = 8;
/** Pieces within pieces: at the last step nothing is skipped any more. */
const MOST_REREAD = 2;
/** Strings without an end, until a parenthesis is taken for any other character. */
const MOST_OPEN = 64;
const END_OF_WORD = /[\0\t\n\f\r ()<>[\]{}/%]/g;
const HEXADECIMAL = /[\s\da-f]*/iy;
const OBJECT = /\d\s{1,8}\d{1,5}\s{1,8}obj\b/;

interface Frame {
	readonly map?: Map<string, Value>;
	readonly list?: Value[];
	key?: string | undefined;
	/** A number was read as the value of the key; it may yet become a reference. */
	numbered?: boolean;
}

export class PdfObjects {
	/** Each number may be defined again and again; which of them counts is for the reader to say. */
	readonly byNumber = new Map<number, Dictionary[]>();
	readonly all: Dictionary[] = [];
	/** Object streams with filters that nobody needs for them, or nesting without end. */
	obscured = false;
	#streams = 0;
	#unpacked = 0;

	/** `number`: that of the object which the text begins with, where it does not say so itself. */
	read(text: string, number?: number, again = 0): void {
		new Reader(this, text, number, again).run();
	}

	keep(dictionary: Dictionary, number: number | undefined): void {
		if (dictionary.map.size === 0 || this.all.length >= MOST_DICTIONARIES) return;
		this.all.push(dictionary);
		if (number === undefined) return;
		const others = this.byNumber.get(number);
		if (others === undefined) this.byNumber.set(number, [dictionary]);
		else if (others.length < MOST_OF_ONE) others.push(dictionary);
	}

	/** A stream's dictionary and its bytes, one character each. */
	stream(dictionary: Dictionary | undefined, raw: string): void {
		const type = dictionary?.map.get('Type');
		if (dictionary === undefined || type === undefined || !('name' in type) || type.name !== 'ObjStm') return;
		if (this.#streams++ >= MOST_STREAMS || this.#unpacked >= MOST_UNPACKED_IN_ALL) return;
		const filters = namesOf(dictionary.map.get('Filter'));
		if (filters.length > 1 || (filters.length === 1 && !/^Fl(?:ate(?:Decode)?)?$/.test(filters[0]!))) {
			this.obscured = true;
			return;
		}
		const bytes = Buffer.from(raw, 'latin1');
		const plain = filters.length === 0 ? raw : Buffer.from(inflated(bytes, MOST_UNPACKED)).toString('latin1');
		this.#unpacked += plain.length;
		this.#members(plain);
	}

	/** Pairs of number and offset, then the objects; offsets count from the first object. */
	#members(plain: string): void {
		const pairs = /^[\s\d]*/.exec(plain)![0];
		const numbers = pairs.trim().split(/\s+/).map(Number);
		const first = pairs.length;
		let reached = 0;
		for (let i = 0; i + 1 < numbers.length; i += 2) {
			const from = numbers[i + 1]!;
			const to = numbers[i + 3] ?? plain.length;
			// Offsets ascend (section 7.5.7); those that do not would be read again and again.
			if (from < reached || to <= from) continue;
			reached = to;
			this.read(plain.slice(first + from, first + to), numbers[i]);
		}
	}
}

function namesOf(value: Value | undefined): string[] {
	if (value === undefined) return [];
	if ('name' in value) return [value.name];
	return 'list' in value ? value.list.flatMap((one) => ('name' in one ? [one.name] : [])) : [];
}

class Reader {
	#at = 0;
	#stack: Frame[] = [];
	#number: number | undefined;
	/** The last two numbers that were read: `12 0 R`, `12 0 obj`. */
	#before = Number.NaN;
	#last = Number.NaN;
	#latest: Dictionary | undefined;
	#unclosed = 0;
	readonly #objects: PdfObjects;
	readonly #text: string;
	readonly #again: number;

	constructor(objects: PdfObjects, text: string, number: number | undefined, again: number) {
		this.#objects = objects;
		this.#text = text;
		this.#number = number;
		this.#again = again;
	}

	run(): void {
		const text = this.#text;
		const skips = this.#again < MOST_REREAD;
		while (this.#at < text.length) {
			const one = text[this.#at]!;
			if (one <= ' ') this.#at++;
			else if (one === '%') skips ? this.#comment() : this.#at++;
			else if (one === '(') skips && this.#unclosed < MOST_OPEN ? this.#string() : this.#at++;
			else if (one === '/') this.#put({ name: this.#name() });
			else if (one === '<') this.#angle();
			else if (one === '>') this.#close(text[this.#at + 1] === '>' ? 2 : 1);
			else if (one === '[') this.#open({ list: [] }, 1);
			else if (one === ']') this.#close(1);
			else if (one === ')' || one === '{' || one === '}') this.#at++;
			else this.#word();
		}
		while (this.#stack.length > 0) this.#close(0);
	}

	/** A piece that a reader would skip may hold what its table points at. */
	#reread(from: number, to: number): void {
		if (this.#again >= MOST_REREAD || to - from < 10) return;
		const piece = this.#text.slice(from, to);
		if (OBJECT.test(piece)) this.#objects.read(piece, undefined, this.#again + 1);
	}

	#comment(): void {
		const text = this.#text;
		const from = this.#at + 1;
		while (this.#at < text.length && text[this.#at] !== '\n' && text[this.#at] !== '\r') this.#at++;
		this.#reread(from, this.#at);
	}

	#string(): void {
		const text = this.#text;
		const from = this.#at + 1;
		const most = Math.min(text.length, from + LONGEST_STRING);
		let depth = 1;
		let at = from;
		for (; at < most && depth > 0; at++) {
			const one = text[at];
			if (one === '\\') at++;
			else if (one === '(') depth++;
			else if (one === ')') depth--;
		}
		if (depth > 0) {
			this.#unclosed++;
			this.#at = from;
			return;
		}
		this.#at = at;
		this.#reread(from, at - 1);
		this.#put({ text: plainString(text.slice(from, Math.min(at - 1, from + LONGEST))) });
	}

	#angle(): void {
		if (this.#text[this.#at + 1] === '<') return this.#open({ map: new Map() }, 2);
		const from = this.#at + 1;
		HEXADECIMAL.lastIndex = from;
		const length = HEXADECIMAL.exec(this.#text)?.[0].length ?? 0;
		this.#at = from + length;
		if (this.#text[this.#at] !== '>') {
			this.#at = from;
			return;
		}
		this.#at++;
		const hex = this.#text.slice(from, from + Math.min(length, 2 * LONGEST)).replace(/\s/g, '');
		this.#put({ text: plainString(Buffer.from(hex, 'hex').toString('latin1'), false) });
	}

	#name(): string {
		const word = this.#until(this.#at + 1);
		return word.includes('#')
			? word.replace(/#([0-9a-f]{2})/gi, (_, digits: string) =>
					String.fromCharCode(Number.parseInt(digits, 16)),
				)
			: word;
	}

	#until(from: number): string {
		END_OF_WORD.lastIndex = from;
		const end = END_OF_WORD.exec(this.#text)?.index ?? this.#text.length;
		this.#at = end;
		return this.#text.slice(from, Math.min(end, from + LONGEST));
	}

	#word(): void {
		const word = this.#until(this.#at);
		const first = word.charCodeAt(0);
		if (first >= 0x30 && first <= 0x39) {
			this.#before = this.#last;
			this.#last = Number.parseInt(word, 10);
			const frame = this.#stack.at(-1);
			if (frame?.key !== undefined) frame.numbered = true;
			// Two tokens run together are two tokens for lenient readers: `0obj`.
			if (!word.endsWith('obj')) return;
			this.#before = Number.isNaN(this.#before) ? 0 : this.#before;
		}
		if (word === 'R') this.#put({ ref: this.#before });
		else if (word.endsWith('endobj')) this.#fresh(undefined);
		else if (word.endsWith('obj')) this.#fresh(this.#before);
		else if (word.startsWith('endstream')) return;
		else if (word.startsWith('stream') && this.#again === 0) this.#stream(this.#at - word.length + 6);
		else this.#put(undefined);
	}

	#fresh(number: number | undefined): void {
		while (this.#stack.length > 0) this.#close(0);
		this.#number = number;
		this.#latest = undefined;
	}

	#stream(from: number): void {
		const end = this.#text.indexOf('endstream', from);
		const to = end < 0 ? this.#text.length : end;
		while (this.#stack.length > 0) this.#close(0);
		const skip = this.#text[from] === '\r' ? 1 : 0;
		const start = this.#text[from + skip] === '\n' ? from + skip + 1 : from + skip;
		this.#objects.stream(this.#latest, this.#text.slice(start, to));
		this.#reread(from, to);
		this.#at = to;
	}

	#open(frame: Frame, length: number): void {
		this.#at += length;
		if (this.#stack.length < DEEPEST) this.#stack.push(frame);
		else this.#objects.obscured = true;
	}

	#close(length: number): void {
		this.#at += length;
		const frame = this.#stack.pop();
		if (frame?.map !== undefined) {
			const dictionary = { map: frame.map };
			const top = this.#stack.length === 0;
			this.#objects.keep(dictionary, top ? this.#number : undefined);
			if (top) this.#latest = dictionary;
			this.#put(dictionary);
		} else if (frame?.list !== undefined) this.#put({ list: frame.list });
	}

	#put(value: Value | undefined): void {
		const frame = this.#stack.at(-1);
		if (frame === undefined) return;
		if (frame.list !== undefined) {
			if (value !== undefined && frame.list.length < MOST_LIST) frame.list.push(value);
		} else if (frame.key === undefined || (frame.numbered && value !== undefined && 'name' in value)) {
			if (value !== undefined && 'name' in value) frame.key = value.name;
			frame.numbered = false;
		} else {
			frame.numbered = false;
			if (value !== undefined && KEPT.has(frame.key)) frame.map!.set(frame.key, value);
			frame.key = undefined;
		}
	}
}
