/**
 * Which files have which word. A word that one file has takes no list; small lists lie in slabs, large ones are
 * arrays of their own. Lists have no order, so that a file leaves one in constant time: the last entry moves into
 * its place, and whoever keeps the places (file-index.ts) is told which file has moved.
 */
import { IdTable } from './id-table.ts';
import { at, LARGEST_BLOCK, type Slabs } from './slabs.ts';

export class Postings {
	readonly #slabs: Slabs;
	readonly #table = new IdTable((word) => this.#high[word]);
	#high = new Uint32Array(1024);
	#low = new Uint32Array(1024);
	/** The file itself where there is one, else a block; nothing where the list is large. */
	#list = new Uint32Array(1024);
	#count = new Uint32Array(1024);
	#room = new Uint32Array(1024);
	readonly #large = new Map<number, Uint32Array>();
	/** Numbers of words that no file has any more, to be used again: each names the next in #list. */
	#free = -1;
	#words = 0;
	#next = 0;

	constructor(slabs: Slabs) {
		this.#slabs = slabs;
	}

	get words(): number {
		return this.#words;
	}

	get bytesHeld(): number {
		let large = 0;
		for (const list of this.#large.values()) large += list.byteLength;
		return this.#high.byteLength * 5 + this.#table.bytesHeld + large;
	}

	/** The number of a word; -1: no file has it. */
	find(high: number, low: number): number {
		const table = this.#table;
		for (let slot = table.first(high); ; slot = table.after(slot)) {
			const word = table.idAt(slot);
			if (word < 0 || (this.#high[word] === high && this.#low[word] === low)) return word;
		}
	}

	count(word: number): number {
		return this.#count[word];
	}

	fileAt(word: number, place: number): number {
		const room = this.#room[word];
		const list = this.#list[word];
		if (room === 1) return list;
		if (room > LARGEST_BLOCK) return this.#large.get(word)![place];
		return this.#slabs.words(list)[at(list) + place];
	}

	/** The word's number; it gets one where no file had it. */
	wordOf(high: number, low: number): number {
		const found = this.find(high, low);
		return found >= 0 ? found : this.#newWord(high, low);
	}

	/** The place of the file in the word's list. */
	add(word: number, file: number): number {
		const place = this.#count[word]++;
		if (place === this.#room[word]) this.#enlarge(word);
		const room = this.#room[word];
		const list = this.#list[word];
		if (room === 1) this.#list[word] = file;
		else if (room > LARGEST_BLOCK) this.#large.get(word)![place] = file;
		else this.#slabs.words(list)[at(list) + place] = file;
		return place;
	}

	/** Takes out what stands at a place. Answers the file that has moved there; -1: none has. */
	remove(word: number, place: number): number {
		const last = --this.#count[word];
		if (last === 0) {
			this.#forget(word);
			return -1;
		}
		if (place === last) return -1;
		const moved = this.fileAt(word, last);
		const list = this.#list[word];
		if (this.#room[word] > LARGEST_BLOCK) this.#large.get(word)![place] = moved;
		else this.#slabs.words(list)[at(list) + place] = moved;
		return moved;
	}

	#newWord(high: number, low: number): number {
		let word = this.#free;
		if (word >= 0) this.#free = this.#list[word] - 1;
		else {
			word = this.#next++;
			if (word === this.#high.length) this.#grow();
		}
		this.#words++;
		this.#high[word] = high;
		this.#low[word] = low;
		this.#room[word] = 1;
		this.#table.add(word);
		return word;
	}

	#forget(word: number): void {
		this.#table.remove(word);
		const room = this.#room[word];
		if (room > LARGEST_BLOCK) this.#large.delete(word);
		else if (room > 1) this.#slabs.give(this.#list[word], room);
		this.#room[word] = 0;
		this.#list[word] = this.#free + 1;
		this.#free = word;
		this.#words--;
	}

	/** Lists that fit into slabs double; larger ones grow by a half. */
	#enlarge(word: number): void {
		const old = this.#room[word];
		const list = this.#list[word];
		const room = old < LARGEST_BLOCK ? old * 2 : Math.ceil(old * 1.5);
		this.#room[word] = room;
		if (room <= LARGEST_BLOCK) {
			const block = this.#slabs.take(room);
			const words = this.#slabs.words(block);
			if (old === 1) words[at(block)] = list;
			else {
				words.set(this.#slabs.words(list).subarray(at(list), at(list) + old), at(block));
				this.#slabs.give(list, old);
			}
			this.#list[word] = block;
			return;
		}
		const grown = new Uint32Array(room);
		if (old > LARGEST_BLOCK) grown.set(this.#large.get(word)!);
		else {
			grown.set(this.#slabs.words(list).subarray(at(list), at(list) + old));
			this.#slabs.give(list, old);
		}
		this.#large.set(word, grown);
	}

	#grow(): void {
		this.#high = grown(this.#high);
		this.#low = grown(this.#low);
		this.#list = grown(this.#list);
		this.#count = grown(this.#count);
		this.#room = grown(this.#room);
	}
}

/** The same, half as long again. */
export function grown(old: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
	const next = new Uint32Array(Math.ceil(old.length * 1.5));
	next.set(old);
	return next;
}
