/** The list at the end of a 7z archive: streams, and the members in them (7zFormat.txt, "Header"). */
import { Unreadable } from './entry.ts';

export interface Folder {
	readonly coders: readonly Coder[];
	/** How many packed streams it is made of. */
	readonly streams: number;
	/** Place of the first packed stream, behind the header of the file, and bytes of all of them. */
	readonly from: number;
	readonly packed: number;
	/** Bytes that come out at last. */
	readonly size: number;
	/** Bytes of each member in it. */
	readonly members: readonly number[];
	/** A checksum of all of it is given. */
	readonly checked: boolean;
}

interface Coder {
	/** Hexadecimal. */
	readonly id: string;
	readonly properties: Uint8Array;
	readonly outs: number;
	/** Bytes that come out of it. */
	readonly size: number;
}

export interface Listed {
	readonly name: string;
	readonly kind: 'file' | 'folder' | 'link';
	readonly size: number;
	/** undefined: it has no bytes. */
	readonly folder: number | undefined;
}

const MOST_FOLDERS = 100_000;
const MOST_FILES = 1_000_000;
const MOST_CODERS = 32;
const FOLDER_ATTRIBUTE = 0x10;
const REPARSE_POINT = 0x400;
const UNIX_MODE = 0x8000;
const LINK = 0o120000;

/** The stream that a packed list lies in. */
export function packedOf(list: Uint8Array): Folder | undefined {
	const bytes = new Bytes(list);
	bytes.byte();
	return streamsOf(bytes)[0];
}

export function listOf(list: Uint8Array): { folders: readonly Folder[]; files: readonly Listed[] } {
	const bytes = new Bytes(list);
	bytes.mustBe(1);
	let folders: readonly Folder[] = [];
	for (;;) {
		const id = bytes.byte();
		if (id === 0) return { folders, files: [] };
		if (id === 4) folders = streamsOf(bytes);
		else if (id === 5) return { folders, files: filesOf(bytes, folders) };
		else if (id === 2) properties(bytes);
		else if (id === 3) streamsOf(bytes);
		else throw new Unreadable('a 7z list that makes no sense');
	}
}

function properties(bytes: Bytes): void {
	while (bytes.byte() !== 0) bytes.take(bytes.number());
}

function streamsOf(bytes: Bytes): Folder[] {
	let at = 0;
	let sizes: number[] = [];
	let folders: Folder[] = [];
	for (;;) {
		const id = bytes.byte();
		if (id === 0) return folders;
		if (id === 6) {
			at = bytes.number();
			sizes = packSizes(bytes);
		} else if (id === 7) folders = foldersOf(bytes, at, sizes);
		else if (id === 8) folders = withMembers(bytes, folders);
		else throw new Unreadable('a 7z list that makes no sense');
	}
}

function packSizes(bytes: Bytes): number[] {
	const count = bytes.count(MOST_FOLDERS);
	let sizes: number[] = [];
	for (;;) {
		const id = bytes.byte();
		if (id === 0) return sizes;
		if (id === 9) sizes = Array.from({ length: count }, () => bytes.number());
		else if (id === 10) digests(bytes, count);
		else throw new Unreadable('a 7z list that makes no sense');
	}
}

function foldersOf(bytes: Bytes, start: number, sizes: readonly number[]): Folder[] {
	bytes.mustBe(11);
	const count = bytes.count(MOST_FOLDERS);
	if (bytes.byte() !== 0) throw new Unreadable('a 7z list in another place');
	const raw = Array.from({ length: count }, () => folderOf(bytes));
	bytes.mustBe(12);
	let given: boolean[] = [];
	let stream = 0;
	let at = start;
	const folders = raw.map(({ coders, streams, main }) => {
		const outs = coders.flatMap((coder) => Array.from({ length: coder.outs }, () => bytes.number()));
		const packed = sizes.slice(stream, stream + streams).reduce((sum, size) => sum + size, 0);
		stream += streams;
		let out = 0;
		const sized = coders.map((coder) => ({ ...coder, size: outs[(out += coder.outs) - coder.outs] ?? 0 }));
		const folder = { coders: sized, streams, from: at, packed, size: outs[main] ?? 0 };
		at += packed;
		return { ...folder, members: [folder.size], checked: false };
	});
	for (;;) {
		const id = bytes.byte();
		if (id === 0) return folders.map((folder, i) => ({ ...folder, checked: given[i] === true }));
		if (id === 10) given = digests(bytes, count);
		else throw new Unreadable('a 7z list that makes no sense');
	}
}

/** Coders, how they are bound to each other, and which outcome is bound to none: that is the folder's. */
function folderOf(bytes: Bytes): { coders: Coder[]; streams: number; main: number } {
	const coders: Coder[] = [];
	let ins = 0;
	let outs = 0;
	for (let left = bytes.count(MOST_CODERS); left > 0; left--) {
		const flags = bytes.byte();
		const id = Buffer.from(bytes.take(flags & 15)).toString('hex');
		const complex = (flags & 0x10) !== 0;
		const coderIns = complex ? bytes.count(MOST_CODERS) : 1;
		const coderOuts = complex ? bytes.count(MOST_CODERS) : 1;
		coders.push({
			id,
			outs: coderOuts,
			size: 0,
			properties: (flags & 0x20) !== 0 ? bytes.take(bytes.number()) : new Uint8Array(0),
		});
		ins += coderIns;
		outs += coderOuts;
	}
	const bound = new Set<number>();
	for (let i = 1; i < outs; i++) {
		bytes.number();
		bound.add(bytes.number());
	}
	const streams = ins - Math.max(0, outs - 1);
	if (streams > 1) for (let i = 0; i < streams; i++) bytes.number();
	const main = Array.from({ length: outs }, (_, i) => i).find((i) => !bound.has(i)) ?? 0;
	return { coders, streams: Math.max(0, streams), main };
}

/** How the bytes of each folder are shared out to members; the last one's size is what is left. */
function withMembers(bytes: Bytes, folders: readonly Folder[]): Folder[] {
	let counts = folders.map(() => 1);
	let sizes: number[][] | undefined;
	for (;;) {
		const id = bytes.byte();
		if (id === 0) break;
		if (id === 13) counts = folders.map(() => bytes.count(MOST_FILES));
		else if (id === 9) {
			sizes = counts.map((count) => Array.from({ length: Math.max(0, count - 1) }, () => bytes.number()));
		} else if (id === 10) {
			// A member that is all of a folder with a checksum has none of its own.
			const alone = (i: number): boolean => counts[i] === 1 && folders[i]!.checked;
			digests(
				bytes,
				counts.reduce((sum, count, i) => sum + (alone(i) ? 0 : count), 0),
			);
		} else throw new Unreadable('a 7z list that makes no sense');
	}
	return folders.map((folder, i) => {
		const first = sizes?.[i] ?? [];
		const rest = folder.size - first.reduce((sum, size) => sum + size, 0);
		if (rest < 0) throw new Unreadable('a 7z stream is shorter than its members');
		return { ...folder, members: counts[i] === 0 ? [] : [...first, rest] };
	});
}

/** Which of them are given; their four bytes each are passed over. */
function digests(bytes: Bytes, count: number): boolean[] {
	const given = bytes.byte() !== 0 ? Array<boolean>(count).fill(true) : bytes.bits(count);
	bytes.take(given.filter(Boolean).length * 4);
	return given;
}

function filesOf(bytes: Bytes, folders: readonly Folder[]): Listed[] {
	const count = bytes.count(MOST_FILES);
	let names: string[] = [];
	let streamless: boolean[] = [];
	let files: boolean[] = [];
	let attributes: number[] = [];
	for (;;) {
		const id = bytes.byte();
		if (id === 0) break;
		const part = new Bytes(bytes.take(bytes.number()));
		if (id === 14) streamless = part.bits(count);
		else if (id === 15) files = part.bits(streamless.filter(Boolean).length);
		else if (id === 17) names = namesOf(part, count);
		else if (id === 21) attributes = attributesOf(part, count);
	}
	if (names.length < count) throw new Unreadable('members of a 7z archive without a name');
	const streams = folders.flatMap(({ members }, folder) => members.map((size) => ({ size, folder })));
	let stream = 0;
	let empty = 0;
	return names.slice(0, count).map((name, i) => {
		const attribute = attributes[i] ?? 0;
		const link = (attribute & UNIX_MODE) !== 0 && ((attribute >>> 16) & 0o170000) === LINK;
		if (streamless[i] === true) {
			const folder = files[empty++] !== true || (attribute & FOLDER_ATTRIBUTE) !== 0;
			return { name, kind: folder ? 'folder' : 'file', size: 0, folder: undefined };
		}
		const place = streams[stream++];
		if (place === undefined) throw new Unreadable('members of a 7z archive without bytes');
		return { name, kind: link || (attribute & REPARSE_POINT) !== 0 ? 'link' : 'file', ...place };
	});
}

function namesOf(part: Bytes, count: number): string[] {
	if (part.byte() !== 0) throw new Unreadable('a 7z list in another place');
	const names = Buffer.from(part.rest()).toString('utf16le').split('\0');
	return names.slice(0, count);
}

function attributesOf(part: Bytes, count: number): number[] {
	const given = part.byte() !== 0 ? Array<boolean>(count).fill(true) : part.bits(count);
	if (part.byte() !== 0) return [];
	return given.map((one) => (one ? Buffer.from(part.take(4)).readUInt32LE() : 0));
}

/** Bytes of the list, in order. */
class Bytes {
	readonly #bytes: Uint8Array;
	#at = 0;

	constructor(bytes: Uint8Array) {
		this.#bytes = bytes;
	}

	byte(): number {
		const byte = this.#bytes[this.#at++];
		if (byte === undefined) throw new Unreadable('a 7z list that is cut off');
		return byte;
	}

	mustBe(value: number): void {
		if (this.byte() !== value) throw new Unreadable('a 7z list that makes no sense');
	}

	take(length: number): Uint8Array {
		if (length > this.#bytes.length - this.#at) throw new Unreadable('a 7z list that is cut off');
		this.#at += length;
		return this.#bytes.subarray(this.#at - length, this.#at);
	}

	rest(): Uint8Array {
		return this.take(this.#bytes.length - this.#at);
	}

	/** The ones at the top of the first byte say how many bytes follow. */
	number(): number {
		const first = this.byte();
		let value = 0;
		for (let i = 0; i < 8; i++) {
			const mask = 0x80 >>> i;
			if ((first & mask) === 0) {
				value += (first & (mask - 1)) * 2 ** (8 * i);
				break;
			}
			value += this.byte() * 2 ** (8 * i);
		}
		if (!Number.isSafeInteger(value)) throw new Unreadable('a number in 7z makes no sense');
		return value;
	}

	/** Of things that each take at least a bit of the list. */
	count(most: number): number {
		const value = this.number();
		if (value > most || value > this.#bytes.length * 8) throw new Unreadable('a 7z list of too much');
		return value;
	}

	bits(count: number): boolean[] {
		const bytes = this.take(Math.ceil(count / 8));
		return Array.from({ length: count }, (_, i) => (bytes[i >>> 3]! & (0x80 >>> (i & 7))) !== 0);
	}
}
