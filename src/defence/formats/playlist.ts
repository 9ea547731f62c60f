/**
 * Playlists that lead elsewhere: M3U, PLS, RAM, ASX, WPL, SMIL, XSPF and their kin. An entry with a remote
 * address tells somebody that it is played, and a share of Windows (`\\host\...`) gives away the hash of
 * the password. Suspicious, since stations of the radio are shared so. Scripts and programs: refused.
 *
 * Decided: a local `file:` address is ordinary where the format asks for addresses (XSPF), and
 * suspicious elsewhere. Looked at: the first 1 MiB.
 */
import type { Content, Finding } from '../content.ts';
import { headOf, isText, textOf } from './bytes.ts';
import { claimOf, extensionOf, starts } from './extension.ts';
import { rootOf } from './markup.ts';
import { plain, tagsOf } from './tags.ts';

const MOST = 1 << 20;
const MOST_LINES = 50_000;
const ROOTS = /^(?:asx|smil|playlist|winampxml)$/;
const REMOTE = /^(?:[a-z][a-z0-9+.-]{1,15}:\/\/|\\\\[^\\]|\/\/[^/])/i;

/** undefined: it is no playlist. */
export function playlistFindings(content: Content, extension: string): Finding[] | undefined {
	const head = headOf(content);
	if (!isText(head)) return undefined;
	const named = claimOf(extension) === 'playlist';
	const begin = textOf(head).trimStart().slice(0, 64);
	const root = begin.startsWith('<') ? rootOf(head) : '';
	const lines = /^(?:#EXTM3U|\[playlist\]|\[reference\])/i.test(begin);
	if (!named && !lines && !ROOTS.test(root)) return undefined;
	const text = textOf(headOf(content, MOST));
	const addressed = root === 'playlist' || root === 'winampxml';
	const found = new Map<string, Finding>();
	for (const target of begin.startsWith('<') ? ofTags(text, root) : ofLines(text)) {
		const finding = judge(target.trim(), addressed);
		if (finding !== undefined && !found.has(finding.code)) found.set(finding.code, finding);
	}
	return [...found.values()];
}

function* ofLines(text: string): Generator<string> {
	let from = 0;
	for (let count = 0; from < text.length && count < MOST_LINES; count++) {
		const next = text.indexOf('\n', from);
		const end = next < 0 ? text.length : next;
		const line = text.slice(from, Math.min(end, from + 2048)).trim();
		from = end + 1;
		if (line.startsWith('#')) {
			const uri = /\bURI="([^"]{1,1000})"/.exec(line)?.[1];
			if (uri !== undefined) yield uri;
		} else yield line.replace(/^(?:file|ref)\d{1,6}\s{0,4}=/i, '');
	}
}

function* ofTags(text: string, root: string): Generator<string> {
	for (const { name, attributes, after } of tagsOf(text)) {
		if (root === 'playlist') {
			if (name === 'location' || name === 'image') yield plain(after);
			continue;
		}
		for (const key of ['src', 'href', 'playstring']) {
			const value = attributes.get(key);
			if (value !== undefined) yield value;
		}
		if (name === 'param' || name === 'base') yield attributes.get('value') ?? '';
	}
}

function judge(target: string, addressed: boolean): Finding | undefined {
	const detail = target.slice(0, 80);
	if (/^(?:javascript|vbscript|data|shell|about|ms-[a-z]{2,20}):/i.test(target))
		return { code: 'defence.media.active', verdict: 'refused', detail };
	if (/^file:\/\/(?:localhost)?\/(?!\/)/i.test(target) && addressed) return program(target);
	if (REMOTE.test(target)) return { code: 'defence.media.elsewhere', verdict: 'suspicious', detail };
	return program(target);
}

/** A playlist of a local program plays nothing. */
function program(target: string): Finding | undefined {
	const claim = claimOf(extensionOf(target));
	if (!starts(claim) || extensionOf(target) === 'com') return undefined;
	return { code: 'defence.media.active', verdict: 'refused', detail: `opens ${target.slice(0, 80)}` };
}
