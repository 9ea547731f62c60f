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
	if (/^urn:(sha1|bitprint|ed2k|fthash):/i.test(trimmed)) return { urn: trimmed };
	if (/^(magnet:\?|https?:\/\/|ed2k:\/\/)/i.test(trimmed)) return { link: trimmed };
	return undefined;
}

/** A link to a server of eDonkey, `ed2k://|server|HOST|PORT|/`, also with the bars as browsers write them. */
export function serverOf({ link = '' }: Want): string | undefined {
	const found = /^ed2k:\/\/\|server\|([^|\s]{1,90})\|(\d{1,5})\|/i.exec(link.replaceAll(/%7c/gi, '|'));
	return found === null ? undefined : `${found[1]}:${found[2]}`;
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

/** Fetches what a link names; a server is added instead. */
export async function fetchLink(want: Want): Promise<void> {
	const address = serverOf(want);
	if (address !== undefined) {
		await desk.call('POST', 'peers', { network: 'edonkey', address });
		desk.say(words.done.server(address));
		return desk.go('network');
	}
	await desk.call('POST', 'transfers', want);
	desk.say(words.done.link);
	desk.go('transfers');
}
