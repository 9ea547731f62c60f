/**
 * Members of a tar archive: POSIX.1-2001 (ustar, pax) and GNU's long names and large sizes. Archives are
 * read in order, as they come out of a decompressor; one that lies open is skipped through.
 */
import type { Content } from '../../defence/content.ts';
import { latin1 } from '../../defence/formats/bytes.ts';
import { type Entry, Slice, Stream, Unreadable } from './entry.ts';

const BLOCK = 512;
/** Of a name that does not fit into the header, or of a list of pax. */
const LONGEST_EXTRA = 1 << 20;
const CHUNK = 65_536;

/** What stands before a member and changes it. */
interface Extra {
	name?: string;
	link?: string;
	size?: number;
}

export function isTar(head: Uint8Array): boolean {
	return head.length >= BLOCK && head[0] !== 0 && sumFits(head);
}

/** Where the bytes of the archive come from. */
interface Source {
	take(length: number): Promise<Uint8Array>;
	/** The member's bytes follow: how to have them, and how to get past them. */
	member(size: number): { entry: Pick<Entry, 'stored' | 'unpack'>; skip: () => Promise<void> };
}

export function tarEntries(from: Content | Stream): AsyncGenerator<Entry> {
	return entries(from instanceof Stream ? flowing(from) : lying(from));
}

async function* entries(source: Source): AsyncGenerator<Entry> {
	let extra: Extra = {};
	for (;;) {
		const header = await source.take(BLOCK);
		if (header.length === 0) return;
		if (header.every((byte) => byte === 0)) return;
		if (header.length < BLOCK || !sumFits(header)) throw new Unreadable('a tar header is broken');
		const type = String.fromCharCode(header[156]!);
		const size = extra.size ?? numberAt(header, 124, 12);
		if (!Number.isSafeInteger(size) || size < 0) throw new Unreadable('a size in tar makes no sense');
		const padding = (BLOCK - (size % BLOCK)) % BLOCK;
		if ('LKxgX'.includes(type)) {
			if (size > LONGEST_EXTRA) throw new Unreadable('a name in tar is too long');
			const bytes = await source.take(size + padding);
			if (type !== 'g') extra = { ...extra, ...extraOf(type, bytes.subarray(0, size)) };
			continue;
		}
		const holds = '0\x007'.includes(type) || (type > '7' && !'KLSMVND'.includes(type)) || type === 'S';
		// GNU's old sparse files: the list of the holes goes on in blocks of its own.
		for (let more = type === 'S' && header[482] === 1; more; ) more = (await source.take(BLOCK))[504] === 1;
		const { entry, skip } = source.member(holds ? size + padding : 0);
		yield { ...described(header, type, holds ? size : 0, extra), ...(holds ? cut(entry, size) : {}) };
		await skip();
		extra = {};
	}
}

/** The first `size` bytes of a member with its padding. */
function cut(entry: Pick<Entry, 'stored' | 'unpack'>, size: number): Pick<Entry, 'stored' | 'unpack'> {
	if (entry.stored !== undefined) return { stored: new Slice(entry.stored, 0, size) };
	const { unpack } = entry;
	if (unpack === undefined) return {};
	return {
		async *unpack() {
			let left = size;
			for await (const bytes of unpack()) {
				if (left > 0) yield bytes.subarray(0, left);
				left -= bytes.length;
			}
		},
	};
}

function described(header: Uint8Array, type: string, size: number, extra: Extra): Entry {
	const prefix = latin1(header, 257, 262) === 'ustar' && header[262] === 0 ? textAt(header, 345, 155) : '';
	const written = textAt(header, 0, 100);
	const short = prefix === '' ? written : `${prefix}/${written}`;
	const names = extra.name === undefined || extra.name === short ? [short] : [extra.name, short];
	const common = { size, encrypted: false };
	if (type === '2') return { ...common, names, kind: 'link', target: extra.link ?? textAt(header, 157, 100) };
	// A hard link names another member, from the top: one more name that must not climb.
	if (type === '1')
		return { ...common, names: [...names, extra.link ?? textAt(header, 157, 100)], kind: 'other' };
	if (type === '5' || names[0]!.endsWith('/')) return { ...common, names, kind: 'folder' };
	return { ...common, names, kind: '3467'.includes(type) && type !== '7' ? 'other' : 'file' };
}

function extraOf(type: string, bytes: Uint8Array): Extra {
	if (type === 'L') return { name: textAt(bytes, 0, bytes.length) };
	if (type === 'K') return { link: textAt(bytes, 0, bytes.length) };
	// pax: lines of "LENGTH KEY=VALUE\n", the length counting all of the line.
	const extra: Extra = {};
	for (let at = 0; at < bytes.length; ) {
		const length = Number(/^(\d{1,7}) /.exec(latin1(bytes, at, at + 8))?.[1]);
		if (!(length > 0) || at + length > bytes.length) break;
		const line = Buffer.from(bytes.subarray(at, at + length - 1)).toString('utf8');
		const [, key, value] = /^\d+ ([^=]*)=(.*)$/su.exec(line) ?? [];
		if (key === 'path') extra.name = value!;
		if (key === 'linkpath') extra.link = value!;
		if (key === 'size') extra.size = /^\d{1,16}$/.test(value!) ? Number(value) : Number.NaN;
		at += length;
	}
	return extra;
}

function textAt(bytes: Uint8Array, at: number, length: number): string {
	const field = bytes.subarray(at, at + length);
	const end = field.indexOf(0);
	return Buffer.from(end < 0 ? field : field.subarray(0, end)).toString('utf8');
}

/** Octal digits, or GNU's binary with the top bit set. */
function numberAt(bytes: Uint8Array, at: number, length: number): number {
	if ((bytes[at]! & 0x80) !== 0) {
		let value = bytes[at]! & 0x7f;
		for (let i = 1; i < length; i++) value = value * 256 + bytes[at + i]!;
		return value;
	}
	const digits = latin1(bytes, at, at + length)
		.replace(/[\0 ]+$/, '')
		.trim();
	if (digits === '') return 0;
	return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number.NaN;
}

/** The sum of all bytes of the header, the field of the sum counted as blanks; old tars add them signed. */
function sumFits(header: Uint8Array): boolean {
	const said = numberAt(header, 148, 8);
	let plain = 8 * 32;
	let signed = 8 * 32;
	for (let i = 0; i < BLOCK; i++) {
		if (i >= 148 && i < 156) continue;
		plain += header[i]!;
		signed += (header[i]! << 24) >> 24;
	}
	return said === plain || said === signed;
}

function lying(content: Content): Source {
	let at = 0;
	return {
		take(length) {
			const bytes = content.read(at, at + length);
			at += bytes.length;
			return Promise.resolve(bytes);
		},
		member(size) {
			const from = at;
			at += size;
			// The padding of the last member may be missing, its bytes may not.
			if (from + size - BLOCK >= content.size && size > 0) throw new Unreadable('tar ends within a member');
			return { entry: { stored: new Slice(content, from, size) }, skip: () => Promise.resolve() };
		},
	};
}

function flowing(stream: Stream): Source {
	return {
		take: (length) => stream.take(length),
		member(size) {
			let left = size;
			const next = async (): Promise<Uint8Array> => {
				const bytes = await stream.some(Math.min(left, CHUNK));
				if (bytes.length === 0 && left >= BLOCK) throw new Unreadable('tar ends within a member');
				left = bytes.length === 0 ? 0 : left - bytes.length;
				return bytes;
			};
			return {
				entry: {
					async *unpack() {
						while (left > 0) yield await next();
					},
				},
				async skip() {
					while (left > 0) await next();
				},
			};
		},
	};
}
