/**
 * Longer than 300 lines: one layout in memory, written and read in one place.
 * Every file that somebody here has. Ten million of them must fit, so a file is no object: its fixed fields are
 * columns of typed arrays, and what varies is one block in the slabs:
 *
 *   header     bytes of the name 16 bits | words 8 | type 4 | marks 4
 *   words      number of the word, place of the file in its list (postings.ts): so it leaves in constant time
 *   media      length in seconds, bitrate, where there are any
 *   name       in UTF-8, as first offered
 *   codec      length 1, text, where there is one
 *
 * A file is its hash and its size: whoever offers a known hash with a wrong size makes another file, and spoils none.
 */

import { IdTable } from '../../common/catalogue/id-table.ts';
import { grown, Postings } from '../../common/catalogue/postings.ts';
import { at, Slabs } from '../../common/catalogue/slabs.ts';
import { mixed, WordHashes } from '../../common/catalogue/word-hashes.ts';
import { le32 } from '../../common/integers.ts';
import type { Offer } from '../wire/records.ts';
import { type Publisher, SourceLists } from './source-lists.ts';

const MEDIA = 1;
const CODEC = 2;

/** Longest codec name kept. */
const MOST_CODEC = 32;

export class FileIndex {
	readonly postings: Postings;
	readonly words: WordHashes;
	readonly sources = new SourceLists();
	readonly #slabs = new Slabs();
	readonly #table: IdTable;
	readonly #seed: number;
	/** Four words a file. */
	#hashes = new Uint32Array(4096);
	#sizeLow = new Uint32Array(1024);
	#sizeHigh = new Uint8Array(1024);
	/** 0: there is no such file; then #firstSource names the next free number, plus one. */
	#block = new Uint32Array(1024);
	#firstSource = new Uint32Array(1024);
	#sourceCount = new Uint32Array(1024);
	#completeCount = new Uint32Array(1024);
	#free = -1;
	#next = 0;
	#files = 0;
	readonly #asked = new Uint32Array(4);

	/** Three numbers that nobody outside knows. */
	constructor(seeds: readonly [number, number, number]) {
		this.postings = new Postings(this.#slabs);
		this.words = new WordHashes(seeds[0], seeds[1]);
		this.#seed = seeds[2];
		this.#table = new IdTable((file) => this.#hashOf(this.#hashes, file * 4));
	}

	get files(): number {
		return this.#files;
	}

	get bytesHeld(): number {
		const columns = this.#hashes.byteLength + this.#sizeHigh.byteLength + this.#sizeLow.byteLength * 5;
		const lists = this.postings.bytesHeld + this.sources.bytesHeld;
		return columns + lists + this.#table.bytesHeld + this.#slabs.bytesHeld;
	}

	/** Takes an offer of a publisher. False: it has that file already. The name's bytes have been judged. */
	offer(publisher: Publisher, bytes: Uint8Array, offer: Offer, complete: boolean): boolean {
		let file = this.find(bytes, offer.hashAt, offer.size);
		if (file < 0) file = this.#add(bytes, offer);
		else {
			const first = this.#firstSource[file];
			const record = this.sources.find(file, first, this.#sourceCount[file], publisher);
			if (record !== 0) {
				if (this.sources.isComplete(record) === complete) return false;
				this.sources.setComplete(record, complete);
				this.#completeCount[file] += complete ? 1 : -1;
				return false;
			}
		}
		this.#firstSource[file] = this.sources.add(file, this.#firstSource[file], publisher, complete);
		this.#sourceCount[file]++;
		if (complete) this.#completeCount[file]++;
		return true;
	}

	/** Everything that a publisher had: files that nobody else has are gone. */
	withdraw(publisher: Publisher): void {
		let record = publisher.firstSource;
		while (record !== 0) {
			const next = this.sources.nextOfClient(record);
			const file = this.sources.fileOf(record);
			this.#firstSource[file] = this.sources.leaveFile(record, this.#firstSource[file]);
			this.#sourceCount[file]--;
			if (this.sources.isComplete(record)) this.#completeCount[file]--;
			this.sources.release(record);
			if (this.#sourceCount[file] === 0) this.#remove(file);
			record = next;
		}
		publisher.firstSource = 0;
		publisher.files = 0;
	}

	/** The file of 16 bytes at a place, and of this size if it is given; -1: nobody here has it. */
	find(bytes: Uint8Array, place: number, size?: number): number {
		const asked = this.#asked;
		for (let i = 0; i < 4; i++) asked[i] = le32(bytes, place + 4 * i);
		const hashes = this.#hashes;
		const table = this.#table;
		for (let slot = table.first(this.#hashOf(asked, 0)); ; slot = table.after(slot)) {
			const file = table.idAt(slot);
			if (file < 0) return -1;
			const first = file * 4;
			if (
				hashes[first] === asked[0] &&
				hashes[first + 1] === asked[1] &&
				hashes[first + 2] === asked[2] &&
				hashes[first + 3] === asked[3] &&
				(size === undefined || this.size(file) === size)
			)
				return file;
		}
	}

	size(file: number): number {
		return this.#sizeHigh[file] * 0x1_0000_0000 + this.#sizeLow[file];
	}

	sourceCount(file: number): number {
		return this.#sourceCount[file];
	}

	completeCount(file: number): number {
		return this.#completeCount[file];
	}

	/** The first record of its sources (source-lists.ts). */
	firstSource(file: number): number {
		return this.#firstSource[file];
	}

	/** The 16 bytes of its hash. */
	hash(file: number): Uint8Array {
		return new Uint8Array(this.#hashes.buffer, file * 16, 16);
	}

	type(file: number): number {
		return (this.#header(file) >>> 24) & 15;
	}

	/** A view of the name's bytes. */
	name(file: number): Uint8Array {
		const block = this.#block[file];
		const from = 4 * (at(block) + this.#nameWord(this.#header(file)));
		return this.#slabs.bytes(block).subarray(from, from + (this.#header(file) & 0xffff));
	}

	/** Seconds; 0: not known. */
	length(file: number): number {
		return this.#media(file, 0);
	}

	bitrate(file: number): number {
		return this.#media(file, 1);
	}

	/** A view of the codec's name. */
	codec(file: number): Uint8Array {
		const header = this.#header(file);
		const block = this.#block[file];
		const bytes = this.#slabs.bytes(block);
		const from = 4 * (at(block) + this.#nameWord(header)) + (header & 0xffff);
		return (header >>> 28) & CODEC ? bytes.subarray(from + 1, from + 1 + bytes[from]) : bytes.subarray(0, 0);
	}

	/** Whether the file's name has a word (by number). */
	hasWord(file: number, word: number): boolean {
		const block = this.#block[file];
		const words = this.#slabs.words(block);
		const from = at(block);
		const end = from + 1 + 2 * ((words[from] >>> 16) & 255);
		for (let i = from + 1; i < end; i += 2) if (words[i] === word) return true;
		return false;
	}

	#header(file: number): number {
		const block = this.#block[file];
		return this.#slabs.words(block)[at(block)];
	}

	#media(file: number, which: 0 | 1): number {
		const header = this.#header(file);
		if (((header >>> 28) & MEDIA) === 0) return 0;
		const block = this.#block[file];
		return this.#slabs.words(block)[at(block) + 1 + 2 * ((header >>> 16) & 255) + which];
	}

	/** Where in the block the name begins, in words. */
	#nameWord(header: number): number {
		return 1 + 2 * ((header >>> 16) & 255) + ((header >>> 28) & MEDIA ? 2 : 0);
	}

	#hashOf(hashes: Uint32Array, place: number): number {
		// MD4 mixes well, but whoever offers may choose the bytes: the seed is what he does not know.
		return mixed(
			mixed(hashes[place] ^ this.#seed) + hashes[place + 1] + Math.imul(hashes[place + 2], this.#seed | 1),
		);
	}

	#add(bytes: Uint8Array, offer: Offer): number {
		let file = this.#free;
		if (file >= 0) this.#free = this.#firstSource[file] - 1;
		else {
			file = this.#next++;
			if (file === this.#block.length) this.#grow();
		}
		this.#hashes.set(this.#asked, file * 4);
		this.#sizeLow[file] = offer.size % 0x1_0000_0000;
		this.#sizeHigh[file] = Math.floor(offer.size / 0x1_0000_0000);
		this.#firstSource[file] = 0;
		this.#sourceCount[file] = 0;
		this.#completeCount[file] = 0;
		this.#block[file] = this.#blockOf(file, bytes, offer);
		this.#table.add(file);
		this.#files++;
		return file;
	}

	#blockOf(file: number, bytes: Uint8Array, offer: Offer): number {
		const { nameFrom, nameTo, codecFrom } = offer;
		this.words.ofBytes(bytes, nameFrom, nameTo);
		const { count, high, low } = this.words;
		const length = nameTo - nameFrom;
		const codec = Math.min(offer.codecTo - codecFrom, MOST_CODEC);
		const marks = (offer.length > 0 || offer.bitrate > 0 ? MEDIA : 0) | (codec > 0 ? CODEC : 0);
		const header = (length | (count << 16) | (offer.type << 24) | (marks << 28)) >>> 0;
		const nameWord = this.#nameWord(header);
		const block = this.#slabs.take(blockSize(nameWord, length, codec));
		const words = this.#slabs.words(block);
		const from = at(block);
		words[from] = header;
		for (let i = 0; i < count; i++) {
			const word = this.postings.wordOf(high[i], low[i]);
			words[from + 1 + 2 * i] = word;
			words[from + 2 + 2 * i] = this.postings.add(word, file);
		}
		if (marks & MEDIA) {
			words[from + nameWord - 2] = offer.length;
			words[from + nameWord - 1] = offer.bitrate;
		}
		const target = this.#slabs.bytes(block);
		let to = 4 * (from + nameWord);
		for (let i = nameFrom; i < nameTo; i++) target[to++] = bytes[i];
		if (codec > 0) {
			target[to++] = codec;
			for (let i = 0; i < codec; i++) target[to++] = bytes[codecFrom + i];
		}
		return block;
	}

	#remove(file: number): void {
		const block = this.#block[file];
		const words = this.#slabs.words(block);
		const from = at(block);
		const header = words[from];
		const count = (header >>> 16) & 255;
		for (let i = 0; i < count; i++) {
			const word = words[from + 1 + 2 * i];
			const place = words[from + 2 + 2 * i];
			const moved = this.postings.remove(word, place);
			if (moved >= 0) this.#moveWord(moved, word, place);
		}
		const codec = this.codec(file).length;
		this.#table.remove(file);
		this.#slabs.give(block, blockSize(this.#nameWord(header), header & 0xffff, codec));
		this.#block[file] = 0;
		this.#firstSource[file] = this.#free + 1;
		this.#free = file;
		this.#files--;
	}

	/** In the list of a word, the file has moved to another place. */
	#moveWord(file: number, word: number, place: number): void {
		const block = this.#block[file];
		const words = this.#slabs.words(block);
		let i = at(block) + 1;
		while (words[i] !== word) i += 2;
		words[i + 1] = place;
	}

	#grow(): void {
		this.#sizeLow = grown(this.#sizeLow);
		this.#block = grown(this.#block);
		this.#firstSource = grown(this.#firstSource);
		this.#sourceCount = grown(this.#sourceCount);
		this.#completeCount = grown(this.#completeCount);
		const sizeHigh = new Uint8Array(this.#block.length);
		sizeHigh.set(this.#sizeHigh);
		this.#sizeHigh = sizeHigh;
		const hashes = new Uint32Array(this.#block.length * 4);
		hashes.set(this.#hashes);
		this.#hashes = hashes;
	}
}

/** Words of a block. In steps of two, so that those which are freed fit others. */
function blockSize(nameWord: number, name: number, codec: number): number {
	const words = nameWord + Math.ceil((name + (codec > 0 ? codec + 1 : 0)) / 4);
	return (words + 1) & ~1;
}
