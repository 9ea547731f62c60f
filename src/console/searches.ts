/** Searching: words become a search, a link or a hash becomes a transfer. */
import type { Search, Want } from '../node/api/schemas.ts';
import { call } from './api.ts';
import { desk } from './desk.ts';
import { live } from './live.ts';
import { rememberSearch } from './recent.ts';
import { sentence } from './run.ts';
import { words } from './words.ts';

/** What a pasted text wants, if it is not words. */
export function wantOf(text: string): Want | undefined {
	const trimmed = text.trim();
	if (/^urn:(sha1|bitprint|ed2k):/i.test(trimmed)) return { urn: trimmed };
	if (/^(magnet:\?|https?:\/\/|ed2k:\/\/)/i.test(trimmed)) return { link: trimmed };
	return undefined;
}

export async function startSearch(text: string): Promise<void> {
	const want = wantOf(text);
	try {
		if (want !== undefined) return await fetchLink(want);
		const search = await call<Search>('POST', 'searches', { words: text });
		rememberSearch(text);
		live.touch();
		desk.openSearch(search.id);
	} catch (error) {
		desk.say(sentence(error));
	}
}

export async function fetchLink(want: Want): Promise<void> {
	await desk.call('POST', 'transfers', want);
	desk.say(words.done.link);
	desk.go('transfers');
}
