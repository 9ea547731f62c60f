/**
 * Answering searches. All words of a search must be words of the path; the list of the rarest is walked, every other
 * condition is asked of each file on it. A search without a word has no answer: it would walk everything. Who cannot be
 * dialled does not see files of others who cannot: neither could call the other.
 */
import { words } from '../../common/words.ts';
import type { Condition, Result, Search } from '../wire/search.ts';
import { kinds } from '../wire/share.ts';
import type { Parts } from './parts.ts';
import type { Session } from './sessions.ts';

/** Answers in no order, at most `most`. */
export function answersOf(parts: Parts, session: Session, search: Search): Result[] {
	const { catalogue, limits, budget, world, sessions } = parts;
	const found: Result[] = [];
	const wanted = wordsOf(parts, search.contains);
	if (wanted === undefined) return found;
	const [rarest, ...others] = wanted;
	const excluded = search.excludes
		.flatMap((text) => words(text))
		.flatMap((word) => wordsOf(parts, word) ?? []);
	const most = Math.min(search.most || limits.results, limits.results);
	const count = catalogue.postings.count(rarest!);
	const walked = Math.min(count, budget.grant(world.now(), limits.walked));
	let place = 0;
	for (; place < walked && found.length < most; place++) {
		const file = catalogue.postings.fileAt(rarest!, place);
		const owner = catalogue.owner(file);
		const whose = sessions.at(owner.place);
		if (whose === session || (whose.port === 0 && session.port === 0)) continue;
		if (!others.every((word) => catalogue.hasWord(file, word))) continue;
		if (excluded.some((word) => catalogue.hasWord(file, word))) continue;
		if (search.kind !== undefined && kinds[catalogue.kind(file)] !== search.kind) continue;
		if (search.conditions.every((condition) => holds(parts, file, whose, condition)))
			found.push(resultOf(parts, file));
	}
	budget.spend(place);
	return found;
}

export function resultOf({ catalogue, sessions }: Parts, file: number): Result {
	const { nick, remote, speed } = sessions.at(catalogue.owner(file).place);
	return {
		path: catalogue.path(file),
		md5: catalogue.md5(file),
		size: catalogue.size(file),
		bitrate: catalogue.bitrate(file),
		frequency: catalogue.frequency(file),
		seconds: catalogue.seconds(file),
		nick,
		host: remote.host,
		speed,
	};
}

/** Numbers of all words, the rarest first; undefined: one of them is nowhere, or there is none. */
function wordsOf({ catalogue }: Parts, text: string): number[] | undefined {
	catalogue.words.ofText(text);
	const { count, high, low } = catalogue.words;
	const found: number[] = [];
	for (let i = 0; i < count; i++) {
		const word = catalogue.postings.find(high[i], low[i]);
		if (word < 0) return undefined;
		found.push(word);
	}
	found.sort((one, other) => catalogue.postings.count(one) - catalogue.postings.count(other));
	return found.length === 0 ? undefined : found;
}

function holds({ catalogue }: Parts, file: number, owner: Session, condition: Condition): boolean {
	const { measure, comparison, value } = condition;
	const has = measure === 'speed' ? owner.speed : catalogue[measure](file);
	if (comparison === 'at least') return has >= value;
	return comparison === 'at best' ? has <= value : has === value;
}
