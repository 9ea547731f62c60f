/**
 * Threat: hostile media. A song that is a web page (the talk's gimp.mp3), a film whose script commands
 * open one, a locked film that asks for its licence at an address of its maker's choice, a document that
 * acts when it is opened, a picture with a script or with an archive behind it.
 *
 * Defence: each format is read as far as such things go, by its own rules (formats/), and never played.
 * What acts by itself is refused; what can act, or fetches from elsewhere, is suspicious, since radio
 * stations, forms and films of shops are meant so. Links in documents and addresses in the tags of
 * songs (ID3v2 frames W***) are ordinary: they wait for a person to click.
 *
 * Known gaps: errors in players and readers; what is encrypted; scripts inside office documents (macros:
 * executable.ts); objects embedded in RTF and OLE2 documents, and
 * templates of office documents from elsewhere; links of QuickTime
 * chapters and of Matroska; style sheets that fetch.
 */
import type { Content, Finding } from './content.ts';
import { Defence } from './defence.ts';
import { asfFindings } from './formats/asf.ts';
import { headOf, isText } from './formats/bytes.ts';
import { claimOf, extensionOf } from './formats/extension.ts';
import { isHtml } from './formats/markup.ts';
import { pdfFindings } from './formats/pdf.ts';
import { playlistFindings } from './formats/playlist.ts';
import { polyglotFindings } from './formats/polyglot.ts';
import { quicktimeFindings } from './formats/quicktime.ts';
import { realMediaFindings } from './formats/real-media.ts';
import { svgFindings } from './formats/svg.ts';

/** Versions of Flash ended at 32, and its file format at 51. */
const LAST_FLASH = 64;

export class HostileMedia extends Defence {
	inspect(content: Content): readonly Finding[] {
		if (!this.on || content.size === 0) return [];
		const found = judge(content);
		for (const { code } of found) this.refuse(code);
		return found;
	}
}

function judge(content: Content): readonly Finding[] {
	const head = headOf(content);
	const extension = extensionOf(content.name);
	const page = pageFinding(content, head, extension);
	if (page !== undefined) return [page];
	if (
		/^[FCZ]WS$/.test(String.fromCharCode(...head.subarray(0, 3))) &&
		head[3]! <= LAST_FLASH &&
		!isText(head)
	)
		return [{ code: 'defence.media.interactive', verdict: 'suspicious', detail: 'a Flash film' }];
	if (extension === 'pdf' || content.type === 'application/pdf') {
		const found = pdfFindings(content);
		if (found !== undefined) return found;
	}
	const found =
		asfFindings(content) ??
		realMediaFindings(content, head) ??
		(isText(head) ? undefined : quicktimeFindings(content)) ??
		svgFindings(content, extension === 'svg' || extension === 'svgz') ??
		playlistFindings(content, extension) ??
		[];
	return sensed(content.type) ? [...found, ...polyglotFindings(content)] : found;
}

/** HTML behind the name of what is heard or seen. */
function pageFinding(content: Content, head: Uint8Array, extension: string): Finding | undefined {
	const claim = claimOf(extension);
	const senses = claim === 'audio' || claim === 'video' || claim === 'image';
	const page =
		(senses && isHtml(head, content.type !== undefined)) ||
		((claim === 'playlist' || extension === 'svg' || extension === 'swf') && isHtml(head, true));
	if (!page) return undefined;
	return { code: 'defence.media.page', verdict: 'refused', detail: `a web page named .${extension}` };
}

function sensed(type: string | undefined): boolean {
	return type !== undefined && (/^(?:image|audio)\//.test(type) || type === 'application/ogg');
}
