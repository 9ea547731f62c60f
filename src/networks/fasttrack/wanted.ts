/** What a query asks for, of all that its terms can say: words, or a hash, the kind of medium, and numbers. */
import type { Range, Wanted } from './catalogue.ts';
import { ours, specification } from './limits.ts';
import { Compare, type Query, Realm } from './wire/query.ts';
import type { Share } from './wire/share.ts';
import { numberOf, Tag } from './wire/tags.ts';
import { decodeText } from './wire/text.ts';

/** Terms that we do not know are no condition: mldonkey adds one to hash searches that means nothing. */
export function wantedOf({ terms, realm }: Query): Wanted {
	const said: string[] = [];
	let hash: Uint8Array | undefined;
	const ranges: Range[] = [];
	for (const { compare, tag, value } of terms) {
		if (compare === Compare.Equals && tag === Tag.Hash && value.length === specification.hash)
			hash = value.slice();
		else if (words.includes(tag) && compare !== Compare.AtMost && value.length <= ours.text)
			said.push(decodeText(value));
		else if (numbers.includes(tag)) ranges.push(...rangeOf(compare, tag, value));
	}
	const medium = realm >= Realm.Audio && realm <= Realm.Software ? realm & 7 : undefined;
	return {
		text: said.join(' '),
		...(hash === undefined ? {} : { hash }),
		...(medium === undefined ? {} : { medium }),
		...(ranges.length === 0 ? {} : { ranges }),
	};
}

const words: readonly number[] = [Tag.Any, Tag.Name, Tag.Title, Tag.Artist, Tag.Album, Tag.Keywords];
const numbers: readonly number[] = [Tag.Year, Tag.Seconds, Tag.Bitrate, Tag.Size];

/** At most, at least, exactly. "Approximately" says nothing that could be held against a file: it is no condition. */
function rangeOf(compare: number, tag: number, value: Uint8Array): Range[] {
	const number = numberOf(value);
	if (number === undefined) return [];
	if (compare === Compare.AtMost) return [{ tag, from: 0, to: number }];
	if (compare === Compare.AtLeast) return [{ tag, from: number, to: Number.POSITIVE_INFINITY }];
	return compare === Compare.Equals ? [{ tag, from: number, to: number }] : [];
}

/** A file that does not say the number is not known to fit. */
export function fits({ size, tags }: Pick<Share, 'size' | 'tags'>, ranges: readonly Range[]): boolean {
	return ranges.every(({ tag, from, to }) => {
		const value = tags.get(tag);
		const number = tag === Tag.Size ? size : value && numberOf(value);
		return number !== undefined && from <= number && number <= to;
	});
}
