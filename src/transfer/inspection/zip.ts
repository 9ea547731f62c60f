/**
 * Members of a ZIP archive (APPNOTE 6.3.10), read with yauzl. Names are taken as they stand, since the
 * hostile ones are what we look for: by the central directory, by Info-ZIP's Unicode field, and by the
 * member's own header, which may disagree, since unpackers differ in what they believe.
 */
import { Readable } from 'node:stream';
import { createInflateRaw, createZstdDecompress } from 'node:zlib';
import { fromRandomAccessReader, RandomAccessReader, type Entry as ZipEntry, type ZipFile } from 'yauzl';
import type { Content } from '../../defence/content.ts';
import { has, latin1, u16, u32 } from '../../defence/formats/bytes.ts';
import { zipDirectory } from '../../defence/formats/zip-names.ts';
import { chunksOf, type Entry, oldName, Slice, Unreadable } from './entry.ts';
import { bunzip2 } from './unpack/bzip2.ts';
import { unzipLzma } from './unpack/lzma-streams.ts';
import { through } from './unpack/through.ts';

const LOCAL_HEADER = 30;
const UNICODE_PATH = 0x7075;
/** Of the mode: a symbolic link (S_IFLNK). */
const LINK = 0o120000;
const CHUNK = 65_536;

/** Whether a ZIP archive ends this file, whatever stands before it. */
export function isZip(content: Content): boolean {
	return (
		/^PK(?:\x03\x04|\x05\x06|\x07\x08PK)/.test(latin1(content.read(0, 10))) ||
		zipDirectory(content) !== undefined
	);
}

export interface ZipEntries {
	readonly entries: AsyncGenerator<Entry>;
	/** Once all are read: some members are the same bytes of the file. */
	overlapping(): boolean;
}

export function zipEntries(from: Content): ZipEntries {
	const spans: [from: number, to: number][] = [];
	const content = withoutFront(from);
	return {
		entries: entriesOf(content, spans),
		overlapping() {
			spans.sort(([a], [b]) => a - b);
			return spans.some(([at], i) => i > 0 && at < spans[i - 1]![1]);
		},
	};
}

/** Offsets count from where the archive begins; what stands before it (a picture, a program) moves it. */
function withoutFront(content: Content): Content {
	const directory = zipDirectory(content);
	if (directory === undefined) return content;
	const end = content.read(directory.from + directory.size, directory.from + directory.size + 22);
	const front = has(end, 'PK\x05\x06') ? directory.from - u32(end, 16) : 0;
	return front > 0 ? new Slice(content, front, content.size - front) : content;
}

async function* entriesOf(content: Content, spans: [number, number][]): AsyncGenerator<Entry> {
	const zip = await opened(content);
	for await (const entry of listed(zip)) yield entryOf(content, entry, spans);
	const cursor = (zip as ZipFile & { readonly readEntryCursor: unknown }).readEntryCursor;
	if (typeof cursor === 'number' && has(content.read(cursor, cursor + 4), 'PK\x01\x02'))
		throw new Unreadable('the zip archive lists more members than it says');
}

/** What the library throws is about the archive. */
async function* listed(zip: ZipFile): AsyncGenerator<ZipEntry> {
	const entries = zip.eachEntry();
	for (;;) {
		const next = await entries.next().catch((error: Error) => {
			throw new Unreadable(error.message);
		});
		if (next.done) return;
		yield next.value;
	}
}

function opened(content: Content): Promise<ZipFile> {
	const options = { lazyEntries: true, decodeStrings: false, validateEntrySizes: false, autoClose: false };
	return new Promise((resolve, reject) => {
		fromRandomAccessReader(new ContentReader(content), content.size, options, (error, zip) => {
			if (error !== null) reject(new Unreadable(error.message));
			else resolve(zip);
		});
	});
}

function entryOf(content: Content, entry: ZipEntry, spans: [number, number][]): Entry {
	const at = entry.relativeOffsetOfLocalHeader;
	const local = content.read(at, at + LOCAL_HEADER);
	if (!has(local, 'PK\x03\x04'))
		throw new Unreadable('a member of the zip archive is not where it should be');
	const nameLength = u16(local, 26);
	const from = at + LOCAL_HEADER + nameLength + u16(local, 28);
	const to = from + entry.compressedSize;
	if (to > content.size) throw new Unreadable('a member of the zip archive reaches beyond its end');
	spans.push([at, to]);
	const names = namesOf(entry, content.read(at + LOCAL_HEADER, at + LOCAL_HEADER + nameLength));
	const mode = entry.externalFileAttributes >>> 16;
	const folder = names[0]!.endsWith('/');
	const encrypted = (entry.generalPurposeBitFlag & 1) !== 0 || entry.compressionMethod === 99;
	return {
		names,
		kind: folder ? 'folder' : (mode & 0o170000) === LINK ? 'link' : 'file',
		size: entry.uncompressedSize,
		packed: entry.compressedSize,
		encrypted,
		...(encrypted ? {} : bytesOf(entry, new Slice(content, from, entry.compressedSize))),
	};
}

function bytesOf(entry: ZipEntry, packed: Content): Pick<Entry, 'stored' | 'unpack'> {
	const chunks = (): Iterable<Uint8Array> => chunksOf(packed);
	// Section 4.4.5.
	switch (entry.compressionMethod) {
		case 0:
			return { stored: packed };
		case 8:
			return { unpack: () => through(chunks(), createInflateRaw({ chunkSize: CHUNK })) };
		case 12:
			return { unpack: () => bunzip2(chunks()) };
		case 14:
			return { unpack: () => unzipLzma(chunks(), entry.uncompressedSize) };
		case 93:
			return { unpack: () => through(chunks(), createZstdDecompress({ chunkSize: CHUNK })) };
		default:
			return {};
	}
}

function namesOf(entry: ZipEntry, local: Uint8Array): string[] {
	const utf8 = (entry.generalPurposeBitFlag & 0x800) !== 0;
	const names = new Set<string>();
	for (const { id, data } of entry.extraFields) {
		if (id === UNICODE_PATH && data.length > 5) names.add(data.subarray(5).toString('utf8'));
	}
	for (const bytes of [entry.fileNameRaw, local])
		names.add(utf8 ? Buffer.from(bytes).toString('utf8') : oldName(bytes));
	return [...names];
}

class ContentReader extends RandomAccessReader {
	readonly #content: Content;

	constructor(content: Content) {
		super();
		this.#content = content;
	}

	override _readStreamForRange(start: number, end: number): Readable {
		return Readable.from(chunksOf(this.#content, start, end), { objectMode: false });
	}

	override read(
		buffer: Buffer,
		offset: number,
		length: number,
		position: number,
		callback: (error: Error | null, bytesRead?: number) => void,
	): void {
		const bytes = this.#content.read(position, position + length);
		buffer.set(bytes, offset);
		// Later, as the library expects of a disk: thousands of members would otherwise nest their calls.
		process.nextTick(callback, null, bytes.length);
	}
}
