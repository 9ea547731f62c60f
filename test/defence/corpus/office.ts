/** Documents of office programs: OOXML, OpenDocument, EPUB (all of them ZIP), and OLE2 compound files. */
import { zip } from './archives.ts';
import { cat, le16, le32, type Part, padded, utf8, wide, zeros } from './build.ts';
import type { Chance } from './random.ts';

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = {
	docx: ['word/document.xml', 'wordprocessingml.document'],
	xlsx: ['xl/workbook.xml', 'spreadsheetml.sheet'],
	pptx: ['ppt/presentation.xml', 'presentationml.presentation'],
} as const;

/** `more`: further members, such as macros. */
export function ooxml(
	chance: Chance,
	kind: keyof typeof MAIN,
	more: readonly { name: string; bytes: Part }[] = [],
): Buffer {
	const [main, type] = MAIN[kind];
	const types = `${XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/${main}" ContentType="application/vnd.openxmlformats-officedocument.${type}.main+xml"/></Types>`;
	const relations = `${XML}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="${main}"/></Relationships>`;
	return zip([
		{ name: '[Content_Types].xml', bytes: types },
		{ name: '_rels/.rels', bytes: relations },
		{ name: main, bytes: utf8(`${XML}<document><p>${chance.prose(6).replace(/[<&]/g, ' ')}</p></document>`) },
		{
			name: 'docProps/core.xml',
			bytes: `${XML}<coreProperties><title>${chance.words(3)}</title></coreProperties>`,
		},
		...more,
	]);
}

export function openDocument(
	chance: Chance,
	kind: 'text' | 'spreadsheet' | 'presentation',
	more: readonly { name: string; bytes: Part }[] = [],
): Buffer {
	const type = `application/vnd.oasis.opendocument.${kind}`;
	return zip([
		{ name: 'mimetype', bytes: type, stored: true },
		{
			name: 'content.xml',
			bytes: utf8(
				`<?xml version="1.0"?><office:document-content>${chance.prose(5).replace(/[<&]/g, ' ')}</office:document-content>`,
			),
		},
		{
			name: 'META-INF/manifest.xml',
			bytes: `<?xml version="1.0"?><manifest:manifest><manifest:file-entry manifest:full-path="/" manifest:media-type="${type}"/></manifest:manifest>`,
		},
		...more,
	]);
}

export function epub(chance: Chance): Buffer {
	return zip([
		{ name: 'mimetype', bytes: 'application/epub+zip', stored: true },
		{
			name: 'META-INF/container.xml',
			bytes:
				'<?xml version="1.0"?><container version="1.0"><rootfiles><rootfile full-path="book.opf"/></rootfiles></container>',
		},
		{
			name: 'book.opf',
			bytes: `<?xml version="1.0"?><package><metadata>${chance.words(3)}</metadata></package>`,
		},
		{
			name: 'one.xhtml',
			bytes: utf8(
				`<html xmlns="http://www.w3.org/1999/xhtml"><body>${chance.prose(4).replace(/[<&]/g, ' ')}</body></html>`,
			),
		},
	]);
}

/** Name of an entry, its kind (1 storage, 2 stream, 5 root), its class. */
export type Entry = readonly [name: string, kind: 1 | 2 | 5, class_?: Uint8Array];

const FREE = 0xffffffff;
const END = 0xfffffffe;
const TABLE = 0xfffffffd;

/** A compound file with these entries and one stream of content ([MS-CFB]). */
export function compound(entries: readonly Entry[], content: Uint8Array): Buffer {
	const directory = padded(
		cat(...entries.map((entry, i) => entryOf(entry, i, entries.length, content.length))),
		512,
	);
	const sectors = directory.length / 512;
	const data = padded(content, 512);
	const used = 1 + sectors + data.length / 512;
	const table = Array.from({ length: 128 }, () => FREE);
	table[0] = TABLE;
	for (let i = 1; i < used; i++) table[i] = i === sectors || i === used - 1 ? END : i + 1;
	const header = cat(
		'\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1',
		zeros(16),
		le16(0x3e),
		le16(3),
		le16(0xfffe),
		le16(9),
		le16(6),
		zeros(6),
		le32(0),
		le32(1),
		le32(1),
		le32(0),
		le32(4096),
		le32(END),
		le32(0),
		le32(END),
		le32(0),
		le32(0),
		Buffer.alloc(108 * 4, 0xff),
	);
	return cat(header, ...table.map(le32), directory, data);
}

function entryOf([name, kind, class_]: Entry, index: number, count: number, size: number): Buffer {
	const text = wide(`${name}\0`);
	return cat(
		text,
		zeros(64 - text.length),
		le16(text.length),
		[kind, 1],
		le32(FREE),
		le32(kind !== 5 && index + 1 < count ? index + 1 : FREE),
		le32(kind === 5 && count > 1 ? 1 : FREE),
		class_ ?? zeros(16),
		zeros(20),
		le32(kind === 2 ? 2 : END),
		le32(kind === 2 ? size : 0),
		le32(0),
	);
}

const MAIN_STREAM = { doc: 'WordDocument', xls: 'Workbook', ppt: 'PowerPoint Document' } as const;

export function oldOffice(
	chance: Chance,
	kind: keyof typeof MAIN_STREAM,
	more: readonly Entry[] = [],
): Buffer {
	const entries: Entry[] = [
		['Root Entry', 5],
		[MAIN_STREAM[kind], 2],
		['\x05SummaryInformation', 2],
		...more,
	];
	return compound(entries, cat(utf8(chance.prose(8)), chance.bytes(2000)));
}
