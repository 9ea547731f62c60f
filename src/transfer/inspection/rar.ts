/**
 * What RAR archives list (RAR 5.0 archive format, by its maker; of RAR 1.5 to 4 the technote): names, sizes,
 * links. Nothing is unpacked, since only its maker's program may do that: bytes are seen where they are
 * stored as they are. Headers may be encrypted, and then nothing is seen. Of a member that lies in several
 * volumes only this volume's part is known.
 */
import type { Content } from '../../defence/content.ts';
import { has, u16, u32 } from '../../defence/formats/bytes.ts';
import { type Entry, oldName, Sealed, Slice, Unreadable } from './entry.ts';

/** A header of RAR 5 is at most so large; those of RAR 4 have 16 bits for it. */
const LONGEST_HEADER = 2 * 1024 * 1024;
const LINK = 0o120000;

export function rarEntries(content: Content): Generator<Entry> {
	return has(content.read(0, 8), 'Rar!\x1a\x07\x01') ? five(content) : four(content);
}

function* four(content: Content): Generator<Entry> {
	for (let at = 7; at < content.size; ) {
		const base = content.read(at, at + 7);
		const type = base[2];
		const flags = u16(base, 3);
		const size = u16(base, 5);
		if (base.length < 7 || size < 7) throw new Unreadable('a header of the RAR archive is broken');
		const header = content.read(at, at + size);
		if (header.length < size) throw new Unreadable('the RAR archive ends within a header');
		if (type === 0x73 && (flags & 0x80) !== 0) throw new Sealed('the headers are encrypted');
		if (type === 0x7b) return;
		const more = type === 0x74 || type === 0x7a || (flags & 0x8000) !== 0 ? u32(header, 7) : 0;
		const large = (type === 0x74 || type === 0x7a) && (flags & 0x100) !== 0;
		const packed = more + (large ? u32(header, 32) * 2 ** 32 : 0);
		if (at + size + packed > content.size) throw new Unreadable('the RAR archive ends within a member');
		if (type === 0x74) yield fileOfFour(header, flags, packed, new Slice(content, at + size, packed));
		at += size + packed;
	}
}

function fileOfFour(header: Uint8Array, flags: number, packed: number, data: Content): Entry {
	const large = (flags & 0x100) !== 0;
	const from = large ? 40 : 32;
	const raw = header.subarray(from, from + u16(header, 26));
	const encrypted = (flags & 4) !== 0;
	const split = (flags & 3) !== 0;
	const folder = (flags & 0xe0) === 0xe0;
	// Host 3 is Unix: its modes.
	const link = header[15] === 3 && (u32(header, 28) & 0o170000) === LINK;
	return {
		names: namesOfFour(raw, (flags & 0x200) !== 0),
		kind: folder ? 'folder' : link ? 'link' : 'file',
		size: split ? packed : u32(header, 11) + (large ? u32(header, 36) * 2 ** 32 : 0),
		packed,
		encrypted,
		...(header[25] === 0x30 && !encrypted && (flags & 1) === 0 ? { stored: data } : {}),
	};
}

/** Plain letters, and behind a zero what makes Unicode of them. */
function namesOfFour(raw: Uint8Array, unicode: boolean): string[] {
	const end = unicode ? raw.indexOf(0) : -1;
	// Its separator is the backslash.
	const slashed = (name: string): string => name.replaceAll('\\', '/');
	if (!unicode) return [slashed(oldName(raw))];
	if (end < 0) return [slashed(Buffer.from(raw).toString('utf8'))];
	const plain = raw.subarray(0, end);
	// The plain spelling is made of what is left of other letters: only the printable of it is a name.
	const printable = Buffer.from(plain)
		.toString('latin1')
		.replace(/[^\x20-\x7e]/g, '?');
	return [widened(plain, raw.subarray(end + 1)), printable].map(slashed);
}

/** Two bits for each letter or run say how it is made: a byte, with the common high byte, two bytes, a run. */
function widened(plain: Uint8Array, made: Uint8Array): string {
	const high = (made[0] ?? 0) << 8;
	let text = '';
	let flags = 0;
	let count = 0;
	for (let at = 1; at < made.length && text.length < 4096; count -= 2) {
		if (count === 0) {
			flags = made[at++]!;
			count = 8;
		}
		const how = (flags >>> (count - 2)) & 3;
		const byte = made[at++] ?? 0;
		if (how === 0) text += String.fromCharCode(byte);
		else if (how === 1) text += String.fromCharCode(byte | high);
		else if (how === 2) text += String.fromCharCode(byte | ((made[at++] ?? 0) << 8));
		else {
			const add = (byte & 0x80) !== 0 ? (made[at++] ?? 0) : undefined;
			for (let left = (byte & 0x7f) + 2; left > 0; left--) {
				const letter = plain[text.length] ?? 0;
				text += String.fromCharCode(add === undefined ? letter : ((letter + add) & 0xff) | high);
			}
		}
	}
	return text;
}

function* five(content: Content): Generator<Entry> {
	for (let at = 8; at < content.size; ) {
		const start = new Numbers(content.read(at + 4, at + 8));
		const size = start.next();
		const from = at + 4 + start.at;
		if (size === 0 || size > LONGEST_HEADER) throw new Unreadable('a header of the RAR archive is broken');
		const header = content.read(from, from + size);
		if (header.length < size) throw new Unreadable('the RAR archive ends within a header');
		const fields = new Numbers(header);
		const type = fields.next();
		const flags = fields.next();
		const extra = (flags & 1) !== 0 ? fields.next() : 0;
		const packed = (flags & 2) !== 0 ? fields.next() : 0;
		if (type === 4) throw new Sealed('the headers are encrypted');
		if (type === 5) return;
		const data = from + size;
		if (data + packed > content.size) throw new Unreadable('the RAR archive ends within a member');
		if (type === 2) {
			// Members may be continued from another volume, or in another.
			const parts = { before: (flags & 8) !== 0, after: (flags & 16) !== 0 };
			yield fileOfFive(
				fields,
				header.subarray(Math.max(0, size - extra)),
				parts,
				new Slice(content, data, packed),
			);
		}
		at = data + packed;
	}
}

function fileOfFive(
	fields: Numbers,
	extra: Uint8Array,
	split: { before: boolean; after: boolean },
	data: Content,
): Entry {
	const flags = fields.next();
	const said = fields.next();
	fields.next();
	fields.at += ((flags & 2) !== 0 ? 4 : 0) + ((flags & 4) !== 0 ? 4 : 0);
	const method = (fields.next() >>> 7) & 7;
	fields.next();
	const name = fields.text();
	const { encrypted, target, copied } = extrasOf(extra);
	const stored = method === 0 && !encrypted && !split.before && target === undefined && copied === undefined;
	return {
		names: copied === undefined ? [name] : [name, copied],
		kind:
			(flags & 1) !== 0 ? 'folder' : target !== undefined ? 'link' : copied !== undefined ? 'other' : 'file',
		...(target === undefined ? {} : { target }),
		// "Unknown": then what lies there is all that is known.
		size: (flags & 8) !== 0 || split.before || split.after ? data.size : said,
		packed: data.size,
		encrypted,
		...(stored ? { stored: data } : {}),
	};
}

/** Records behind the fields of a member: 1 is encryption, 5 is a link, or a copy of another member. */
function extrasOf(bytes: Uint8Array): { encrypted: boolean; target?: string; copied?: string } {
	const found: { encrypted: boolean; target?: string; copied?: string } = { encrypted: false };
	const records = new Numbers(bytes);
	while (records.at < bytes.length) {
		const size = records.next();
		const end = records.at + size;
		if (size === 0 || end > bytes.length) throw new Unreadable('a header of the RAR archive is broken');
		const type = records.next();
		if (type === 1) found.encrypted = true;
		if (type === 5) {
			const kind = records.next();
			records.next();
			if (kind <= 3) found.target = records.text();
			else found.copied = records.text();
		}
		records.at = end;
	}
	return found;
}

/** Numbers of seven bits a byte, the lowest first. */
class Numbers {
	readonly #bytes: Uint8Array;
	at = 0;

	constructor(bytes: Uint8Array) {
		this.#bytes = bytes;
	}

	next(): number {
		let value = 0;
		for (let i = 0; i < 8; i++) {
			const byte = this.#bytes[this.at++];
			if (byte === undefined) break;
			value += (byte & 0x7f) * 2 ** (7 * i);
			if ((byte & 0x80) === 0 && Number.isSafeInteger(value)) return value;
		}
		throw new Unreadable('a number in the RAR archive makes no sense');
	}

	/** Behind its length. */
	text(): string {
		const length = this.next();
		const bytes = this.#bytes.subarray(this.at, this.at + length);
		if (bytes.length < length) throw new Unreadable('a name in the RAR archive is cut off');
		this.at += length;
		return Buffer.from(bytes).toString('utf8');
	}
}
