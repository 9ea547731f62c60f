/**
 * QuickTime and MP4 (QuickTime File Format Specification; ISO/IEC 14496-12). What makes a player call
 * somebody or act: a reference movie (`rmra`, `rdrf`) or data reference (`dref`) with an address, an HREF
 * track, sprites and Flash tracks with wired actions, and `javascript:` anywhere near them.
 *
 * Boxes are walked by their sizes, at most 2,048 of them; text is looked for in the movie box, at most
 * 1 MiB, also where it is compressed (`cmov`). Links of chapters live in the media data and are not
 * looked at, but for `javascript:` in the first and last 64 KiB.
 */
import type { Content, Finding } from '../content.ts';
import { find, has, headOf, latin1, tailOf, u32be, u64be } from './bytes.ts';
import { inflated } from './inflate.ts';

const FIRST = /^(?:ftyp|moov|mdat|free|skip|wide|pnot|rmra|cmov)$/;
const HOLDERS = /^(?:moov|trak|mdia|minf|dinf|udta|edts|rmra|rmda|cmov|gmhd|stbl)$/;
const MOST_BOXES = 2048;
const MOST_MOVIE = 1 << 20;
const DEEPEST = 12;

interface Walk {
	left: number;
	readonly found: Finding[];
}

/** undefined: it is no QuickTime file. */
export function quicktimeFindings(content: Content): Finding[] | undefined {
	const head = headOf(content);
	if (!FIRST.test(latin1(head, 4, 8))) return undefined;
	const walk: Walk = { left: MOST_BOXES, found: [] };
	boxes(content, 0, content.size, 0, walk);
	if (find(head, 'javascript:') >= 0 || find(tailOf(content), 'javascript:') >= 0)
		walk.found.push(acts('a javascript: address'));
	return walk.found;
}

function boxes(content: Content, from: number, to: number, depth: number, walk: Walk): void {
	let at = from;
	while (at + 8 <= to && walk.left-- > 0) {
		const bytes = content.read(at, Math.min(to, at + 16));
		const type = latin1(bytes, 4, 8);
		let size = u32be(bytes, 0);
		let header = 8;
		if (size === 1) {
			size = u64be(bytes, 8);
			header = 16;
		} else if (size === 0) size = to - at;
		if (size < header) return;
		const end = Math.min(to, at + size);
		judge(content, type, at + header, end, walk);
		if (depth === 0 && type === 'moov') {
			walk.left -= 64;
			searched(content.read(at, Math.min(end, at + MOST_MOVIE)), walk);
		}
		if (HOLDERS.test(type) && depth < DEEPEST) boxes(content, at + header, end, depth + 1, walk);
		at += size;
	}
}

function judge(content: Content, type: string, from: number, to: number, walk: Walk): void {
	const body = (): Uint8Array => content.read(from, Math.min(to, from + 4096));
	if (type === 'wact') walk.found.push(acts('wired actions'));
	else if (type === 'hdlr') handler(body(), walk);
	else if (type === 'rdrf') reference(latin1(body(), 4, 8), latin1(body(), 12), walk);
	else if (type === 'dref') references(body(), walk);
	else if (type === 'cmvd') unpack(content.read(from + 4, Math.min(to, from + MOST_MOVIE)), walk);
}

/** Who plays the samples: sprites and Flash react to the mouse, and open pages. */
function handler(body: Uint8Array, walk: Walk): void {
	const subtype = latin1(body, 8, 12);
	if (subtype === 'sprt' || subtype === 'flsh' || subtype === 'SWF ')
		walk.found.push(suspicious('defence.media.interactive', 'a sprite or Flash track'));
}

function references(body: Uint8Array, walk: Walk): void {
	let at = 8;
	for (let i = 0; i < 64 && at + 12 <= body.length; i++) {
		const size = u32be(body, at);
		// Flag 1: the data are in this file (ISO/IEC 14496-12, section 8.7.2).
		if ((body[at + 11]! & 1) === 0)
			reference(latin1(body, at + 4, at + 8), latin1(body, at + 12, at + size), walk);
		if (size < 12) return;
		at += size;
	}
}

function reference(type: string, target: string, walk: Walk): void {
	const shown = target.replace(/[^\x20-\x7e]/g, '').slice(0, 80);
	if (!/^(?:url |rsrc|alis|urn )$/.test(type) || shown === '') return;
	if (/javascript:|vbscript:|^file:|^\\\\/i.test(shown)) walk.found.push(acts(shown));
	else if (type === 'url ' || /[a-z]{3,8}:\/\//i.test(target))
		walk.found.push(suspicious('defence.media.elsewhere', shown));
}

/** A movie box that is packed is still a movie box. */
function unpack(body: Uint8Array, walk: Walk): void {
	walk.left -= 256;
	if (walk.left <= 0) return;
	const movie = inflated(body, MOST_MOVIE);
	const inner: Content = {
		name: '',
		size: movie.length,
		type: undefined,
		read: (from, to) => movie.subarray(Math.max(0, from), Math.max(0, to)),
	};
	if (has(movie, 'moov', 4)) boxes(inner, 0, movie.length, 0, walk);
}

/** Names of tracks, and samples that stand in the movie box itself. */
function searched(movie: Uint8Array, walk: Walk): void {
	const text = latin1(movie);
	if (/hreftrack/i.test(text)) walk.found.push(acts('a track of links'));
	if (/javascript:/i.test(text)) walk.found.push(acts('a javascript: address'));
}

function acts(detail: string): Finding {
	return { code: 'defence.media.command', verdict: 'refused', detail };
}

function suspicious(code: string, detail: string): Finding {
	return { code, verdict: 'suspicious', detail };
}
