/**
 * What the leaves of a super-node share, and which of it a query is for. The rules:
 *
 * - A file is found by words: each word of the query is a word of its name, title, artist, album or keywords. (The
 *   protocol says "substring"; programs send words in any order, which no substring would find.)
 * - Or by its hash, which names a file and proves nothing: two files may have one.
 * - A leaf has room for so many files, all leaves together for more: one of them cannot fill it for the others.
 * - A query looks at so many files, not at all that have a common word.
 *
 * A file is kept as the bytes that described it, and read again when it is found: most never are.
 */
import { isRefusal } from '../../evidence/refusal.ts';
import { text } from '../common/lines.ts';
import { words } from '../common/words.ts';
import { ours, specification } from './limits.ts';
import { fits } from './wanted.ts';
import { decodeShare, type FileRecord, type Share } from './wire/share.ts';
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
	/** Numbers that must lie between these. */
	readonly ranges?: readonly Range[];
}

export interface Range {
	readonly tag: number;
	readonly from: number;
	readonly to: number;
}

/** The files under one word, or one hash. */
interface Posting<Owner> {
	readonly key: string;
	readonly files: Set<Kept<Owner>>;
}

interface Kept<Owner> {
	readonly owner: Owner;
	readonly body: Uint8Array;
	readonly medium: number;
	readonly hash: Posting<Owner>;
	readonly words: readonly Posting<Owner>[];
}

/** `Owner`: whoever shares, by identity. */
export class Catalogue<Owner> {
	readonly #byWord = new Map<string, Posting<Owner>>();
	readonly #byHash = new Map<string, Posting<Owner>>();
	readonly #byOwner = new Map<Owner, Map<string, Kept<Owner>>>();
	#files = 0;

	get files(): number {
		return this.#files;
	}

	/** Different words of names. */
	get words(): number {
		return this.#byWord.size;
	}

	filesOf(owner: Owner): number {
		return this.#byOwner.get(owner)?.size ?? 0;
	}

	/** `body`: the bytes of the share, kept. False: there is no room for it. The same file again is none more. */
	add(owner: Owner, share: Share, body: Uint8Array): boolean {
		let mine = this.#byOwner.get(owner);
		const key = keyOf(share);
		if (mine?.has(key)) return true;
		if ((mine?.size ?? 0) >= ours.sharesOfLeaf || this.#files >= ours.shares) return false;
		if (mine === undefined) this.#byOwner.set(owner, (mine = new Map()));
		const kept: Kept<Owner> = {
			owner,
			body,
			medium: share.medium,
			hash: posting(this.#byHash, latin(share.hash)),
			words: wordsOf(share).map((word) => posting(this.#byWord, word)),
		};
		mine.set(key, kept);
		this.#files++;
		kept.hash.files.add(kept);
		for (const { files } of kept.words) files.add(kept);
		return true;
	}

	remove(owner: Owner, file: Pick<Share, 'hash' | 'size'>): void {
		const mine = this.#byOwner.get(owner);
		const key = keyOf(file);
		const kept = mine?.get(key);
		if (mine === undefined || kept === undefined) return;
		mine.delete(key);
		this.#forget(kept);
	}

	left(owner: Owner): void {
		for (const kept of this.#byOwner.get(owner)?.values() ?? []) this.#forget(kept);
		this.#byOwner.delete(owner);
	}

	/** At most `most`, none of the asker's own, among `look` files. */
	match(wanted: Wanted, most: number, asker?: Owner, look: number = ours.looked): Entry<Owner>[] {
		const asked: Posting<Owner>[] = [];
		for (const word of words(wanted.text)) {
			const files = this.#byWord.get(word);
			if (files === undefined) return [];
			asked.push(files);
		}
		const hash = wanted.hash && this.#byHash.get(latin(wanted.hash));
		if (wanted.hash !== undefined && hash === undefined) return [];
		const found: Entry<Owner>[] = [];
		let looked = 0;
		for (const kept of hash?.files ?? fewest(asked)) {
			if (found.length >= most || ++looked > look) break;
			const { owner, body, medium } = kept;
			if (owner === asker) continue;
			if (wanted.medium !== undefined && medium !== 0 && medium !== wanted.medium) continue;
			if (!asked.every((word) => kept.words.includes(word))) continue;
			const share = decodeShare(body);
			if (!isRefusal(share) && fits(share, wanted.ranges ?? [])) found.push({ owner, share });
		}
		return found;
	}

	#forget(kept: Kept<Owner>): void {
		this.#files--;
		drop(this.#byHash, kept.hash, kept);
		for (const word of kept.words) drop(this.#byWord, word, kept);
	}
}

/** Whether a file that somebody names is what was asked for: the same words, the same hash, the numbers. */
export function answers(wanted: Wanted, file: FileRecord): boolean {
	if (wanted.hash !== undefined && latin(wanted.hash) !== latin(file.hash)) return false;
	const its = wordsOf(file);
	return words(wanted.text).every((word) => its.includes(word)) && fits(file, wanted.ranges ?? []);
}

/** Among the files of the rarest word are all that match. */
function fewest<Owner>(asked: readonly Posting<Owner>[]): Iterable<Kept<Owner>> {
	let least: Posting<Owner> | undefined;
	for (const one of asked) if (least === undefined || one.files.size < least.files.size) least = one;
	return least?.files ?? [];
}

/** Bytes as a string that a map can be asked by: a character is a byte. */
function latin(bytes: Uint8Array): string {
	return text(bytes, 0, specification.hash);
}

/** A copy that is shared twice is one file; two sizes under one hash are two. */
function keyOf({ hash, size }: Pick<Share, 'hash' | 'size'>): string {
	return `${latin(hash)}${size}`;
}

function wordsOf({ tags }: Pick<Share, 'tags'>): string[] {
	const all = new Set<string>();
	for (const tag of named) {
		const value = tags.get(tag);
		if (value === undefined || value.length > ours.text) continue;
		for (const word of words(decodeText(value))) {
			if (all.size >= ours.words) return [...all];
			all.add(word);
		}
	}
	return [...all];
}

function posting<Owner>(map: Map<string, Posting<Owner>>, key: string): Posting<Owner> {
	let found = map.get(key);
	if (found === undefined) map.set(key, (found = { key, files: new Set() }));
	return found;
}

function drop<Owner>(map: Map<string, Posting<Owner>>, of: Posting<Owner>, kept: Kept<Owner>): void {
	of.files.delete(kept);
	if (of.files.size === 0) map.delete(of.key);
}
