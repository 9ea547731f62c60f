/**
 * What the members of a ZIP file are called (APPNOTE 6.3.10, sections 4.3.7, 4.3.12, 4.3.16): by the central
 * directory, at most 1 MiB of it, and by the local headers in the first 64 KiB, since the two may
 * disagree on purpose. Only names: nothing is unpacked here.
 */
import type { Content } from '../content.ts';
import { find, has, headOf, latin1, tailOf, u16, u32 } from './bytes.ts';

const END = 'PK\x05\x06';
const LOCAL = 'PK\x03\x04';
const CENTRAL = 'PK\x01\x02';
const MOST_DIRECTORY = 1 << 20;
const MOST_NAMES = 8192;
/** The end record, and the longest comment behind it. */
const END_WINDOW = 65_536 + 22;

/** Names as they stand, one character a byte. Empty: no ZIP file, or none that says what it holds. */
export function zipNames(content: Content): Set<string> {
	const names = new Set<string>();
	fromDirectory(content, names);
	fromLocalHeaders(headOf(content), names);
	return names;
}

/** Where the central directory begins, if a ZIP file ends here, whatever stands before it. */
export function zipDirectory(content: Content): { from: number; size: number } | undefined {
	const tail = tailOf(content, END_WINDOW);
	const start = content.size - tail.length;
	for (let at = lastOf(tail, END, tail.length); at >= 0; at = lastOf(tail, END, at - 1)) {
		const size = u32(tail, at + 12);
		// The offset that is written counts from the start of the archive, which junk in front moves.
		const from = start + at - size;
		if (from >= 0 && size >= 46 && has(content.read(from, from + 4), CENTRAL)) return { from, size };
		const written = u32(tail, at + 16);
		if (size >= 46 && has(content.read(written, written + 4), CENTRAL)) return { from: written, size };
		if (start + at < content.size - END_WINDOW) break;
	}
	return undefined;
}

function lastOf(bytes: Uint8Array, magic: string, before: number): number {
	if (before < 0) return -1;
	return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).lastIndexOf(magic, before, 'latin1');
}

function fromDirectory(content: Content, names: Set<string>): void {
	const directory = zipDirectory(content);
	if (directory === undefined) return;
	const { from, size } = directory;
	const bytes = content.read(from, from + Math.min(size, MOST_DIRECTORY));
	let at = 0;
	while (has(bytes, CENTRAL, at) && names.size < MOST_NAMES) {
		const length = u16(bytes, at + 28);
		names.add(latin1(bytes, at + 46, at + 46 + length));
		at += 46 + length + u16(bytes, at + 30) + u16(bytes, at + 32);
	}
}

function fromLocalHeaders(head: Uint8Array, names: Set<string>): void {
	if (!has(head, LOCAL)) return;
	for (let at = 0; at >= 0 && names.size < MOST_NAMES; at = find(head, LOCAL, at + 4)) {
		const length = u16(head, at + 26);
		if (at + 30 + length <= head.length) names.add(latin1(head, at + 30, at + 30 + length));
	}
}
