/**
 * Threat: a host that answers everything. Mandragore (2001) sat on a host as a second servent and answered
 * each query with "QUERY.exe"; Benjamin (2002) filled the share with thousands of wanted names. Who
 * answers every search has none of it.
 *
 * Defence, each as surely as it can be told:
 * - a content that answers searches which have no word in common: nobody's file is all of these;
 * - a host whose programs or archives are called just what was searched for, in searches without a common
 *   word;
 * - a host that has an answer to nearly every one of many such searches in an hour, which a large honest
 *   library may have too, so that is only suspicious;
 * - a host that answers words that nobody can have: random ones (probeWords). Nothing here asks them by
 *   itself; whoever does says so (probe), and what answers is refused from then on.
 *
 * Known gaps: a host that changes its address and its contents between answers; one that waits for the
 * longer queries; and before the third unrelated search nothing can be told.
 */
import { words } from '../networks/common/words.ts';
import { Defence } from './defence.ts';
import { claimOf, extensionOf, starts } from './formats/extension.ts';

export interface AnswerFacts {
	readonly search: number;
	readonly query: string;
	/** A search for a hash: whatever answers has it by right. */
	readonly urn: string | undefined;
	readonly name: string;
	/** Bytes. */
	readonly size: number;
	readonly sha1: Uint8Array | undefined;
	/** Address and port of who answers. */
	readonly host: string;
}

export interface AnswerJudgement {
	readonly code: string;
	readonly verdict: 'suspicious' | 'refused';
}

interface Host {
	/** Searches that it answered: words and time of each, no two with a word in common. */
	readonly answered: Asked[];
	/** Of these, the ones answered with just their own words as a name. */
	echoes: number;
	/** It answered words that nobody has. */
	random: boolean;
}

interface Asked {
	readonly words: readonly string[];
	readonly at: number;
	echoed: boolean;
}

const KEPT = 32;
const PROBES = 64;
const LETTERS = ['bcdfghjklmnpqrstvwxz', 'aeiouy'] as const;

export class AnswersEverything extends Defence {
	/** Content -> words of the searches that it answered. */
	readonly #contents = new Map<string, string[][]>();
	readonly #hosts = new Map<string, Host>();
	/** Searches of late that were answered by anybody, no two with a word in common. */
	#asked: Asked[] = [];
	readonly #probes = new Set<number>();

	/** This search is for random words. */
	probe(search: number): void {
		this.#probes.add(search);
		if (this.#probes.size > PROBES) this.#probes.delete(this.#probes.values().next().value!);
	}

	judge(now: number, facts: AnswerFacts): readonly AnswerJudgement[] {
		const asked = words(facts.query);
		if (!this.on || facts.urn !== undefined || asked.length === 0) return [];
		const host = this.#hostOf(facts.host);
		if (this.#probes.has(facts.search)) host.random = true;
		const found: AnswerJudgement[] = [];
		if (host.random) found.push({ code: 'defence.answers.random', verdict: 'refused' });
		if (this.#content(facts, asked)) found.push({ code: 'defence.hit.everything', verdict: 'refused' });
		this.#note(now, host, asked, facts.name);
		if (host.echoes >= this.limits.answersEverything)
			found.push({ code: 'defence.answers.echo', verdict: 'refused' });
		else if (this.#nearlyAll(host)) found.push({ code: 'defence.answers.most', verdict: 'suspicious' });
		for (const { code } of found) this.refuse(code);
		return found;
	}

	/** Whether this content has answered searches for quite different things. */
	#content({ name, size, sha1 }: AnswerFacts, asked: string[]): boolean {
		const keys: string[] = [];
		if (sha1 !== undefined) keys.push(String.fromCharCode(...sha1));
		if (starts(claimOf(extensionOf(name)))) keys.push(`program of ${size} bytes`);
		let everything = false;
		for (const key of keys) {
			const searches = kept(this.#contents, key, () => [], this.limits.contentsRemembered);
			// A search that shares a word with an earlier one may well find the same file.
			if (searches.length < KEPT && searches.every((one) => disjoint(one, asked))) searches.push(asked);
			if (searches.length >= this.limits.answersEverything) everything = true;
		}
		return everything;
	}

	#note(now: number, host: Host, asked: readonly string[], name: string): void {
		const since = now - this.limits.answersMinutes * 60_000;
		this.#asked = recent(this.#asked, since);
		add(this.#asked, { words: asked, at: now, echoed: false });
		const late = host.answered.filter(({ at }) => at < since);
		for (const one of late) host.answered.splice(host.answered.indexOf(one), 1);
		if (late.length > 0) host.echoes = echoes(host);
		add(host.answered, { words: asked, at: now, echoed: false });
		const plain = words(name.replace(/\.[^.]*$/, ''));
		const same = host.answered.find((one) => one.words.join(' ') === asked.join(' '));
		// Songs are called what people ask for; programs and archives have versions and languages in their names.
		const claim = claimOf(extensionOf(name));
		if (!starts(claim) && claim !== 'archive') return;
		if (same !== undefined && plain.length === asked.length && plain.every((word) => asked.includes(word)))
			same.echoed = true;
		host.echoes = echoes(host);
	}

	#nearlyAll({ answered }: Host): boolean {
		return (
			answered.length >= this.limits.answersMany &&
			answered.length >= this.#asked.length * this.limits.answersShare
		);
	}

	#hostOf(name: string): Host {
		const fresh = (): Host => ({ answered: [], echoes: 0, random: false });
		return kept(this.#hosts, name, fresh, this.limits.contentsRemembered);
	}
}

/**
 * Two words that can be said and that no file has: for a search that nobody should answer. `random` gives
 * so many random bytes.
 */
export function probeWords(random: (bytes: number) => Uint8Array): string {
	const bytes = random(20);
	let text = '';
	for (let i = 0; i < bytes.length; i++) {
		const letters = LETTERS[(i & 1) as 0 | 1];
		text += (i === 10 ? ' ' : '') + letters[bytes[i]! % letters.length];
	}
	return text;
}

/** The value of a key, made where there is none; the one that was not asked for the longest time goes. */
function kept<T>(map: Map<string, T>, key: string, make: () => T, most: number): T {
	const value = map.get(key) ?? make();
	map.delete(key);
	map.set(key, value);
	const [oldest] = map.keys();
	if (map.size > most) map.delete(oldest!);
	return value;
}

function echoes({ answered }: Host): number {
	return answered.filter(({ echoed }) => echoed).length;
}

function recent(all: Asked[], since: number): Asked[] {
	return all.some(({ at }) => at < since) ? all.filter(({ at }) => at >= since) : all;
}

function add(all: Asked[], one: Asked): void {
	if (all.length < KEPT && all.every((other) => disjoint(other.words, one.words))) all.push(one);
}

function disjoint(some: readonly string[], others: readonly string[]): boolean {
	return !some.some((word) => others.includes(word));
}
