/**
 * Members of a 7z archive (7zFormat.txt of the LZMA SDK, public domain). Its list stands at the end and is
 * mostly compressed itself. Members lie one behind the other in solid streams ("folders"), which are
 * unpacked in order where they are LZMA, LZMA2, Deflate, bzip2 or stored. Filters for machine code are not
 * undone: they change a few bytes and nothing that matters to a look. PPMd and BCJ2 are not unpacked.
 */
import { createInflateRaw } from 'node:zlib';
import type { Content } from '../../defence/content.ts';
import { has, u64 } from '../../defence/formats/bytes.ts';
import { type Chunks, chunksOf, type Entry, Sealed, Slice, Stream, Unreadable } from './entry.ts';
import { type Folder, type Listed, listOf, packedOf } from './seven-zip-list.ts';
import { bunzip2 } from './unpack/bzip2.ts';
import { Input } from './unpack/input.ts';
import { unlzma, unlzma2 } from './unpack/lzma-streams.ts';
import { through } from './unpack/through.ts';

const HEADER = 32;
const LONGEST_LIST = 16 * 1024 * 1024;
const CHUNK = 65_536;
const AES = '06f10701';
/** For x86, PowerPC, Itanium, ARM, Thumb, SPARC, ARM64 and RISC-V; the first six also under old names. */
const FILTERS = /^(?:0[4-9ab]|03030103|03030205|03030401|03030501|03030701|03030805)$/;

/** `counted`: what comes out of decompressors goes through it. */
export async function* sevenZipEntries(
	content: Content,
	counted: (chunks: Chunks) => AsyncIterable<Uint8Array>,
): AsyncGenerator<Entry> {
	const { folders, files } = await read(content, counted);
	const inFolder = new Map<number, Listed[]>();
	for (const file of files) {
		if (file.folder === undefined) yield described(file);
		else inFolder.set(file.folder, [...(inFolder.get(file.folder) ?? []), file]);
	}
	for (const [index, folder] of folders.entries()) {
		const members = inFolder.get(index) ?? [];
		const encrypted = folder.coders.some(({ id }) => id === AES);
		const chunks = unpacked(content, folder);
		if (chunks === undefined) {
			// What it would grow to is told by its members together.
			const size = members.reduce((sum, one) => sum + one.size, 0);
			const share = (one: Listed): number => Math.ceil((folder.packed * one.size) / Math.max(1, size));
			for (const one of members) yield { ...described(one), packed: share(one), encrypted };
			continue;
		}
		yield* inOrder(members, new Stream(counted(chunks)));
	}
}

async function* inOrder(members: readonly Listed[], stream: Stream): AsyncGenerator<Entry> {
	for (const member of members) {
		let left = member.size;
		const next = async (): Promise<Uint8Array> => {
			const bytes = await stream.some(Math.min(left, CHUNK));
			if (bytes.length === 0) throw new Unreadable('a 7z stream is shorter than its members');
			left -= bytes.length;
			return bytes;
		};
		yield {
			...described(member),
			async *unpack() {
				while (left > 0) yield await next();
			},
		};
		// The last one's rest is nobody's.
		if (member === members.at(-1)) break;
		while (left > 0) await next();
	}
	await stream.end();
}

function described({ name, kind, size }: Listed): Entry {
	return { names: [name], kind, size, encrypted: false };
}

async function read(
	content: Content,
	counted: (chunks: Chunks) => AsyncIterable<Uint8Array>,
): Promise<{ folders: readonly Folder[]; files: readonly Listed[] }> {
	const header = content.read(0, HEADER);
	if (!has(header, '7z\xbc\xaf\x27\x1c') || header.length < HEADER) throw new Unreadable('no 7z archive');
	const from = HEADER + u64(header, 12);
	const size = u64(header, 20);
	if (size === 0) return { folders: [], files: [] };
	if (size > LONGEST_LIST || from + size > content.size) throw new Unreadable('a 7z list that is not there');
	let list = content.read(from, from + size);
	// A list that is packed is described like a stream; packed lists within packed lists are nobody's.
	for (let round = 0; list[0] === 0x17; round++) {
		const folder = packedOf(list);
		if (folder === undefined || round > 1) throw new Unreadable('a 7z list that makes no sense');
		if (folder.coders.some(({ id }) => id === AES)) throw new Sealed('the list is encrypted');
		const chunks = unpacked(content, folder);
		if (chunks === undefined || folder.size > LONGEST_LIST)
			throw new Unreadable('a 7z list that is not read');
		list = await new Stream(counted(chunks)).take(folder.size);
	}
	return listOf(list);
}

/** undefined: nobody here can. */
function unpacked(content: Content, folder: Folder): Chunks | undefined {
	const [from, to] = [HEADER + folder.from, HEADER + folder.from + folder.packed];
	if (to > content.size) throw new Unreadable('a 7z stream that is not there');
	const coders = folder.coders.filter(({ id }) => !FILTERS.test(id));
	const [coder] = coders;
	if (coders.length !== 1 || folder.streams !== 1 || coder === undefined) return undefined;
	const packed = new Slice(content, from, to - from);
	const { id, properties, size } = coder;
	switch (id) {
		case '00':
			return chunksOf(packed);
		case '21':
			return unlzma2(new Input(chunksOf(packed)), properties[0] ?? 41);
		case '030101':
			return unlzma(new Input(chunksOf(packed)), properties, size);
		case '040108':
			return through(chunksOf(packed), createInflateRaw({ chunkSize: CHUNK }));
		case '040202':
			return bunzip2(chunksOf(packed));
		default:
			return undefined;
	}
}
