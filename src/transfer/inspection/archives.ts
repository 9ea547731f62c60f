/**
 * What is in an archive, found out without unpacking it anywhere: facts for defence/archive.ts. Each
 * member is looked at by its name and its first bytes, archives within archives down to the third layer.
 *
 * Bounds, for all layers together: 10,000 members, 256 MiB that come out of decompressors, 64 MiB of one
 * inner archive (it is kept in memory, as its list stands at its end). Members are unpacked to their ends,
 * since their lists may lie about their sizes, until half of the 256 MiB is used; from then on only their
 * beginnings. What lies unpacked is read where it lies.
 */
import type { ArchiveFacts, ArchiveMember } from '../../defence/archive.ts';
import type { Content, Finding } from '../../defence/content.ts';
import { type ArchiveFormat, archiveFormat } from './archive-format.ts';
import {
	type Chunks,
	chunksOf,
	type Entry,
	Kept,
	Sealed,
	Slice,
	Stream,
	TooMuch,
	Unreadable,
} from './entry.ts';
import { rarEntries } from './rar.ts';
import { sevenZipEntries } from './seven-zip.ts';
import { isTar, tarEntries } from './tar.ts';
import { type Compressed, decompressed, isCompressed } from './unpack/decompressed.ts';
import { zipEntries } from './zip.ts';

const MEMBERS = 10_000;
const BYTES = 256 * 1024 * 1024;
const DEPTH = 3;
const INNER = 64 * 1024 * 1024;
/** What is kept of a member for the defences. */
const HEAD = 65_536;
/** Enough must be left for the heads of other members. */
const RESERVE = BYTES / 2;
/** What defence/archive.ts takes for a bomb. */
const BOMB_FROM = 10 * 1024 * 1024;
const BOMB_RATIO = 100;
const LONGEST_TARGET = 4096;

/** Types of documents and books that are ZIP archives inside. */
const DOCUMENT = /openxmlformats|opendocument|oasis|epub|officedocument|ms-(?:word|excel|powerpoint|visio)/;

export interface MemberEyes {
	/** MIME type by the first bytes. */
	type(head: Uint8Array): Promise<string | undefined>;
	/** What the defences find in a member. */
	look(content: Content): readonly Finding[];
}

type Draft<T> = { -readonly [Key in keyof T]: T[Key] };
type Facts = Draft<Omit<ArchiveFacts, 'members'>> & { readonly members: ArchiveMember[] };

/** undefined: it is no archive. Never throws at what it reads. */
export async function readArchive(content: Content, eyes: MemberEyes): Promise<ArchiveFacts | undefined> {
	const format = archiveFormat(content);
	return format === undefined ? undefined : new Walk(eyes).archive(format, content, []);
}

/** The members of one archive, and what is known of all of them at the end. */
interface Listing {
	readonly entries: AsyncIterable<Entry> | Iterable<Entry>;
	readonly overlapping?: () => boolean;
	/** Its decompressed bytes are counted where they come from. */
	readonly counted?: boolean;
	/** Of a stream: bytes that went in and came out so far. */
	readonly passed?: { packed: number; unpacked: number };
}

class Walk {
	readonly #eyes: MemberEyes;
	#members = MEMBERS;
	#bytes = BYTES;

	constructor(eyes: MemberEyes) {
		this.#eyes = eyes;
	}

	/** `above`: the archives that this one lies in. */
	async archive(format: ArchiveFormat, content: Content, above: readonly Content[]): Promise<ArchiveFacts> {
		const facts: Facts = {
			format,
			document: DOCUMENT.test(content.type ?? ''),
			members: [],
			unpacked: 0,
			packed: content.size,
			overlapping: false,
			itself: above.some((one) => same(one, content)),
			sealed: false,
			unseen: 0,
		};
		if (facts.itself || format === 'unknown') return facts;
		let listing: Listing | undefined;
		try {
			listing = await this.#list(format, content);
			for await (const entry of listing.entries) {
				if (this.#members-- <= 0) {
					facts.stopped = 'members';
					break;
				}
				facts.members.push(await this.#member(entry, listing.counted === true, facts, [...above, content]));
			}
		} catch (error) {
			stopped(facts, error as Error);
		}
		for (const { size, inside } of facts.members) {
			facts.unpacked += size + (inside?.unpacked ?? 0);
			facts.unseen += inside?.unseen ?? 0;
		}
		if (listing?.passed !== undefined) {
			facts.unpacked = Math.max(facts.unpacked, listing.passed.unpacked);
			// It may have been left in the middle.
			facts.packed = Math.max(1, listing.passed.packed);
		}
		facts.overlapping = listing?.overlapping?.() ?? false;
		return facts;
	}

	async #list(format: ArchiveFormat, content: Content): Promise<Listing> {
		if (isCompressed(format)) return this.#unwrapped(format, content);
		switch (format) {
			case 'zip':
				return zipEntries(content);
			case 'tar':
				return { entries: tarEntries(content) };
			case '7z':
				return { entries: sevenZipEntries(content, (chunks) => this.#counting(chunks)), counted: true };
			case 'rar':
				return { entries: rarEntries(content) };
			default:
				return { entries: [] };
		}
	}

	/** One compressed stream: a tar archive, or one file. */
	async #unwrapped(format: Compressed, content: Content): Promise<Listing> {
		const passed = { packed: 0, unpacked: 0 };
		const packed = (function* () {
			for (const bytes of chunksOf(content)) {
				passed.packed += bytes.length;
				yield bytes;
			}
		})();
		const stream = new Stream(this.#counting(decompressed(format, packed), passed));
		const head = await stream.take(512);
		stream.back(head);
		if (isTar(head)) return { entries: tarEntries(stream), counted: true, passed };
		const entry: Entry = {
			names: [withoutEnding(content.name)],
			kind: 'file',
			size: 0,
			encrypted: false,
			unpack: () => flow(stream),
		};
		return { entries: [entry], counted: true, passed };
	}

	async *#counting(chunks: Chunks, passed = { packed: 0, unpacked: 0 }): AsyncGenerator<Uint8Array> {
		for await (const bytes of chunks) {
			passed.unpacked += bytes.length;
			this.#bytes -= bytes.length;
			if (this.#bytes < 0) throw new TooMuch('more comes out than is looked at');
			yield bytes;
		}
	}

	async #member(
		entry: Entry,
		counted: boolean,
		facts: Facts,
		above: readonly Content[],
	): Promise<ArchiveMember> {
		const { names, kind, target, size, packed, encrypted } = entry;
		const member = { names, kind, target, size, packed, encrypted, findings: [] };
		if (kind === 'folder' || kind === 'other' || target !== undefined) return member;
		const seen = await this.#contentOf(entry, counted);
		if (size > 0 && seen.content.read(0, 1).length === 0) facts.unseen++;
		const { content } = seen;
		if (kind === 'link') {
			const bytes = content.read(0, LONGEST_TARGET);
			return { ...member, target: Buffer.from(bytes).toString('utf8') };
		}
		const findings = names.flatMap((name) => this.#look(content, name));
		const whole = { ...member, size: Math.max(size, seen.size), findings: distinct(findings) };
		const { format } = seen;
		if (format === undefined) return whole;
		// A file that is only compressed may lie a layer deeper: manuals and pictures are packed so.
		if (above.length >= DEPTH + (isCompressed(format) ? 1 : 0)) {
			facts.stopped ??= 'depth';
			return whole;
		}
		if (!seen.whole) return { ...whole, closed: true };
		return { ...whole, inside: await this.archive(format, content, above) };
	}

	#look(content: Content, name: string): readonly Finding[] {
		const last = name
			.replace(/[/\\]+$/, '')
			.split(/[/\\]/)
			.at(-1)!;
		// What macOS keeps of a file next to it has that file's name and nothing of its content.
		if (last.startsWith('._') && content.read(0, 4).join() === '0,5,22,7') return [];
		return this.#eyes.look(new Slice(content, 0, content.size, last, content.type));
	}

	/** The beginning of a member; all of it where it is an archive. */
	async #contentOf(
		entry: Entry,
		counted: boolean,
	): Promise<{ content: Content; size: number; format?: ArchiveFormat | undefined; whole: boolean }> {
		const name = entry.names[0] ?? '';
		if (entry.encrypted || (entry.stored === undefined && entry.unpack === undefined))
			return { content: new Kept(new Uint8Array(0), name, entry.size), size: entry.size, ...byName(name) };
		if (entry.stored !== undefined) {
			const { stored } = entry;
			const type = await this.#eyes.type(stored.read(0, HEAD));
			const content = new Slice(stored, 0, stored.size, name, type);
			return { content, size: stored.size, format: archiveFormat(content), whole: true };
		}
		const { bytes, out, whole } = await this.#unpack(entry, counted);
		const content = new Kept(bytes, name, out, await this.#eyes.type(bytes.subarray(0, HEAD)));
		return { content, size: out, format: archiveFormat(content), whole };
	}

	async #unpack(entry: Entry, counted: boolean): Promise<{ bytes: Uint8Array; out: number; whole: boolean }> {
		const parts: Uint8Array[] = [];
		const chunks = counted ? entry.unpack!() : this.#counting(entry.unpack!());
		let out = 0;
		let most = HEAD;
		let kept = 0;
		for await (const bytes of chunks) {
			out += bytes.length;
			if (kept < most) {
				parts.push(bytes);
				kept += bytes.length;
			}
			if (most === HEAD && kept >= HEAD) {
				const head = Buffer.concat(parts);
				parts.splice(0, parts.length, head);
				if (archiveFormat(new Kept(head, '', entry.size)) !== undefined) most = INNER;
			}
			if (kept < most) continue;
			if (most === INNER || !this.#goesOn(entry, out)) break;
		}
		return { bytes: Buffer.concat(parts), out, whole: kept === out && kept < most };
	}

	/** Whether more of it is unpacked, to see if it is as large as it says. */
	#goesOn({ size, packed }: Entry, out: number): boolean {
		if (this.#bytes < RESERVE) return false;
		if (packed === undefined) return size === 0;
		return out <= BOMB_FROM || out <= packed * BOMB_RATIO;
	}
}

function stopped(facts: Facts, error: Error): void {
	if (error instanceof TooMuch) facts.stopped = 'bytes';
	else if (error instanceof Sealed) facts.sealed = true;
	else if (error instanceof Unreadable) facts.broken = error.message;
	// Of node:zlib, about the bytes that it was given.
	else if (/^(?:Z_|ERR_ZSTD|ZSTD_|ERR__ERROR_FORMAT)/.test((error as NodeJS.ErrnoException).code ?? ''))
		facts.broken = error.message;
	else throw error;
}

/** An archive that nobody can open is known only by its name. */
function byName(name: string): { format?: ArchiveFormat; whole: boolean } {
	return /\.(?:zip|rar|7z|t?gz|t?bz2|t?xz|tar|zst|cab|arj|ace|lzh|r\d\d)$/i.test(name)
		? { format: 'unknown', whole: false }
		: { whole: false };
}

/** `song.mp3.gz` holds `song.mp3`, and `x.tgz` would be a tar archive. */
function withoutEnding(name: string): string {
	return name.replace(/\.(?:gz|bz2|xz|lzma|zst|z)$/i, '').replace(/\.svgz$/i, '.svg');
}

async function* flow(stream: Stream): AsyncGenerator<Uint8Array> {
	for (;;) {
		const bytes = await stream.some(HEAD);
		if (bytes.length === 0) return;
		yield bytes;
	}
}

/** The same name twice, in two spellings, is one finding. */
function distinct(findings: readonly Finding[]): Finding[] {
	return [...new Map(findings.map((one) => [`${one.code} ${one.detail}`, one])).values()];
}

function same(one: Content, other: Content): boolean {
	if (one.size !== other.size) return false;
	for (let at = 0; at < one.size; at += HEAD) {
		if (Buffer.compare(one.read(at, at + HEAD), other.read(at, at + HEAD)) !== 0) return false;
	}
	return true;
}
