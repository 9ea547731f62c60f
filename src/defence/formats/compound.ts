/**
 * OLE2 compound files ([MS-CFB]): old Office documents, installer packages, and much else. Only the
 * names in the directory are read, along its chain of sectors, at most 128 of them.
 *
 * Not looked at: Excel 4 macro sheets (they are records inside the workbook), and what streams hold.
 */
import type { Content } from '../content.ts';
import { has, latin1, u16, u32, utf16 } from './bytes.ts';

const SIGNATURE = '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1';
const ENTRY = 128;
const MOST_SECTORS = 128;
/** Sectors of the allocation table that the header itself lists. */
const LISTED = 109;
/** Class of the root of an installer package, transform and patch: {000C1084-...}, 1082, 1086. */
const INSTALLER = /^[\x82\x84\x86]\x10\x0c\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00\x46$/;
/** Storages and streams in which Word, Excel, PowerPoint and Publisher keep macros ([MS-OVBA] 2.2). */
const MACROS = new Set(['_VBA_PROJECT', '_VBA_PROJECT_CUR', 'VBA', 'Macros', '_VBA_PROJECT_XL']);

export interface Compound {
	readonly installer: boolean;
	readonly macros: boolean;
	/** Names in the order of the directory. */
	readonly names: readonly string[];
}

/** undefined: it is no compound file. */
export function compoundOf(content: Content, head: Uint8Array): Compound | undefined {
	if (!has(head, SIGNATURE)) return undefined;
	const shift = u16(head, 30);
	const size = shift === 12 ? 4096 : 512;
	const names: string[] = [];
	let installer = false;
	let sector = u32(head, 48);
	for (let seen = 0; seen < MOST_SECTORS; seen++) {
		const from = (sector + 1) * size;
		if (from + ENTRY > content.size) break;
		const bytes = content.read(from, from + size);
		for (let at = 0; at + ENTRY <= bytes.length; at += ENTRY) {
			const length = u16(bytes, at + 64);
			if (bytes[at + 66] === 0 || length < 2 || length > 64) continue;
			names.push(utf16(bytes, at, length - 2));
			if (bytes[at + 66] === 5) installer ||= INSTALLER.test(latin1(bytes, at + 80, at + 96));
		}
		const next = following(content, head, sector, size);
		if (next === undefined || next === sector) break;
		sector = next;
	}
	return { installer, macros: names.some((name) => MACROS.has(name)), names };
}

/** The sector after this one, by the allocation table. */
function following(content: Content, head: Uint8Array, sector: number, size: number): number | undefined {
	const each = size / 4;
	const index = Math.floor(sector / each);
	if (index >= LISTED) return undefined;
	const table = u32(head, 76 + 4 * index);
	const from = (table + 1) * size + 4 * (sector % each);
	const bytes = content.read(from, from + 4);
	if (bytes.length < 4) return undefined;
	const next = u32(bytes, 0);
	return next >= 0xfffffffa ? undefined : next;
}
