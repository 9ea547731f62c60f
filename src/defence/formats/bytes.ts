/** Reading of hostile bytes: every accessor answers 0, '' or -1 beyond the end and never throws. */
import type { Content } from '../content.ts';

/** What a defence looks at of a large file, from its beginning and from its end, unless it says more. */
export const WINDOW = 65_536;

export function headOf(content: Content, length = WINDOW): Uint8Array {
	return content.read(0, Math.min(length, content.size));
}

export function tailOf(content: Content, length = WINDOW): Uint8Array {
	return content.read(Math.max(0, content.size - length), content.size);
}

export function u16(bytes: Uint8Array, at: number): number {
	return (bytes[at] ?? 0) + (bytes[at + 1] ?? 0) * 0x100;
}

export function u32(bytes: Uint8Array, at: number): number {
	return u16(bytes, at) + u16(bytes, at + 2) * 0x10000;
}

export function u16be(bytes: Uint8Array, at: number): number {
	return (bytes[at] ?? 0) * 0x100 + (bytes[at + 1] ?? 0);
}

export function u32be(bytes: Uint8Array, at: number): number {
	return u16be(bytes, at) * 0x10000 + u16be(bytes, at + 2);
}

/** 64 bits as a number: exact below 2^53, and above only ever compared with the size of the file. */
export function u64(bytes: Uint8Array, at: number): number {
	return u32(bytes, at) + u32(bytes, at + 4) * 0x1_0000_0000;
}

export function u64be(bytes: Uint8Array, at: number): number {
	return u32be(bytes, at) * 0x1_0000_0000 + u32be(bytes, at + 4);
}

/** One character a byte, so that a text search is a byte search. */
export function latin1(bytes: Uint8Array, from = 0, to = bytes.length): string {
	return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString(
		'latin1',
		Math.max(0, from),
		Math.min(to, bytes.length),
	);
}

/** Whether the bytes `magic` (one character a byte) stand at `at`. */
export function has(bytes: Uint8Array, magic: string, at = 0): boolean {
	if (at < 0 || at + magic.length > bytes.length) return false;
	for (let i = 0; i < magic.length; i++) if (bytes[at + i] !== magic.charCodeAt(i)) return false;
	return true;
}

/** Where `magic` next stands; -1: nowhere. */
export function find(bytes: Uint8Array, magic: string, from = 0): number {
	return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).indexOf(magic, from, 'latin1');
}

/** UTF-16, little endian, of a slice that may end too early. */
export function utf16(bytes: Uint8Array, from: number, length: number): string {
	const end = Math.min(bytes.length, from + length);
	if (from < 0 || end <= from) return '';
	return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf16le', from, end);
}

/**
 * The text of a window: by its byte order mark, else one character a byte (ASCII is what is looked for).
 * Widths of UTF-16 without a mark are recognised by their zeros, as browsers' and editors' guesses do.
 */
export function textOf(bytes: Uint8Array): string {
	if (has(bytes, '\xef\xbb\xbf')) return latin1(bytes, 3);
	if (has(bytes, '\xff\xfe')) return utf16(bytes, 2, bytes.length);
	if (has(bytes, '\xfe\xff')) return utf16(swapped(bytes), 2, bytes.length);
	if (bytes.length >= 4 && bytes[0] !== 0 && bytes[1] === 0 && bytes[2] !== 0 && bytes[3] === 0)
		return utf16(bytes, 0, bytes.length);
	if (bytes.length >= 4 && bytes[0] === 0 && bytes[1] !== 0 && bytes[2] === 0 && bytes[3] !== 0)
		return utf16(swapped(bytes), 0, bytes.length);
	return latin1(bytes);
}

function swapped(bytes: Uint8Array): Uint8Array {
	const copy = new Uint8Array(bytes.length & ~1);
	for (let i = 0; i + 1 < bytes.length; i += 2) {
		copy[i] = bytes[i + 1]!;
		copy[i + 1] = bytes[i]!;
	}
	return copy;
}

/** Whether a person could have typed it: no control characters but those of lines, in any text encoding. */
export function isText(bytes: Uint8Array): boolean {
	if (bytes.length === 0) return false;
	const wide = textOf(bytes);
	const end = Math.min(wide.length, 4096);
	for (let i = 0; i < end; i++) {
		const code = wide.charCodeAt(i);
		if (
			code < 0x20 &&
			code !== 9 &&
			code !== 10 &&
			code !== 13 &&
			code !== 12 &&
			code !== 0x1b &&
			code !== 0x1a
		)
			return false;
		if (code === 0x7f || code === 0xfffe || code === 0xffff) return false;
	}
	return isUtf8OrFew(bytes);
}

/** Bytes above ASCII are UTF-8, or few enough for an old 8-bit text; else it is binary without zeros. */
function isUtf8OrFew(bytes: Uint8Array): boolean {
	if (bytes[0] === 0xff || bytes[0] === 0xfe || bytes[0] === 0 || bytes[1] === 0) return true;
	const end = Math.min(bytes.length, 4096);
	let high = 0;
	let broken = 0;
	for (let i = 0; i < end; i++) {
		const byte = bytes[i]!;
		if (byte < 0x80) continue;
		high++;
		const more = byte >= 0xf0 ? 3 : byte >= 0xe0 ? 2 : byte >= 0xc2 ? 1 : 0;
		let good = more > 0;
		for (let j = 1; j <= more; j++) good &&= i + j >= end || (bytes[i + j]! & 0xc0) === 0x80;
		if (good) i += more;
		else broken++;
	}
	return high === 0 || broken === 0 || broken < end * 0.3;
}
