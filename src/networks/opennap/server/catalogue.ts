/**
 * Longer than 300 lines: one layout in memory, written and read in one place.
 * Every file of every user. A million of them must fit and go again, so a file is no object: its fixed fields are
 * columns of typed arrays, and what varies is one block in pages that belong to its user: when he leaves, his pages go
 * with him.
 *
 *   header     bytes of the path 16 bits | words 8 | kind 4 | marks 4
 *   size       lower 32 bits
 *   words      number of the word, place of the file in its list (common/catalogue/postings.ts); the MD5 is the last of them
 *   size       upper 32 bits, where there are any
 *   media      bitrate, frequency, seconds, where there are any
 *   md5        four words, where one was said
 *   path       as it came
 *
 * What an answer tells of a file stands together: of a million files each look elsewhere is a wait for memory.
 *
 * A file is its owner and its path; that two users have the same content is known by its MD5 alone, which nobody has
 * checked.
 */
import { IdTable } from '../../common/catalogue/id-table.ts';
import { grown, Postings } from '../../common/catalogue/postings.ts';
import { Slabs } from '../../common/catalogue/slabs.ts';
import { mixed, WordHashes } from '../../common/catalogue/word-hashes.ts';
import { raw } from '../wire/raw.ts';
import type { Share } from '../wire/share.ts';
import { Pages } from './pages.ts';

const MEDIA = 1;
const CHECKSUM = 2;
const LARGE = 4;

/** Words of every block before those of its words. */
const HEAD = 2;

/** Files looked at for one content: anybody may say any MD5. */
const LOOKED = 1000;

/** Whose files they are. */
export interface Owner {
	/** Place in the table of sessions. */
	readonly place: number;
	/** Number of his first file, plus one; 0: none. */
	firstFile: number;
	files: number;
	/** Bytes of his files. */
	bytes: number;
	pages: Pages | undefined;
}

export class Catalogue {
	#slabs = new Slabs();
	#postings = new Postings(this.#slabs);
	readonly words: WordHashes;
	readonly #seed: number;
	readonly #owners: (place: number) => Owner;
	#byPath = this.#pathTable();
	/** Of each file the place of its owner, and its block. 0: there is no such file; then #next names the next free number, plus one. */
	#where = new Uint32Array(2048);
	#next = new Uint32Array(1024);
	#previous = new Uint32Array(1024);
	#pathHash = new Uint32Array(1024);
	#free = 0;
	#unused = 0;
	#files = 0;
	#bytes = 0;
	#pageBytes = 0;

	/** Three numbers that nobody outside knows; `owners`: who has a place. */
	constructor(seeds: readonly [number, number, number], owners: (place: number) => Owner) {
		this.words = new WordHashes(seeds[0], seeds[1]);
		this.#seed = seeds[2];
		this.#owners = owners;
	}

	get files(): number {
		return this.#files;
	}

	/** Of all files together. */
	get bytes(): number {
		return this.#bytes;
	}

	get postings(): Postings {
		return this.#postings;
	}

	get bytesHeld(): number {
		const tables = this.#byPath.bytesHeld + this.#postings.bytesHeld;
		return (
			this.#where.byteLength + this.#next.byteLength * 3 + tables + this.#slabs.bytesHeld + this.#pageBytes
		);
	}

	/** Takes a file. False: its owner has told of this path already. */
	add(owner: Owner, share: Share): boolean {
		const { bytes, pathFrom, pathTo } = share;
		const hash = this.#hashOf(owner.place, bytes, pathFrom, pathTo);
		if (this.#find(owner.place, hash, bytes, pathFrom, pathTo) >= 0) return false;
		const file = this.#number();
		this.#where[2 * file] = owner.place;
		this.#pathHash[file] = hash;
		this.#next[file] = owner.firstFile;
		this.#previous[file] = 0;
		if (owner.firstFile > 0) this.#previous[owner.firstFile - 1] = file + 1;
		owner.firstFile = file + 1;
		owner.files++;
		owner.bytes += share.size;
		this.#where[2 * file + 1] = this.#blockOf(file, owner, share);
		this.#byPath.add(file);
		this.#files++;
		this.#bytes += share.size;
		return true;
	}

	/** The file of an owner, by its path in bytes; -1: he has not told of it. */
	find(owner: Owner, path: Uint8Array, from = 0, to = path.length): number {
		return this.#find(owner.place, this.#hashOf(owner.place, path, from, to), path, from, to);
	}

	/** False: there was none. */
	remove(owner: Owner, path: Uint8Array, from: number, to: number): boolean {
		const file = this.find(owner, path, from, to);
		if (file < 0) return false;
		const [next, previous] = [this.#next[file], this.#previous[file]];
		if (next > 0) this.#previous[next - 1] = previous;
		if (previous > 0) this.#next[previous - 1] = next;
		else owner.firstFile = next;
		owner.files--;
		owner.bytes -= this.size(file);
		const { pages } = owner;
		const header = this.#header(file);
		const block = this.#where[2 * file + 1];
		this.#forget(file);
		pages!.give(block, sizeOf(header));
		return true;
	}

	/** Everything that an owner has told of. */
	withdraw(owner: Owner): void {
		for (let link = owner.firstFile; link > 0; ) {
			const file = link - 1;
			link = this.#next[file];
			this.#forget(file);
		}
		this.#pageBytes -= owner.pages?.bytesHeld ?? 0;
		owner.pages = undefined;
		owner.firstFile = owner.files = owner.bytes = 0;
		if (this.#files === 0) this.#reset();
	}

	/** His files, in no order. */
	*of(owner: Owner): Iterable<number> {
		for (let link = owner.firstFile; link > 0; link = this.#next[link - 1]) yield link - 1;
	}

	/** Files of a content, as far as anybody has said an MD5, at most `most`. */
	withContent(md5: Uint8Array, size: number, most: number): number[] {
		const found: number[] = [];
		const word = this.#postings.find(this.#hashOf(1, md5, 0, 16), this.#hashOf(2, md5, 0, 16));
		const count = word < 0 ? 0 : Math.min(this.#postings.count(word), LOOKED);
		for (let place = 0; place < count && found.length < most; place++) {
			const file = this.#postings.fileAt(word, place);
			if (this.size(file) === size && isSame(this.md5(file), md5)) found.push(file);
		}
		return found;
	}

	owner(file: number): Owner {
		return this.#owners(this.#where[2 * file]);
	}

	size(file: number): number {
		const words = this.#words(file);
		const from = this.#at(file);
		const header = words[from];
		const low = words[from + 1];
		return ((header >>> 28) & LARGE) === 0 ? low : words[from + mediaWord(header) - 1] * 0x1_0000_0000 + low;
	}

	/** Index in the kinds of wire/share.ts. */
	kind(file: number): number {
		return (this.#header(file) >>> 24) & 15;
	}

	bitrate(file: number): number {
		return this.#media(file, 0);
	}

	frequency(file: number): number {
		return this.#media(file, 1);
	}

	seconds(file: number): number {
		return this.#media(file, 2);
	}

	/** A view of the 16 bytes; all zero where nothing was said. */
	md5(file: number): Uint8Array {
		const header = this.#header(file);
		if (((header >>> 28) & CHECKSUM) === 0) return nothing;
		const words = this.#words(file);
		const from = this.#at(file) + pathWord(header) - 4;
		return new Uint8Array(words.buffer, 4 * from, 16);
	}

	/** Raw. */
	path(file: number): string {
		const header = this.#header(file);
		const from = 4 * (this.#at(file) + pathWord(header));
		return raw(this.#pagesOf(file).bytes(this.#where[2 * file + 1]), from, from + (header & 0xffff));
	}

	/** Whether the file's path has a word (by number). */
	hasWord(file: number, word: number): boolean {
		const words = this.#words(file);
		const from = this.#at(file);
		const end = from + HEAD + 2 * ((words[from] >>> 16) & 255);
		for (let i = from + HEAD; i < end; i += 2) if (words[i] === word) return true;
		return false;
	}

	#words(file: number): Uint32Array {
		return this.#pagesOf(file).words(this.#where[2 * file + 1]);
	}

	#pagesOf(file: number): Pages {
		return this.owner(file).pages!;
	}

	#at(file: number): number {
		return Pages.at(this.#where[2 * file + 1]);
	}

	#header(file: number): number {
		return this.#words(file)[this.#at(file)];
	}

	#media(file: number, which: number): number {
		const header = this.#header(file);
		if (((header >>> 28) & MEDIA) === 0) return 0;
		return this.#words(file)[this.#at(file) + mediaWord(header) + which];
	}

	#find(place: number, hash: number, path: Uint8Array, from: number, to: number): number {
		const table = this.#byPath;
		for (let slot = table.first(hash); ; slot = table.after(slot)) {
			const file = table.idAt(slot);
			if (file < 0) return -1;
			if (
				this.#pathHash[file] === hash &&
				this.#where[2 * file] === place &&
				this.#hasPath(file, path, from, to)
			)
				return file;
		}
	}

	#hasPath(file: number, path: Uint8Array, from: number, to: number): boolean {
		const header = this.#header(file);
		const length = header & 0xffff;
		if (length !== to - from) return false;
		const own = this.#pagesOf(file).bytes(this.#where[2 * file + 1]);
		const start = 4 * (this.#at(file) + pathWord(header));
		for (let i = 0; i < length; i++) if (own[start + i] !== path[from + i]) return false;
		return true;
	}

	#hashOf(place: number, bytes: Uint8Array, from: number, to: number): number {
		let hash = this.#seed ^ place;
		for (let i = from; i < to; i++) hash = Math.imul(hash ^ bytes[i], 0x01000193) ^ (hash >>> 15);
		return mixed(hash);
	}

	#number(): number {
		if (this.#free > 0) {
			const file = this.#free - 1;
			this.#free = this.#next[file];
			return file;
		}
		if (this.#unused === this.#next.length) this.#grow();
		return this.#unused++;
	}

	#blockOf(file: number, owner: Owner, share: Share): number {
		const { bytes, pathFrom, pathTo, md5 } = share;
		this.words.ofBytes(bytes, pathFrom, pathTo);
		const { high, low } = this.words;
		const hasMedia = share.bitrate > 0 || share.frequency > 0 || share.seconds > 0;
		const high32 = Math.floor(share.size / 0x1_0000_0000);
		const hasChecksum = md5.some((byte) => byte !== 0);
		const marks = (hasMedia ? MEDIA : 0) | (hasChecksum ? CHECKSUM : 0) | (high32 > 0 ? LARGE : 0);
		const named = this.words.count;
		const count = hasChecksum ? named + 1 : named;
		const header = ((pathTo - pathFrom) | (count << 16) | (share.kind << 24) | (marks << 28)) >>> 0;
		owner.pages ??= new Pages();
		this.#pageBytes -= owner.pages.bytesHeld;
		const block = owner.pages.take(sizeOf(header));
		this.#pageBytes += owner.pages.bytesHeld;
		const words = owner.pages.words(block);
		const from = Pages.at(block);
		words[from] = header;
		words[from + 1] = share.size % 0x1_0000_0000;
		for (let i = 0; i < count; i++) {
			const word =
				i < named
					? this.#postings.wordOf(high[i], low[i])
					: this.#postings.wordOf(this.#hashOf(1, md5, 0, 16), this.#hashOf(2, md5, 0, 16));
			words[from + HEAD + 2 * i] = word;
			words[from + HEAD + 2 * i + 1] = this.#postings.add(word, file);
		}
		const media = from + mediaWord(header);
		if (high32 > 0) words[media - 1] = high32;
		if (hasMedia) {
			words[media] = share.bitrate;
			words[media + 1] = share.frequency;
			words[media + 2] = share.seconds;
		}
		const path = from + pathWord(header);
		const target = owner.pages.bytes(block);
		if (hasChecksum) target.set(md5, 4 * (path - 4));
		for (let i = pathFrom, to = 4 * path; i < pathTo; i++) target[to++] = bytes[i];
		return block;
	}

	/** Out of tables and lists. The chain of its owner and the block are the caller's. */
	#forget(file: number): void {
		const words = this.#words(file);
		const from = this.#at(file);
		const header = words[from];
		const count = (header >>> 16) & 255;
		for (let i = 0; i < count; i++) {
			const word = words[from + HEAD + 2 * i];
			const place = words[from + HEAD + 2 * i + 1];
			const moved = this.#postings.remove(word, place);
			if (moved >= 0) this.#moveWord(moved, word, place);
		}
		this.#byPath.remove(file);
		this.#files--;
		this.#bytes -= this.size(file);
		this.#where[2 * file + 1] = 0;
		this.#next[file] = this.#free;
		this.#free = file + 1;
	}

	/** In the list of a word, the file has moved to another place. */
	#moveWord(file: number, word: number, place: number): void {
		const words = this.#words(file);
		let i = this.#at(file) + HEAD;
		while (words[i] !== word) i += 2;
		words[i + 1] = place;
	}

	#grow(): void {
		this.#next = grown(this.#next);
		this.#previous = grown(this.#previous);
		this.#pathHash = grown(this.#pathHash);
		const where = new Uint32Array(2 * this.#next.length);
		where.set(this.#where);
		this.#where = where;
	}

	/** Nobody has a file any more: what the busiest hour took goes back to the system. */
	#reset(): void {
		this.#slabs = new Slabs();
		this.#postings = new Postings(this.#slabs);
		this.#byPath = this.#pathTable();
		this.#where = new Uint32Array(2048);
		this.#next = new Uint32Array(1024);
		this.#previous = new Uint32Array(1024);
		this.#pathHash = new Uint32Array(1024);
		this.#free = 0;
		this.#unused = 0;
	}

	#pathTable(): IdTable {
		return new IdTable((file) => this.#pathHash[file]);
	}
}

const nothing = new Uint8Array(16);

/** Where in a block the media begin, in words. */
function mediaWord(header: number): number {
	return HEAD + 2 * ((header >>> 16) & 255) + ((header >>> 28) & LARGE ? 1 : 0);
}

/** Where in a block the path begins, in words. */
function pathWord(header: number): number {
	const marks = header >>> 28;
	return mediaWord(header) + (marks & MEDIA ? 3 : 0) + (marks & CHECKSUM ? 4 : 0);
}

/** Words of a block. In steps of two, so that those which are freed fit others. */
function sizeOf(header: number): number {
	return (pathWord(header) + Math.ceil((header & 0xffff) / 4) + 1) & ~1;
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
	return one.every((byte, i) => byte === other[i]);
}
