/**
 * What a file is by its content, in the order of danger: machine code, shortcuts and scripts, packages,
 * HTML, and then what the library of types says. undefined: nothing that anybody here knows.
 */
import type { Content } from '../content.ts';
import { has, headOf, latin1, tailOf, u16 } from './bytes.ts';
import { compoundOf } from './compound.ts';
import { isHtml } from './markup.ts';
import { programOf } from './program.ts';
import { scriptOf } from './script.ts';
import { zipNames } from './zip-names.ts';

export type Family =
	| 'program'
	| 'script'
	| 'shortcut'
	| 'package'
	| 'macros'
	| 'html'
	| 'archive'
	| 'audio'
	| 'video'
	| 'image'
	| 'document'
	| 'flash'
	| 'font';

export interface Kind {
	readonly family: Family;
	/** In a few words, with its article. */
	readonly what: string;
	/** How it is packed, where a name may well say only that. */
	readonly within?: 'zip' | 'compound';
}

export function kindOf(content: Content): Kind | undefined {
	const head = headOf(content);
	const program = programOf(content, head);
	if (program !== undefined) return { family: 'program', what: program };
	const launched = scriptOf(head);
	if (launched !== undefined) return launched;
	const bundled = packageOf(content, head);
	if (bundled !== undefined) return bundled;
	if (isHtml(head, true)) return { family: 'html', what: 'an HTML page' };
	return byType(content.type, head);
}

function packageOf(content: Content, head: Uint8Array): Kind | undefined {
	const compound = compoundOf(content, head);
	if (compound?.installer) return { family: 'package', what: 'a Windows installer', within: 'compound' };
	if (compound?.macros) return { family: 'macros', what: 'a document with macros', within: 'compound' };
	if (compound) return { family: 'document', what: 'an OLE2 document', within: 'compound' };
	if (has(head, '!<arch>\ndebian-binary')) return { family: 'package', what: 'a Debian package' };
	if (has(head, '\xed\xab\xee\xdb')) return { family: 'package', what: 'an RPM package' };
	if (has(head, 'xar!') && has(head, '\0\x1c', 4)) return { family: 'package', what: 'a macOS package' };
	if (has(head, '\x19\x04\x00\x10', 8) || has(head, '\x7a\x1a\x20\x10'))
		return { family: 'package', what: 'a Symbian installer' };
	if (has(head, 'Cr24')) return { family: 'package', what: 'a browser extension' };
	if (has(tailOf(content, 512), 'koly')) return { family: 'package', what: 'a macOS disk image' };
	return has(head, 'PK\x03\x04') || has(head, 'PK\x05\x06') ? zipOf(content, head) : undefined;
}

function zipOf(content: Content, head: Uint8Array): Kind {
	const names = zipNames(content);
	const holds = (test: (name: string) => boolean): boolean => [...names].some(test);
	const bundle = (what: string): Kind => ({ family: 'package', what, within: 'zip' });
	if (names.has('AndroidManifest.xml')) return bundle('an Android package');
	if (names.has('AppxManifest.xml') || names.has('AppxMetadata/AppxBundleManifest.xml'))
		return bundle('a Windows app package');
	if (holds((name) => /^Payload\/[^/]+\.app\//.test(name))) return bundle('an iOS package');
	if (names.has('META-INF/MANIFEST.MF') && holds((name) => name.endsWith('.class')))
		return bundle('a Java archive');
	if (names.has('__main__.py') || names.has('__main__.pyc')) return bundle('a Python program in an archive');
	if (names.has('install.rdf') || names.has('META-INF/mozilla.rsa')) return bundle('a browser extension');
	const macros = (name: string): boolean =>
		/(?:^|\/)vbaProject\.bin$/i.test(name) ||
		/^xl\/macrosheets\//i.test(name) ||
		/^(?:Basic\/(?!script-lc\.xml$)|Scripts\/)./.test(name);
	const office = names.has('[Content_Types].xml') || opened(head);
	if (office && holds(macros)) return { family: 'macros', what: 'a document with macros', within: 'zip' };
	return byType(content.type, head) ?? { family: 'archive', what: 'a ZIP archive', within: 'zip' };
}

/** An EPUB or OpenDocument file: its first member says what it is, and is not compressed. */
function opened(head: Uint8Array): boolean {
	return u16(head, 26) === 8 && has(head, 'mimetypeapplication/', 30);
}

/** Types of two or three bytes, or of a few letters: chance and texts begin so too. */
const WEAK =
	/^(?:image\/bmp|audio\/mpeg|audio\/aac|audio\/vnd\.dolby\.dd-raw|image\/jxl|image\/x-icon|video\/MP\w+|application\/(?:x-compress|x-apple-diskimage|x-arj|pgp-encrypted|x-lzh-compressed|x-msdownload|x-ms-regedit|eps|postscript|x-nintendo-nes-rom|vnd\.iccprofile))$/;
const ARCHIVE =
	/^application\/(?:zip|x-rar-compressed|x-7z-compressed|gzip|x-tar|x-bzip2|x-xz|zstd|lzip|x-lz4|vnd\.ms-cab-compressed|x-ace-compressed|x-cpio|x-unix-archive|x-iso9660-image)$/;
const DOCUMENT =
	/^application\/(?:pdf|rtf|epub\+zip|vnd\.oasis\.|vnd\.openxmlformats|vnd\.ms-(?:word|excel|powerpoint)|vnd\.visio|vnd\.apple\.(?:keynote|numbers|pages)|x-mobipocket|x-cfb|vnd\.ms-htmlhelp)/;

/** By the library's type, where its magic is long enough to be trusted. */
function byType(type: string | undefined, head: Uint8Array): Kind | undefined {
	if (type === undefined || WEAK.test(type)) return undefined;
	const packed = has(head, 'PK') ? { within: 'zip' as const } : {};
	if (ARCHIVE.test(type)) return { family: 'archive', what: `an archive (${type})`, ...packed };
	if (DOCUMENT.test(type)) return { family: 'document', what: `a document (${type})`, ...packed };
	if (type === 'application/x-shockwave-flash') return { family: 'flash', what: 'a Flash film' };
	if (type.startsWith('font/')) return { family: 'font', what: `a font (${type})` };
	if (type.startsWith('image/')) return { family: 'image', what: `an image (${type})` };
	if (type.startsWith('audio/') || type === 'application/ogg')
		return { family: 'audio', what: `sound (${type})` };
	if (type.startsWith('video/') || /asf|rn-realmedia|mxf/.test(type))
		return { family: 'video', what: `a film (${type})` };
	return undefined;
}

/** Whether an archive or other bytes hang behind the text: a script with a load. */
export function carries(content: Content): boolean {
	const tail = latin1(tailOf(content, 4096));
	const wide = /^(?:\xff\xfe|\xfe\xff)/.test(latin1(headOf(content, 2)));
	return tail.includes('PK\x05\x06') || (!wide && /[\x00-\x08\x0e-\x19]{2}/.test(tail));
}
