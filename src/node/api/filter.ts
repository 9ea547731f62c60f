/**
 * The one filter language of all lists (HTTP API, console, command line).
 *
 *   debian iso          rows that hold both words, anywhere in their text
 *   "sally port"        the words in this order
 *   -beta               rows without the word
 *   state:waiting       a field holds the text; fields are those of the row, `in.bytes` reaches inside
 *   -verdict:refused    a field does not
 *   state=paused        a field is the text
 *   size>10M            a number; also >= < <= =, with k M G T (thousands, an optional B behind)
 *   ext:iso  type:video the ending of the name, or its kind: audio video image archive document program
 *
 * 1. All terms must hold. Letter case does not matter.
 * 2. A filter is typed letter by letter, so nothing is an error: a term that is not finished (`size>`,
 *    `state:`, a lone `-`) is left out, one that names no field is a word.
 */
export interface Filter<Row> {
	/** No term at all: every row matches. */
	readonly empty: boolean;
	matches(row: Row): boolean;
}

type Test = (row: object) => boolean;

/** A minus, a field with its operator, then a quoted or a plain value. */
const term = /(-?)(?:([a-z][a-z0-9_.]*)(:|>=|<=|>|<|=))?(?:"([^"]*)"?|(\S*))/giy;

// Maps: whoever asks may say `constructor`, which every object has.
const aliases = new Map([
	['net', 'network'],
	['hash', 'sha1'],
]);

const kinds: ReadonlyMap<string, readonly string[]> = new Map(
	Object.entries({
		audio: ['aac', 'aif', 'aiff', 'flac', 'm4a', 'mid', 'mp3', 'oga', 'ogg', 'opus', 'wav', 'wma'],
		video: ['avi', 'flv', 'm4v', 'mkv', 'mov', 'mp4', 'mpeg', 'mpg', 'ogv', 'webm', 'wmv'],
		image: ['avif', 'bmp', 'gif', 'jpeg', 'jpg', 'png', 'svg', 'tif', 'tiff', 'webp'],
		archive: ['7z', 'bz2', 'deb', 'dmg', 'gz', 'img', 'iso', 'rar', 'rpm', 'tar', 'tgz', 'xz', 'zip', 'zst'],
		document: [
			'doc',
			'docx',
			'epub',
			'htm',
			'html',
			'md',
			'odp',
			'ods',
			'odt',
			'pdf',
			'ppt',
			'pptx',
			'ps',
			'rtf',
			'tex',
			'txt',
			'xls',
			'xlsx',
		],
		program: [
			'apk',
			'bat',
			'cmd',
			'com',
			'dll',
			'exe',
			'jar',
			'js',
			'lnk',
			'msi',
			'pif',
			'ps1',
			'scr',
			'sh',
			'vbs',
			'wsf',
		],
	}),
);

export interface Term {
	readonly not: boolean;
	/** A word has none. */
	readonly field?: string;
	readonly operator: '' | ':' | '=' | '>' | '<' | '>=' | '<=';
	/** In lower case. */
	readonly value: string;
}

export function termsOf(text: string): Term[] {
	const terms: Term[] = [];
	for (const found of text.toLowerCase().matchAll(term)) {
		const [whole, minus, field, operator, quoted, plain] = found;
		if (whole === '') continue;
		terms.push({
			not: minus === '-',
			...(field === undefined ? {} : { field }),
			operator: (operator ?? '') as Term['operator'],
			value: quoted ?? plain ?? '',
		});
	}
	return terms;
}

/** `fields`: the names that may stand before an operator (see fields.ts). */
export function parseFilter<Row extends object>(text: string, fields: ReadonlySet<string>): Filter<Row> {
	const tests: Test[] = [];
	for (const one of termsOf(text)) {
		const test = testOf(fields, one);
		if (test === 'unfinished') continue;
		tests.push(one.not ? (row) => !test(row) : test);
	}
	return { empty: tests.length === 0, matches: (row) => tests.every((test) => test(row)) };
}

function testOf(fields: ReadonlySet<string>, { field: name, operator, value }: Term): Test | 'unfinished' {
	if (name === undefined) return value === '' ? 'unfinished' : hasText(value);
	if (operator === ':' && name === 'ext') return value === '' ? 'unfinished' : isKind([value]);
	if (operator === ':' && name === 'type')
		return value === '' ? 'unfinished' : isKind(kinds.get(value) ?? [value]);
	const field = aliases.get(name) ?? name;
	if (!fields.has(field)) return hasText(name + operator + value);
	if (value === '') return 'unfinished';
	if (operator === ':') return (row) => holds(fieldOf(row, field), value);
	const bound = parseNumber(value);
	if (bound === undefined && operator === '=') return (row) => is(fieldOf(row, field), value);
	if (bound === undefined) return hasText(name + operator + value);
	const compare = comparisons[operator]!;
	return (row) => {
		const number = numberOf(fieldOf(row, field));
		return number !== undefined && compare(number, bound);
	};
}

const comparisons: Readonly<Record<string, (one: number, other: number) => boolean>> = {
	'>': (one, other) => one > other,
	'<': (one, other) => one < other,
	'>=': (one, other) => one >= other,
	'<=': (one, other) => one <= other,
	'=': (one, other) => one === other,
};

const units: Readonly<Record<string, number>> = { '': 1, k: 1e3, m: 1e6, g: 1e9, t: 1e12 };

function parseNumber(text: string): number | undefined {
	const found = /^(\d+(?:\.\d+)?)([kmgt]?)b?$/.exec(text);
	return found === null ? undefined : Number(found[1]) * units[found[2]!]!;
}

function hasText(text: string): Test {
	return (row) => someText(row, (part) => part.toLowerCase().includes(text));
}

/** Whether some text of the row passes: its own strings and those in its arrays. */
function someText(row: object, passes: (text: string) => boolean): boolean {
	for (const value of Object.values(row)) {
		if (typeof value === 'string') {
			if (passes(value)) return true;
		} else if (Array.isArray(value)) {
			for (const item of value) {
				if (typeof item === 'string' ? passes(item) : typeof item === 'object' && someText(item, passes))
					return true;
			}
		}
	}
	return false;
}

function isKind(endings: readonly string[]): Test {
	return (row) => {
		const { name } = row as { name?: unknown };
		if (typeof name !== 'string') return false;
		const dot = name.lastIndexOf('.');
		return dot > 0 && endings.includes(name.slice(dot + 1).toLowerCase());
	};
}

function is(value: unknown, text: string): boolean {
	return typeof value === 'string' && value.toLowerCase() === text;
}

function holds(value: unknown, text: string): boolean {
	if (typeof value === 'string') return value.toLowerCase().includes(text);
	if (typeof value === 'number') return value === parseNumber(text);
	if (typeof value === 'boolean') return (value ? ['yes', 'true'] : ['no', 'false']).includes(text);
	if (Array.isArray(value)) return value.some((item) => holds(item, text));
	if (typeof value === 'object' && value !== null)
		return Object.values(value).some((item) => holds(item, text));
	return false;
}

/** A field of a row; `in.bytes` is a field of a field. */
export function fieldOf(row: object, field: string): unknown {
	let value: unknown = row;
	for (const name of field.split('.')) {
		if (typeof value !== 'object' || value === null) return undefined;
		value = (value as Record<string, unknown>)[name];
	}
	return value;
}

/** What a field counts: a number, the length of a list, or the bytes of a pair of counters. */
export function numberOf(value: unknown): number | undefined {
	if (typeof value === 'number') return value;
	if (Array.isArray(value)) return value.length;
	if (typeof value === 'object' && value !== null && 'bytes' in value) return numberOf(value.bytes);
	return undefined;
}
