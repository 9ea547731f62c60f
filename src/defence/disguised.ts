/**
 * Threat: a program in disguise. `song.mp3.exe`, where the system hides `.exe`; `song.mp3        .exe`,
 * where the list is too narrow; `gnp.exe` written right to left; `.еxe` with a Cyrillic letter; and
 * plainly a program, an archive or a page under the name of a song.
 *
 * Defence: what the name says against what a person sees of it (`inspectName`, also for answers before
 * anything is fetched), and against what the content is (`inspect`). A program behind the name of
 * something that is seen or heard is refused; so is a name made to be misread. One kind of harmless
 * content under the name of another is only suspicious: people do call a PNG .jpg, and that is nothing.
 *
 * Decided: interchangeable are sound and film, all images, documents that are ZIP or OLE2 inside, and a
 * web page called .doc or .xls, as web sites export tables. A colon, Hebrew and Arabic with their marks,
 * and dots at the end are ordinary where they hide nothing.
 * Known gaps: icons; programs named .dat or nothing at all (executable.ts tells them); look-alikes
 * outside of the extension.
 */
import type { Content, Finding } from './content.ts';
import { Defence } from './defence.ts';
import { headOf, isText } from './formats/bytes.ts';
import { type Claim, claimOf, extensionOf, shows, starts, withoutTrail } from './formats/extension.ts';
import { type Kind, kindOf } from './formats/kind.ts';
import { seen } from './formats/look-alike.ts';
import { isHtml } from './formats/markup.ts';

/** Longer names are judged by their end, where the extension is. */
const LONGEST_NAME = 4096;
/** Blanks before the extension: a slip of the finger is shorter. */
const BLANKS = 5;
const BLANKS_BEFORE_PROGRAM = 2;
const BLANKS_WITHIN = 8;

const PATH = /[/\\]|^\.\.?$|[\x00-\x1f\x7f-\x9f\u2028\u2029]/;
/** Overrides, embeddings and isolates (UAX #9): a file name needs none of them. */
const DIRECTION = /[\u202a-\u202e\u2066-\u2069]/;
/** Marks that belong to Hebrew and Arabic text, but not into an extension. */
const MARK = /[\u200e\u200f\u061c]/;
const DECOY_TEXT = /^(?:txt|text|log|csv|md|srt|sub|html?|xml|svg|rtf|torrent|nfo)$/;
/** Web pages under these names come from web sites' exports. */
const EXPORTED = /^(?:docx?|xlsx?|pptx?|mobi|prc|azw3?|fb2|lit)$/;

const NEVER_PACKED = /^(?:pdf|ps|eps|rtf|mobi|azw|prc|lit|chm)$/;
const ZIPPED = /^(?:do[ct][xm]|xl[st][xm]|xlsb|p[po][ts][xm]|o[dt][tspgf]|epub|pages|numbers|key|o?xps|fb2)$/;

export class Disguised extends Defence {
	inspect(content: Content): readonly Finding[] {
		if (!this.on) return [];
		const found = [...inspectName(content.name)];
		const finding = content.size === 0 ? undefined : against(content);
		if (finding !== undefined) found.push(finding);
		for (const { code } of found) this.refuse(code);
		return found;
	}
}

/** What the name alone gives away. Empty: nothing. */
export function inspectName(name: string): readonly Finding[] {
	const end = name.slice(-LONGEST_NAME);
	const found: Finding[] = [];
	const refuse = (code: string, detail: string): unknown => found.push({ code, verdict: 'refused', detail });
	if (PATH.test(end)) refuse('defence.disguised.path', 'a path or a control character');
	if (DIRECTION.test(name.slice(0, LONGEST_NAME)) || DIRECTION.test(end) || marked(end))
		refuse('defence.disguised.direction', 'characters that change the direction of writing');
	const plain = seen(end);
	const extension = extensionOf(plain);
	const claim = claimOf(extension);
	if (alike(end, extension, claim)) refuse('defence.disguised.lookalike', `seems to be .${extension}`);
	if (starts(claim) && decoyed(plain, extension)) refuse('defence.disguised.double', `really .${extension}`);
	if (blanks(plain, starts(claim))) refuse('defence.disguised.spaces', `really .${extension}`);
	if (starts(claim) && withoutTrail(end) !== end)
		refuse('defence.disguised.trailing', `.${extension} once the end is cut off`);
	if (stream(plain)) refuse('defence.disguised.stream', 'a name within a name, after a colon');
	return found;
}

/** A mark can only deceive where the extension is. */
function marked(name: string): boolean {
	const dot = name.lastIndexOf('.');
	return dot >= 0 && (MARK.test(name.slice(dot)) || MARK.test(name[dot - 1] ?? ''));
}

/** The extension as it is seen is one that means something, and it is not what is written. */
function alike(name: string, extension: string, claim: Claim | undefined): boolean {
	if (extension === '') return false;
	const trimmed = withoutTrail(name);
	const written = trimmed.slice(trimmed.lastIndexOf('.') + 1).toLowerCase();
	if (written === extension) return false;
	if (/[^\x21-\x7e]/.test(extension)) return false;
	// All of it foreign letters: an abbreviation of another language, unless it reads as a program.
	const foreign = !/[a-z\u0000-\u0020\uff21-\uff5a\p{Cf}]/iu.test(written);
	if (foreign && !/\p{Nd}/u.test(written)) return starts(claim) && extension.length > 1;
	return (
		claim !== undefined || (/[a-z]/.test(written) && /\p{L}/u.test(written.replace(/[\x00-\u024f]/g, '')))
	);
}

/** Another extension stands before the last, with nothing but blanks, lines or a number between. */
function decoyed(plain: string, extension: string): boolean {
	const pieces = withoutTrail(plain).split('.').slice(1, -1);
	const decoy = (piece: string): boolean => {
		const other = claimOf(piece);
		return shows(other) || other === 'archive' || other === 'playlist' || DECOY_TEXT.test(piece);
	};
	const last = /^([a-z0-9]{2,5})[\s_-]*(?:[([]\d{1,3}[)\]])?[\s_-]*$/.exec(pieces.at(-1) ?? '')?.[1];
	if (last !== undefined && decoy(last)) return true;
	// "photo.jpg-www.example.com": a program that passes for the address of a site.
	return (
		extension === 'com' && pieces.some((piece) => decoy(/^([a-z0-9]{2,5})[\s_-]/.exec(piece)?.[1] ?? ''))
	);
}

function blanks(plain: string, program: boolean): boolean {
	const dot = plain.lastIndexOf('.');
	let run = 0;
	let longest = 0;
	for (let i = 0; i < dot; i++) {
		run = plain[i] === ' ' || plain[i] === '\t' ? run + 1 : 0;
		longest = Math.max(longest, run);
	}
	if (dot < 0 || plain.length - dot > 8) return false;
	return run >= BLANKS || (program && (run >= BLANKS_BEFORE_PROGRAM || longest >= BLANKS_WITHIN));
}

/** NTFS: `name.ext:stream`, `name::$DATA`. A title has a blank after its colon, or no extension before it. */
function stream(plain: string): boolean {
	if (/:\$(?:data|index_allocation|i30)/.test(plain)) return true;
	const colon = plain.indexOf(':');
	if (colon < 0 || plain[colon + 1] === ' ' || colon + 1 === plain.length) return false;
	const outer = extensionOf(plain.slice(0, colon));
	return outer.length > 1 && claimOf(outer) !== undefined;
}

/** The content against the name. */
function against(content: Content): Finding | undefined {
	const extension = extensionOf(content.name);
	const claim = claimOf(extension);
	if (claim === undefined || starts(claim)) return undefined;
	const kind = kindOf(content);
	const named = `named .${extension}, but `;
	const textual = claim === 'text' || claim === 'markup' || claim === 'playlist';
	switch (kind?.family) {
		case 'program':
			return { code: 'defence.disguised.program', verdict: 'refused', detail: named + kind.what };
		case 'package':
			if (/^(?:zip|cbz)$/.test(extension) && kind.within === 'zip') return undefined;
			return { code: 'defence.disguised.program', verdict: 'refused', detail: named + kind.what };
		case 'script':
		case 'shortcut':
			if (textual) return undefined;
			return { code: 'defence.disguised.program', verdict: 'refused', detail: named + kind.what };
		case 'html':
			if (textual || EXPORTED.test(extension)) return undefined;
			return { code: 'defence.disguised.page', verdict: 'refused', detail: named + kind.what };
		default:
			return other(content, claim, extension, kind);
	}
}

/** Harmless content of another kind. */
function other(
	content: Content,
	claim: Claim,
	extension: string,
	kind: Kind | undefined,
): Finding | undefined {
	const odd = (what: string): Finding => ({
		code: 'defence.disguised.type',
		verdict: 'suspicious',
		detail: `named .${extension}, but ${what}`,
	});
	const senses = claim === 'audio' || claim === 'video' || claim === 'image';
	if (kind === undefined) {
		const head = headOf(content);
		if (!senses) return undefined;
		if (isHtml(head, false)) return { ...odd('with the tags of a page'), code: 'defence.disguised.page' };
		return isText(head) ? odd('a text') : undefined;
	}
	if (fits(claim, extension, kind)) return undefined;
	return senses || claim === 'document' || claim === 'archive' || claim === 'font'
		? odd(kind.what)
		: undefined;
}

function fits(claim: Claim, extension: string, kind: Kind): boolean {
	const family = kind.family;
	if (claim === 'audio' || claim === 'video') return family === 'audio' || family === 'video';
	if (claim === 'archive') return kind.within === 'zip' || family === 'archive';
	if (claim !== 'document') return family === claim;
	if (NEVER_PACKED.test(extension)) return kind.within === undefined && family === 'document';
	return (
		family === 'document' ||
		family === 'macros' ||
		(family === 'archive' && kind.within === 'zip' && ZIPPED.test(extension))
	);
}
