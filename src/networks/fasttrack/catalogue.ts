/**
 * What the leaves of a super-node share, and which of it a query is for. The rules:
 *
 * - A file is found by words: each word of the query is a word of its name, title, artist, album or keywords. (The
 *   protocol says "substring"; programs send words in any order, which no substring would find.)
 * - Or by its hash, which names a file and proves nothing: two files may have one.
 * - A leaf has room for so many files, all leaves together for more: one of them cannot fill it for the others.
 * - A query looks at so many files, not at all that have a common word.
 */
import { hex } from '../common/hash.ts';
import { words } from '../common/words.ts';
import { ours } from './limits.ts';
import type { Share } from './wire/share.ts';
import { Tag } from './wire/tags.ts';
import { decodeText } from './wire/text.ts';

const named = [Tag.Name, Tag.Title, Tag.Artist, Tag.Album, Tag.Keywords];

export interface Entry<Owner> {
	readonly owner: Owner;
	readonly share: Share;
}

/** What a query asks for: all of it must be true. */
export interface Wanted {
	/** Words; empty: any. */
	readonly text: string;
	/** 20 bytes. */
	readonly hash?: Uint8Array;
	/** Kind of medium; undefined: any. */
	readonly medium?: number;
}

interface Kept<Owner> extends Entry<Owner> {
	readonly key: string;
	readonly words: ReadonlySet<string>;
}

/** `Owner`: whoever shares, by identity. */
export class Catalogue<Owner> {
	readonly #byWord = new Map<string, Set<Kept<Owner>>>();
	readonly #byHash = new Map<string, Set<Kept<Owner>>>();
	readonly #byOwner = new Map<Owner, Map<string, Kept<Owner>>>();
	#files = 0;

	get files(): number {
		return this.#files;
	}

	filesOf(owner: Owner): number {
		return this.#byOwner.get(owner)?.size ?? 0;
	}

	/** False: there is no room for it. The same file again is none more. */
	add(owner: Owner, share: Share): boolean {
		let mine = this.#byOwner.get(owner);
		const key = keyOf(share);
		if (mine?.has(key)) return true;
		if ((mine?.size ?? 0) >= ours.sharesOfLeaf || this.#files >= ours.shares) return false;
		if (mine === undefined) this.#byOwner.set(owner, (mine = new Map()));
		const kept = { owner, share, key, words: wordsOf(share) };
		mine.set(key, kept);
		this.#files++;
		put(this.#byHash, hex(share.hash), kept);
		for (const word of kept.words) put(this.#byWord, word, kept);
		return true;
	}

	remove(owner: Owner, file: Pick<Share, 'hash' | 'size'>): void {
		const mine = this.#byOwner.get(owner);
		const kept = mine?.get(keyOf(file));
		if (mine === undefined || kept === undefined) return;
		mine.delete(kept.key);
		this.#forget(kept);
	}

	left(owner: Owner): void {
		for (const kept of this.#byOwner.get(owner)?.values() ?? []) this.#forget(kept);
		this.#byOwner.delete(owner);
	}

	/** At most `most`, none of the asker's own. */
	match(wanted: Wanted, most: number, asker?: Owner): Entry<Owner>[] {
		const found: Entry<Owner>[] = [];
		const asked = words(wanted.text);
		const hash = wanted.hash && hex(wanted.hash);
		let looked = 0;
		for (const kept of this.#fewest(asked, hash)) {
			if (found.length >= most || ++looked > ours.looked) break;
			const { medium } = kept.share;
			if (kept.owner === asker) continue;
			if (wanted.medium !== undefined && medium !== 0 && medium !== wanted.medium) continue;
			if (hash !== undefined && hex(kept.share.hash) !== hash) continue;
			if (asked.every((word) => kept.words.has(word))) found.push(kept);
		}
		return found;
	}

	/** Among these are all that match. */
	#fewest(asked: readonly string[], hash: string | undefined): Iterable<Kept<Owner>> {
		if (hash !== undefined) return this.#byHash.get(hash) ?? [];
		let fewest: ReadonlySet<Kept<Owner>> | undefined;
		for (const word of asked) {
			const list = this.#byWord.get(word);
			if (list === undefined) return [];
			if (fewest === undefined || list.size < fewest.size) fewest = list;
		}
		return fewest ?? [];
	}

	#forget(kept: Kept<Owner>): void {
		this.#files--;
		drop(this.#byHash, hex(kept.share.hash), kept);
		for (const word of kept.words) drop(this.#byWord, word, kept);
	}
}

/** A copy that is shared twice is one file; two sizes under one hash are two. */
function keyOf({ hash, size }: Pick<Share, 'hash' | 'size'>): string {
	return `${hex(hash)} ${size}`;
}

function wordsOf({ tags }: Share): ReadonlySet<string> {
	const all = new Set<string>();
	for (const tag of named) {
		const value = tags.get(tag);
		if (value === undefined || value.length > ours.text) continue;
		for (const word of words(decodeText(value))) {
			if (all.size >= ours.words) return all;
			all.add(word);
		}
	}
	return all;
}

function put<T>(map: Map<string, Set<T>>, key: string, value: T): void {
	const set = map.get(key);
	if (set === undefined) map.set(key, new Set([value]));
	else set.add(value);
}

function drop<T>(map: Map<string, Set<T>>, key: string, value: T): void {
	const set = map.get(key);
	set?.delete(value);
	if (set?.size === 0) map.delete(key);
}
