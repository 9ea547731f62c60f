/**
 * Machine code by its first bytes, whatever it is called. Formats: PE and NE behind a DOS header, ELF,
 * Mach-O (one or several processors), Java class, Android DEX.
 *
 * `MZ` alone proves nothing, since a text may begin with it: the header must lead to a new one, or be
 * that of a DOS program (sizes that fit the file, and bytes that no text has). A program with junk in
 * front is no program for any loader, but droppers cut it out again: it is looked for in the first
 * 4 KiB of files that nothing else explains.
 */
import type { Content } from '../content.ts';
import { find, has, headOf, isText, latin1, tailOf, u16, u16be, u32, u32be } from './bytes.ts';

const JUNK = 4096;
/** More processors than this in a fat file means that it is a Java class: those begin alike. */
const MOST_PROCESSORS = 30;
const FIRST_JAVA = 45;
const LAST_JAVA = 100;
const TRIES = 64;

/** What kind of machine code it is, in a few words. */
export function programOf(content: Content, head: Uint8Array): string | undefined {
	if (has(head, 'MZ') || has(head, 'ZM')) return dosOf(content, head);
	if (has(head, '\x7fELF') && within(head[4], 1, 2) && within(head[5], 1, 2)) {
		return has(head, 'AI', 8) ? 'an AppImage' : 'an ELF program';
	}
	const magic = u32be(head, 0);
	if (magic === 0xfeedface || magic === 0xfeedfacf || magic === 0xcefaedfe || magic === 0xcffaedfe)
		return head.length >= 28 ? 'a Mach-O program' : undefined;
	if (magic === 0xcafebabe || magic === 0xcafebabf) {
		if (within(u16be(head, 6), FIRST_JAVA, LAST_JAVA)) return 'a Java class';
		if (within(u32be(head, 4), 1, MOST_PROCESSORS)) return 'a Mach-O program';
	}
	if (has(head, 'dex\n0') && head[7] === 0) return 'an Android program (DEX)';
	return content.type === undefined ? behindJunk(content, head) : undefined;
}

function within(value: number | undefined, least: number, most: number): boolean {
	return value !== undefined && value >= least && value <= most;
}

function dosOf(content: Content, head: Uint8Array): string | undefined {
	const newer = newHeader(content, 0);
	if (newer !== undefined) return wrapped(content, newer);
	if (head.length < 28 || isText(head)) return undefined;
	// IMAGE_DOS_HEADER: pages of 512 bytes in the file, paragraphs of 16 bytes in the header.
	const pages = u16(head, 4);
	const paragraphs = u16(head, 8);
	const last = u16(head, 2);
	if (pages === 0 || last >= 512 || paragraphs < 2 || paragraphs * 16 > pages * 512) return undefined;
	return 'a DOS program';
}

/** The header that the DOS header at `at` leads to. */
function newHeader(content: Content, at: number): string | undefined {
	const pointer = content.read(at + 60, at + 64);
	if (pointer.length < 4) return undefined;
	const to = at + u32(pointer, 0);
	if (to + 4 > content.size) return undefined;
	const found = content.read(to, to + 4);
	if (has(found, 'PE\0\0')) return 'a Windows program';
	if (to === at) return undefined;
	if (has(found, 'NE')) return 'a 16-bit Windows program';
	if (has(found, 'LE') || has(found, 'LX')) return 'an OS/2 program or a driver';
	return undefined;
}

/** A program with an archive behind it unpacks itself; that is how the famous installers look too. */
function wrapped(content: Content, what: string): string {
	const tail = tailOf(content, 4096);
	const head = headOf(content);
	const archived =
		find(tail, 'PK\x05\x06') >= 0 ||
		find(head, 'Nullsoft.NSIS') >= 0 ||
		find(head, 'Rar!\x1a\x07') >= 0 ||
		find(head, '7z\xbc\xaf\x27\x1c') >= 0 ||
		find(head, 'Inno Setup') >= 0;
	return archived ? `${what} that unpacks itself` : what;
}

function behindJunk(content: Content, head: Uint8Array): string | undefined {
	const text = latin1(head, 0, JUNK);
	let at = text.indexOf('MZ', 1);
	for (let tries = 0; at > 0 && tries < TRIES; tries++) {
		if (newHeader(content, at) === 'a Windows program') return 'a Windows program behind other bytes';
		at = text.indexOf('MZ', at + 1);
	}
	return undefined;
}
