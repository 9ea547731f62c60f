/** What a query asks for, of all that its terms can say: words, or a hash, and the kind of medium. */
import type { Wanted } from './catalogue.ts';
import { ours, specification } from './limits.ts';
import { Compare, type Query, Realm } from './wire/query.ts';
import { Tag } from './wire/tags.ts';
import { decodeText } from './wire/text.ts';

/** Terms that we do not know are no condition: mldonkey adds one to hash searches that means nothing. */
export function wantedOf({ terms, realm }: Query): Wanted {
	const said: string[] = [];
	let hash: Uint8Array | undefined;
	for (const { compare, tag, value } of terms) {
		if (compare === Compare.Equals && tag === Tag.Hash && value.length === specification.hash)
			hash = value.slice();
		else if (words.includes(tag) && compare !== Compare.AtMost && value.length <= ours.text)
			said.push(decodeText(value));
	}
	const medium = realm >= Realm.Audio && realm <= Realm.Software ? realm & 7 : undefined;
	return {
		text: said.join(' '),
		...(hash === undefined ? {} : { hash }),
		...(medium === undefined ? {} : { medium }),
	};
}

const words: readonly number[] = [Tag.Any, Tag.Name, Tag.Title, Tag.Artist, Tag.Album, Tag.Keywords];
