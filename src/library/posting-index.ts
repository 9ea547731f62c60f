/**
 * The index that answers queries. Network queries are mostly misses, so a miss is made cheap: words
 * are cut one after the other, and the first that no shared file has ends the work (one look-up in a
 * Map). Where all words exist, the ids of the rarest are walked and looked for in the other lists;
 * as every list is in ascending order, each is walked at most once, in jumps (galloping).
 */

import { eachWord, words as wordsOf } from '../networks/common/words.ts';
import type { SharedFile, Shares } from '../networks/network.ts';
import { FileColumns } from './file-columns.ts';

/** A query of more words is answered by its first ones. */
const mostWords = 32;

/** Ids in ascending order. */
interface Posting {
	ids: Uint32Array;
	count: number;
}

/** Most words occur in one name only; an id alone takes a tenth of the memory of a list. */
type Entry = number | Posting;

export class PostingIndex implements Shares {
	readonly #words = new Map<string, Entry>();
	readonly #files = new FileColumns();
	#bytes = 0;
	#version = 0;

	get files(): number {
		return this.#files.count;
	}

	get bytes(): number {
		return this.#bytes;
	}

	get kilobytes(): number {
		return Math.ceil(this.#bytes / 1024);
	}

	get version(): number {
		return this.#version;
	}

	/** Adds a file, or puts it in the place of an earlier one with the same id. */
	add(file: SharedFile): void {
		if (!Number.isInteger(file.id) || file.id < 1 || file.id > 0xffff_ffff) {
			throw new RangeError(`file id ${file.id} does not fit in 32 bits`);
		}
		this.remove(file.id);
		this.#files.add(file);
		this.#bytes += file.size;
		this.#version++;
		for (const word of wordsOf(file.name)) insert(this.#words, word, file.id);
	}

	remove(id: number): void {
		const file = this.#files.remove(id);
		if (file === undefined) return;
		this.#bytes -= file.size;
		this.#version++;
		for (const word of wordsOf(file.name)) withdraw(this.#words, word, id);
	}

	match(text: string, limit: number): SharedFile[] {
		const entries: Entry[] = [];
		const allKnown = eachWord(text, (word) => {
			const entry = this.#words.get(word);
			if (entry === undefined) return false;
			if (!entries.includes(entry)) entries.push(entry);
			return entries.length < mostWords;
		});
		if (entries.length === 0 || (!allKnown && entries.length < mostWords)) return [];
		const lists = entries.map(asPosting).sort((one, other) => one.count - other.count);
		return intersect(lists, limit).map((id) => this.#files.byId(id)!);
	}

	byId(id: number): SharedFile | undefined {
		return this.#files.byId(id);
	}

	bySha1(sha1: Uint8Array): SharedFile | undefined {
		return this.#files.bySha1(sha1);
	}

	byEd2k(ed2k: Uint8Array): SharedFile | undefined {
		return this.#files.byEd2k(ed2k);
	}

	byFthash(fthash: Uint8Array): SharedFile | undefined {
		return this.#files.byFthash(fthash);
	}

	words(): Iterable<string> {
		return this.#words.keys();
	}

	all(): Iterable<SharedFile> {
		return this.#files.all();
	}

	sha1s(): Iterable<Uint8Array> {
		return this.#files.sha1s();
	}
}

/** Ids that are in every list; the first list is the shortest. */
function intersect(lists: readonly Posting[], limit: number): number[] {
	const [rarest, ...others] = lists as [Posting, ...Posting[]];
	const cursors = new Uint32Array(others.length);
	const found: number[] = [];
	next: for (let at = 0; at < rarest.count && found.length < limit; at++) {
		const id = rarest.ids[at]!;
		for (let list = 0; list < others.length; list++) {
			const other = others[list]!;
			const place = gallop(other, cursors[list]!, id);
			cursors[list] = place;
			if (place === other.count) break next;
			if (other.ids[place] !== id) continue next;
		}
		found.push(id);
	}
	return found;
}

/** First place at or after `from` whose id is not below `id`; `count` when there is none. */
function gallop(posting: Posting, from: number, id: number): number {
	let step = 1;
	let low = from;
	let high = from;
	while (high < posting.count && posting.ids[high]! < id) {
		low = high + 1;
		high += step;
		step *= 2;
	}
	if (high > posting.count) high = posting.count;
	while (low < high) {
		const middle = (low + high) >>> 1;
		if (posting.ids[middle]! < id) low = middle + 1;
		else high = middle;
	}
	return low;
}

function asPosting(entry: Entry): Posting {
	return typeof entry === 'number' ? { ids: Uint32Array.of(entry), count: 1 } : entry;
}

function insert(map: Map<string, Entry>, key: string, id: number): void {
	const entry = map.get(key);
	if (entry === undefined) {
		map.set(key, id);
		return;
	}
	if (entry === id) return;
	const posting = asPosting(entry);
	if (posting !== entry) map.set(key, posting);
	// New files have the highest ids: then there is nothing to look for.
	const place = gallop(posting, posting.ids[posting.count - 1]! < id ? posting.count : 0, id);
	if (place < posting.count && posting.ids[place] === id) return;
	if (posting.count === posting.ids.length) {
		const grown = new Uint32Array(posting.count * 2);
		grown.set(posting.ids);
		posting.ids = grown;
	}
	posting.ids.copyWithin(place + 1, place, posting.count);
	posting.ids[place] = id;
	posting.count++;
}

function withdraw(map: Map<string, Entry>, key: string, id: number): void {
	const entry = map.get(key);
	if (entry === undefined) return;
	const posting = asPosting(entry);
	const place = gallop(posting, 0, id);
	if (place === posting.count || posting.ids[place] !== id) return;
	if (posting.count === 1) {
		map.delete(key);
		return;
	}
	posting.ids.copyWithin(place, place + 1, posting.count);
	posting.count--;
}
