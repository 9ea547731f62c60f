/**
 * Answering searches. A search is turned into a plan once: its words become numbers, and of all its words a few are
 * chosen whose lists together hold every answer (of an AND the shortest, of an OR those of both sides). Only these
 * lists are walked; every other condition is asked of each file on them.
 *
 * - A search without a word that must be there (only "larger than", only NOT) has no answer: it would walk everything.
 * - At most `mostWalked` files are looked at for one page. Two frequent words that hardly ever meet are answered by
 *   what was found until then.
 * - All searches together look at so many files a second; beyond that each gets a few (common/catalogue/walk-budget.ts).
 * - A plan goes on where it stopped: "more results" is the next page of the same.
 */
import { bytesOf, textOf } from '../../common/text.ts';
import { fileTypes } from '../wire/records.ts';
import type { Comparison, SearchNode } from '../wire/search-tree.ts';
import { TagName } from '../wire/tags.ts';
import type { FileIndex } from './file-index.ts';

type Test = (file: number) => boolean;

/** What must hold, and where all files are for which it can. */
interface Planned {
	readonly test: Test;
	/** Numbers of words: every answer is on one of their lists. undefined: anything may be one. */
	readonly lists: readonly number[] | undefined;
}

const nothing: Planned = { test: () => false, lists: [] };

export class SearchPlan {
	readonly #index: FileIndex;
	readonly #test: Test;
	readonly #lists: readonly number[];
	#list = 0;
	#place = 0;
	/** Files that the last page has looked at. */
	walked = 0;

	constructor(index: FileIndex, node: SearchNode) {
		this.#index = index;
		const { test, lists } = planned(index, node);
		this.#test = test;
		this.#lists = lists ?? [];
	}

	/** Everything was walked. */
	get done(): boolean {
		return this.#list >= this.#lists.length;
	}

	/** The next files, at most `most`, after looking at no more than `mostWalked`. */
	next(most: number, mostWalked: number): number[] {
		const { postings } = this.#index;
		const found: number[] = [];
		this.walked = 0;
		while (!this.done) {
			const word = this.#lists[this.#list];
			const end = postings.count(word);
			while (this.#place < end) {
				if (found.length === most || this.walked === mostWalked) return found;
				this.walked++;
				const file = postings.fileAt(word, this.#place++);
				if (!this.#wasWalked(file) && this.#test(file)) found.push(file);
			}
			this.#list++;
			this.#place = 0;
		}
		return found;
	}

	/** Files that are on an earlier list too have been looked at. */
	#wasWalked(file: number): boolean {
		for (let list = 0; list < this.#list; list++)
			if (this.#index.hasWord(file, this.#lists[list])) return true;
		return false;
	}
}

function planned(index: FileIndex, node: SearchNode): Planned {
	switch (node.kind) {
		case 'words':
			return wordsPlan(index, node.text);
		case 'text':
			return { test: textTest(index, node.tag, node.text), lists: undefined };
		case 'number':
			return { test: numberTest(index, node.tag, node.comparison, node.value), lists: undefined };
		case 'and': {
			const [left, right] = [planned(index, node.left), planned(index, node.right)];
			const test: Test = (file) => left.test(file) && right.test(file);
			return { test, lists: shorter(index, left.lists, right.lists) };
		}
		case 'or': {
			const [left, right] = [planned(index, node.left), planned(index, node.right)];
			const test: Test = (file) => left.test(file) || right.test(file);
			const both = left.lists && right.lists && [...new Set([...left.lists, ...right.lists])];
			return { test, lists: both };
		}
		case 'not': {
			const [left, right] = [planned(index, node.left), planned(index, node.right)];
			return { test: (file) => left.test(file) && !right.test(file), lists: left.lists };
		}
	}
}

/** All words of a text must be there. A text without a word asks for nothing. */
function wordsPlan(index: FileIndex, text: string): Planned {
	index.words.ofText(text);
	const { count, high, low } = index.words;
	const found: number[] = [];
	for (let i = 0; i < count; i++) {
		const word = index.postings.find(high[i], low[i]);
		if (word < 0) return nothing;
		found.push(word);
	}
	if (found.length === 0) return nothing;
	found.sort((a, b) => index.postings.count(a) - index.postings.count(b));
	return { test: (file) => found.every((word) => index.hasWord(file, word)), lists: [found[0]] };
}

function shorter(
	index: FileIndex,
	one: readonly number[] | undefined,
	other: readonly number[] | undefined,
): readonly number[] | undefined {
	if (one === undefined || other === undefined) return one ?? other;
	const length = (lists: readonly number[]): number =>
		lists.reduce((sum, word) => sum + index.postings.count(word), 0);
	return length(one) <= length(other) ? one : other;
}

function textTest(index: FileIndex, tag: number, text: string): Test {
	const wanted = text.toLowerCase();
	if (tag === TagName.Type) {
		const type = (fileTypes as readonly string[]).indexOf(text);
		return type <= 0 ? () => false : (file) => index.type(file) === type;
	}
	if (tag === TagName.Format) {
		const ending = bytesOf(`.${wanted.replace(/^\./, '')}`);
		return (file) => endsWith(index.name(file), ending);
	}
	if (tag === TagName.Codec) return (file) => textOf(index.codec(file)).toLowerCase() === wanted;
	return () => false;
}

/** ASCII letters of either case are the same. */
function endsWith(name: Uint8Array, ending: Uint8Array): boolean {
	const from = name.length - ending.length;
	if (from < 0) return false;
	for (let i = 0; i < ending.length; i++) {
		const code = name[from + i];
		if ((code >= 0x41 && code <= 0x5a ? code | 0x20 : code) !== ending[i]) return false;
	}
	return true;
}

const compared: Record<Comparison, (one: number, other: number) => boolean> = {
	'=': (one, other) => one === other,
	'>': (one, other) => one > other,
	'<': (one, other) => one < other,
	'>=': (one, other) => one >= other,
	'<=': (one, other) => one <= other,
	'!=': (one, other) => one !== other,
};

function numberTest(index: FileIndex, tag: number, comparison: Comparison, value: number): Test {
	const compare = compared[comparison];
	switch (tag) {
		case TagName.Size:
			return (file) => compare(index.size(file), value);
		case TagName.Sources:
			return (file) => compare(index.sourceCount(file), value);
		case TagName.CompleteSources:
			return (file) => compare(index.completeCount(file), value);
		case TagName.Length:
			return (file) => compare(index.length(file), value);
		case TagName.Bitrate:
			return (file) => compare(index.bitrate(file), value);
		default:
			return () => false;
	}
}
