/** Pictures, valid and as small as their formats allow, with random content. */
import { deflateSync } from 'node:zlib';
import { be16, be32, box, cat, crc32, iff, le16, le32, type Part, riff, utf8, zeros } from './build.ts';
import type { Chance } from './random.ts';

function chunk(name: string, ...body: readonly Part[]): Buffer {
	const typed = cat(name, ...body);
	return cat(be32(typed.length - 4), typed, be32(crc32(typed)));
}

export function png(chance: Chance, ...extra: readonly Buffer[]): Buffer {
	const width = chance.between(1, 24);
	const height = chance.between(1, 24);
	const rows = Array.from({ length: height }, () => cat([0], chance.bytes(width * 3)));
	return cat(
		'\x89PNG\r\n\x1a\n',
		chunk('IHDR', be32(width), be32(height), [8, 2, 0, 0, 0]),
		chunk('tEXt', `Comment\0${chance.words(4)}`),
		...extra,
		chunk('IDAT', deflateSync(cat(...rows))),
		chunk('IEND'),
	);
}

export function pngText(key: string, text: string): Buffer {
	return chunk('tEXt', `${key}\0${text}`);
}

/** A baseline picture of 8 x 8 grey dots: tables of the standard's annex K, cut to what one block needs. */
export function jpg(chance: Chance, ...segments: readonly Buffer[]): Buffer {
	const quantities = cat([0xff, 0xdb], be16(67), [0], Buffer.alloc(64, chance.between(1, 16)));
	const frame = cat([0xff, 0xc0], be16(11), [8], be16(8), be16(8), [1, 1, 0x11, 0]);
	// One code each: DC "no difference" and AC "end of block", both the bit 0.
	const huffman = (kind: number): Buffer => cat([0xff, 0xc4], be16(20), [kind, 1], zeros(15), [0]);
	return cat(
		[0xff, 0xd8, 0xff, 0xe0],
		be16(16),
		'JFIF\0',
		[1, 1, 0, 0, 1, 0, 1, 0, 0],
		segment(0xfe, chance.words(6)),
		...segments,
		quantities,
		frame,
		huffman(0x00),
		huffman(0x10),
		[0xff, 0xda],
		be16(8),
		[1, 1, 0, 0, 63, 0],
		[0x3f, 0xff, 0xd9],
	);
}

export function segment(marker: number, ...body: readonly Part[]): Buffer {
	const bytes = cat(...body);
	return cat([0xff, marker], be16(bytes.length + 2), bytes);
}

/** What cameras write: EXIF with a TIFF header inside, and XMP, which is XML in a picture. */
export function exif(chance: Chance): Buffer {
	return segment(0xe1, 'Exif\0\0', tiff(chance));
}

export function xmp(chance: Chance): Buffer {
	const packet = `<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description dc:title="${chance.words(3)}"/></rdf:RDF></x:xmpmeta><?xpacket end="w"?>`;
	return segment(0xe1, 'http://ns.adobe.com/xap/1.0/\0', packet);
}

/** Two colours; the codes are literal, with a clear code in time, so that no table is needed. */
export function gif(chance: Chance, comment = chance.words(5)): Buffer {
	const codes = Buffer.from([0x84, 0x51]);
	return cat(
		'GIF89a',
		le16(1),
		le16(1),
		[0x80, 0, 0],
		chance.bytes(6),
		[0x21, 0xfe],
		[comment.length],
		comment,
		[0],
		[0x2c],
		le16(0),
		le16(0),
		le16(1),
		le16(1),
		[0, 2, codes.length],
		codes,
		[0, 0x3b],
	);
}

export function webp(chance: Chance): Buffer {
	const picture = Buffer.from('LwAAABAHEBERiIj+BwA=', 'base64');
	return riff('RIFF', 'WEBP', riff('VP8L', picture), riff('EXIF', chance.bytes(chance.between(8, 64))));
}

export function bmp(chance: Chance): Buffer {
	const side = chance.between(1, 16);
	const row = (side * 3 + 3) & ~3;
	return cat(
		'BM',
		le32(54 + row * side),
		zeros(4),
		le32(54),
		le32(40),
		le32(side),
		le32(side),
		le16(1),
		le16(24),
		zeros(4),
		le32(row * side),
		zeros(16),
		chance.bytes(row * side),
	);
}

export function tiff(chance: Chance): Buffer {
	const entries: (readonly [number, number, number, number])[] = [
		[256, 3, 1, 4],
		[257, 3, 1, 4],
		[258, 3, 1, 8],
		[259, 3, 1, 1],
		[262, 3, 1, 1],
		[273, 4, 1, 8],
		[277, 3, 1, 1],
		[278, 3, 1, 4],
		[279, 4, 1, 16],
	];
	const directory = entries.map(([tag, type, count, value]) =>
		cat(le16(tag), le16(type), le32(count), le32(value)),
	);
	return cat('II*\0', le32(24), chance.bytes(16), le16(entries.length), ...directory, le32(0));
}

export function ico(chance: Chance): Buffer {
	const picture = png(chance);
	return cat(
		le16(0),
		le16(1),
		le16(1),
		[16, 16, 0, 0],
		le16(1),
		le16(32),
		le32(picture.length),
		le32(22),
		picture,
	);
}

export function psd(chance: Chance): Buffer {
	return cat(
		'8BPS',
		be16(1),
		zeros(6),
		be16(3),
		be32(4),
		be32(4),
		be16(8),
		be16(3),
		be32(0),
		be32(0),
		be32(0),
		be16(0),
		chance.bytes(48),
	);
}

export function djvu(chance: Chance): Buffer {
	const info = iff(
		'INFO',
		be16(chance.between(10, 2000)),
		be16(chance.between(10, 2000)),
		[24, 0],
		le16(300),
		[22, 1],
	);
	return cat('AT&T', iff('FORM', 'DJVU', info, iff('BG44', chance.bytes(200))));
}

/** HEIC and AVIF are boxes like films. */
export function heif(chance: Chance, brand: 'heic' | 'avif'): Buffer {
	return cat(
		box('ftyp', brand, be32(0), 'mif1', brand),
		box('meta', be32(0), box('hdlr', be32(0), be32(0), 'pict', zeros(13)), box('pitm', be32(0), be16(1))),
		box('mdat', chance.bytes(300)),
	);
}

export function tga(chance: Chance): Buffer {
	return cat(
		[0, 0, 2],
		zeros(9),
		le16(8),
		le16(8),
		[24, 0],
		chance.bytes(192),
		zeros(8),
		'TRUEVISION-XFILE.\0',
	);
}

export function svg(chance: Chance): Buffer {
	const shapes = Array.from(
		{ length: chance.between(1, 20) },
		() =>
			`<path d="M${chance.int(99)} ${chance.int(99)}L${chance.int(99)} ${chance.int(99)}z" fill="#${chance.int(0xfff).toString(16).padStart(3, '0')}"/>`,
	).join('\n');
	const illustrator =
		'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd" [\n\t<!ENTITY ns_svg "http://www.w3.org/2000/svg">\n]>\n';
	const doctype =
		'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">\n';
	const label =
		'<foreignObject width="90" height="20"><div xmlns="http://www.w3.org/1999/xhtml"><p>one = two</p></div></foreignObject>';
	const parts = [
		`<title>${chance.words(3)}, on time = good</title>`,
		'<a xlink:href="https://www.example.org/"><text x="1" y="1">a link</text></a>',
		'<style>.a{fill:red}</style>',
		'<!-- drawn without <script> and onload="" -->',
		'<image xlink:href="data:image/png;base64,iVBORw0KGgo=" width="1" height="1"/>',
		label,
	].filter(() => chance.int(2) === 0);
	const head = chance.pick([
		'',
		'<?xml version="1.0" encoding="UTF-8"?>\n',
		`<?xml version="1.0"?>\n${doctype}`,
		illustrator,
	]);
	return utf8(
		`${head}<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 100 100">\n${parts.join('\n')}\n${shapes}\n</svg>\n`,
	);
}
