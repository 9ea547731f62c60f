/**
 * Windows Media files (ASF specification, revision 01.20.03). Three things make a player call somebody:
 * the Script Command Object (section 3.6) with commands of type URL or URLANDEXIT, a stream of
 * commands (section 10.4), and the licence of a locked film (sections 3.14, 3.15).
 *
 * Objects are walked by their sizes, at most 256 of them, each read up to 64 KiB. Where sizes lie, the
 * identifiers are looked for in the first 64 KiB as they stand.
 */
import type { Content, Finding } from '../content.ts';
import { find, has, headOf, latin1, u16, u64, utf16, WINDOW } from './bytes.ts';

const HEADER = '\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c';
const EXTENSION = '\xb5\x03\xbf\x5f\x2e\xa9\xcf\x11\x8e\xe3\x00\xc0\x0c\x20\x53\x65';
const SCRIPT = '\x30\x1a\xfb\x1e\x62\x0b\xd0\x11\xa3\x9b\x00\xa0\xc9\x03\x48\xf6';
const STREAM = '\x91\x07\xdc\xb7\xb7\xa9\xcf\x11\x8e\xe6\x00\xc0\x0c\x20\x53\x65';
const COMMANDS = '\xc0\xcf\xda\x59\xe6\x59\xd0\x11\xa3\xac\x00\xa0\xc9\x03\x48\xf6';
const LOCK = '\xfb\xb3\x11\x22\x23\xbd\xd2\x11\xb4\xb7\x00\xa0\xc9\x55\xfc\x6e';
const WIDE_LOCK = '\x14\xe6\x8a\x29\x22\x26\x17\x4c\xb9\x35\xda\xe0\x7e\xe9\x28\x9c';
const MOST_OBJECTS = 256;
const MOST_COMMANDS = 1024;
/** Types of commands that only show something. */
const SHOWN = /^(?:text|caption|cc|syncmarker|marker|lyrics?|title|author|artist|album)$/i;

/** undefined: it is no ASF file. */
export function asfFindings(content: Content): Finding[] | undefined {
	const head = headOf(content);
	if (!has(head, HEADER)) return undefined;
	const found: Finding[] = [];
	const whole = walk(content, 30, Math.min(content.size, u64(head, 16)), { left: MOST_OBJECTS }, found);
	if (!whole && found.length === 0) {
		// A file that was cut off is broken without anybody's intent.
		const verdict = u64(head, 16) > content.size ? 'suspicious' : 'refused';
		if (find(head, SCRIPT) >= 0) found.push({ ...commands('a script command in a broken header'), verdict });
		if (find(head, LOCK) >= 0 || find(head, WIDE_LOCK) >= 0) found.push(licence(''));
	}
	return found;
}

/** false: the sizes lead nowhere. */
function walk(
	content: Content,
	from: number,
	to: number,
	budget: { left: number },
	found: Finding[],
): boolean {
	let at = from;
	while (at + 24 <= to) {
		if (budget.left-- <= 0) return false;
		const bytes = content.read(at, at + Math.min(WINDOW, content.size - at));
		const size = u64(bytes, 16);
		if (size < 24) return false;
		const object = bytes.subarray(0, Math.min(bytes.length, size));
		if (has(object, SCRIPT)) judgeScript(object, size, found);
		if (has(object, STREAM) && has(object, COMMANDS, 24)) found.push(commands('a stream of commands'));
		if (has(object, LOCK)) found.push(licence(addressOf(latin1(object))));
		if (has(object, WIDE_LOCK)) found.push(licence(addressOf(utf16(object, 24 + 4, object.length))));
		if (has(object, EXTENSION) && !walk(content, at + 46, Math.min(to, at + size), budget, found))
			return false;
		at += size;
	}
	return at <= to + 24;
}

function judgeScript(object: Uint8Array, size: number, found: Finding[]): void {
	const count = u16(object, 40);
	const kinds = u16(object, 42);
	let at = 44;
	const types: string[] = [];
	for (let i = 0; i < kinds && at + 2 <= object.length && i < MOST_COMMANDS; i++) {
		const length = u16(object, at) * 2;
		if (at + 2 + length <= object.length) types.push(utf16(object, at + 2, length).replace(/\0+$/, ''));
		at += 2 + length;
	}
	for (let i = 0; i < count && at + 8 <= object.length && i < MOST_COMMANDS; i++) {
		const type = types[u16(object, at + 4)] ?? '';
		const length = u16(object, at + 6) * 2;
		const text = utf16(object, at + 8, length).replace(/\0+$/, '');
		at += 8 + length;
		if (SHOWN.test(type) && !/^\s*[a-z]{3,12}:\/\//i.test(text)) continue;
		found.push(commands(`${type.slice(0, 20)} ${text.slice(0, 80)}`.trim()));
		return;
	}
	// No command that can be read: a type that acts is enough.
	if (types.some((type) => !SHOWN.test(type))) found.push(commands(types.join(' ').slice(0, 80)));
	else if (count > 0 && types.length === 0 && object.length === size)
		found.push(commands('commands that cannot be read'));
}

function commands(detail: string): Finding {
	return { code: 'defence.media.command', verdict: 'refused', detail };
}

function licence(address: string): Finding {
	return { code: 'defence.media.licence', verdict: 'suspicious', detail: `a locked film ${address}`.trim() };
}

function addressOf(text: string): string {
	return /https?:\/\/[\x21-\x3b\x3d\x3f-\x7e]{1,120}/i.exec(text)?.[0] ?? '';
}
