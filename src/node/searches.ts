/**
 * The searches of this node: their hits as lines and as rows. Everything a stranger can grow is bounded.
 *
 * A search for the same words as one of the last half hour begins with what that one has found. The
 * network is asked too, but ultrapeers drop a leaf's query that they have seen lately (as a flood), and
 * a user who repeats a search would see nothing.
 */
import { words as wordsOf } from '../networks/common/words.ts';
import type { Hit, NetworkName } from '../networks/network.ts';
import type { Content } from '../transfer/content.ts';
import type { Source } from './api/ordering.ts';
import type { Result, Search } from './api/schemas.ts';
import { contentOf, firstRow, joined } from './result-rows.ts';
import type { SearchTable } from './store/searches.ts';

/** What the searches need of the network. */
export interface Asking {
	/** `only`: one network. */
	ask(id: number, text: string, urn?: string, only?: NetworkName): void;
	stop(id: number): void;
	/** How it stands, in words. */
	stands(id: number): { asked: number; sentence: string };
}

interface Kept {
	readonly id: number;
	readonly words: string;
	readonly startedAt: number;
	state: 'asking' | 'ended';
	why: string;
	asked: number;
	hits: number;
	refused: number;
	version: number;
	readonly lines: Hit[];
	/** Each hit counts once, however many ways it comes. */
	readonly seen: Set<string>;
	readonly rows: Result[];
	readonly places: Map<string, number>;
	readonly watchers: Set<{ hit: (hit: Hit) => void; ended: () => void }>;
}

/** Searches with results in memory; the oldest ended ones give theirs up. */
const mostWithResults = 50;
const mostListed = 200;
/** Contents of one search, and hits that a late reader still gets. */
const mostRows = 20_000;
const mostLines = 20_000;
/** Peers of the time do not answer a leaf's same query again within half an hour. */
const askedLately = 30 * 60_000;

/** What is known of a content. */
export interface Sought extends Content {
	readonly name?: string;
	readonly size?: number | undefined;
}

const urnOnly = /^urn:(?:sha1:[a-z2-7]{32}|ed2k:[0-9a-f]{32}|fthash:[0-9a-f]{40}|kzhash:[0-9a-f]{72})$/i;

export class Searches {
	readonly #table: SearchTable;
	readonly #asking: Asking;
	readonly #now: () => number;
	readonly #have: (content: Content) => boolean;
	/** Newest first. */
	readonly #kept = new Map<number, Kept>();
	#version = 0;

	constructor(table: SearchTable, asking: Asking, now: () => number, have: (content: Content) => boolean) {
		this.#table = table;
		this.#asking = asking;
		this.#now = now;
		this.#have = have;
		for (const { id, words, startedAt, hits } of table.list(mostListed).reverse()) {
			const kept = emptySearch(id, words, startedAt);
			this.#kept.set(id, { ...kept, hits, state: 'ended', why: 'of an earlier run; its results are gone' });
		}
	}

	get size(): number {
		return this.#kept.size;
	}

	/** Searches that still ask. */
	get active(): number {
		let count = 0;
		for (const { state } of this.#kept.values()) if (state === 'asking') count++;
		return count;
	}

	start(words: string, only?: NetworkName): Search {
		const now = this.#now();
		const id = this.#table.add(words, now);
		const kept = emptySearch(id, words, now);
		this.#kept.set(id, kept);
		this.#forgetOld();
		this.#version++;
		if (urnOnly.test(words)) this.#asking.ask(id, '', words, only);
		else this.#asking.ask(id, words, undefined, only);
		for (const hit of this.#foundLately(words, now))
			if (only === undefined || hit.network === only) this.hit(id, hit);
		return this.#view(kept);
	}

	get(id: number): Search | undefined {
		const kept = this.#kept.get(id);
		return kept && this.#view(kept);
	}

	stop(id: number): boolean {
		const kept = this.#kept.get(id);
		if (kept === undefined) return false;
		if (kept.state === 'asking') {
			this.#asking.stop(id);
			this.ended(id, 'stopped');
		}
		return true;
	}

	remove(id: number): boolean {
		if (!this.stop(id)) return false;
		this.#kept.delete(id);
		this.#table.remove(id);
		this.#version++;
		return true;
	}

	/** Host.hit of networks/network.ts. */
	hit(id: number, hit: Hit): void {
		const kept = this.#kept.get(id);
		if (kept === undefined) return;
		const { source } = hit;
		const key = `${contentOf(hit)} ${source.host}:${source.port} ${source.id}`;
		if (kept.seen.has(key)) return;
		if (kept.seen.size < mostLines) kept.seen.add(key);
		kept.hits++;
		if (hit.verdict === 'refused') kept.refused++;
		kept.version++;
		this.#version++;
		if (kept.lines.length < mostLines) kept.lines.push(hit);
		for (const { hit: tell } of kept.watchers) tell(hit);
		this.#group(kept, hit);
	}

	/** Host.searchEnded. */
	ended(id: number, why: string): void {
		const kept = this.#kept.get(id);
		if (kept === undefined || kept.state === 'ended') return;
		kept.asked = this.#asking.stands(id).asked || kept.asked;
		kept.state = 'ended';
		kept.why = why;
		this.#table.ended(id, kept.hits, this.#now());
		this.#version++;
		for (const { ended } of kept.watchers) ended();
		kept.watchers.clear();
	}

	/** Calls with each hit, from the first one on; `ended` comes once. */
	watch(id: number, hit: (hit: Hit) => void, ended: () => void): () => void {
		const kept = this.#kept.get(id);
		for (const line of kept?.lines ?? []) hit(line);
		if (kept?.state !== 'asking') {
			ended();
			return () => {};
		}
		const watcher = { hit, ended };
		kept.watchers.add(watcher);
		return () => kept.watchers.delete(watcher);
	}

	/** The list of searches, newest first. */
	readonly source: Source<Search> = {
		// How many were asked is known only to the network: while one asks, the list is looked at each second.
		version: () => this.#version + (this.active > 0 ? Math.floor(this.#now() / 1000) / 1e10 : 0),
		rows: () => [...this.#kept.values()].reverse().map((kept) => this.#view(kept)),
	};

	results(id: number): Source<Result> | undefined {
		const kept = this.#kept.get(id);
		return kept && this.#sourceOf(kept);
	}

	result(search: number, id: number): Result | undefined {
		return this.#kept.get(search)?.rows[id - 1];
	}

	/** A row with this content, or where that has no hash, this name and size, that was not refused, of the newest search that has one. */
	found({ sha1, ed2k, fthash, name, size }: Sought): Result | undefined {
		for (const { rows, places } of [...this.#kept.values()].reverse()) {
			const place = places.get(sha1 ?? ed2k ?? fthash ?? JSON.stringify([name, size]));
			if (place !== undefined) return rows[place];
		}
		return undefined;
	}

	/** Something was fetched or shared: marks what the user has now. */
	markHave(): void {
		for (const kept of this.#kept.values()) {
			kept.rows.forEach((row, place) => {
				const have = this.#have(row);
				if (have === row.have) return;
				kept.rows[place] = { ...row, have };
				kept.version++;
			});
		}
	}

	readonly #sources = new WeakMap<Kept, Source<Result>>();

	/** The same object each time: orderings know a list by it. */
	#sourceOf(kept: Kept): Source<Result> {
		const known = this.#sources.get(kept);
		if (known !== undefined) return known;
		const source = { version: () => kept.version, rows: () => kept.rows };
		this.#sources.set(kept, source);
		return source;
	}

	#foundLately(words: string, now: number): readonly Hit[] {
		const folded = wordsOf(words).join(' ');
		const all = [...this.#kept.values()].reverse();
		const found = all.find(
			(one) =>
				now - one.startedAt < askedLately && one.lines.length > 0 && wordsOf(one.words).join(' ') === folded,
		);
		return found?.lines ?? [];
	}

	#group(kept: Kept, hit: Hit): void {
		const key = contentOf(hit);
		const place = kept.places.get(key);
		if (place !== undefined) {
			kept.rows[place] = joined(kept.rows[place]!, hit);
		} else if (kept.rows.length < mostRows) {
			kept.places.set(key, kept.rows.length);
			const have = this.#have(hit);
			kept.rows.push(firstRow(kept.rows.length + 1, hit, have, this.#now()));
		}
	}

	#view(kept: Kept): Search {
		const { id, words, startedAt, state, hits, refused } = kept;
		let { why, asked } = kept;
		if (state === 'asking') {
			const stands = this.#asking.stands(id);
			asked = kept.asked = stands.asked;
			why = stands.sentence;
		}
		return { id, words, startedAt, state, why, asked, hits, results: kept.rows.length, refused };
	}

	#forgetOld(): void {
		let withResults = 0;
		for (const kept of [...this.#kept.values()].reverse()) {
			if (kept.rows.length === 0 || ++withResults <= mostWithResults || kept.state === 'asking') continue;
			kept.rows.length = 0;
			kept.lines.length = 0;
			kept.seen.clear();
			kept.places.clear();
			kept.why = 'ended; its results made room for newer ones';
			kept.version++;
		}
		while (this.#kept.size > mostListed) {
			const [oldest] = this.#kept.keys();
			this.stop(oldest!);
			this.#kept.delete(oldest!);
		}
	}
}

function emptySearch(id: number, words: string, startedAt: number): Kept {
	return {
		id,
		words,
		startedAt,
		state: 'asking',
		why: '',
		asked: 0,
		hits: 0,
		refused: 0,
		version: 0,
		lines: [],
		seen: new Set(),
		rows: [],
		places: new Map(),
		watchers: new Set(),
	};
}
