/** Files that people share, of many types, under the names that belong to them: no defence may mind one. */
import { gzip, iso, rar, sevenZip, tar, xz, zip } from './archives.ts';
import { utf8 } from './build.ts';
import type { Sample } from './content-of.ts';
import { avi, cleanAsf, flv, matroska, mov, mp4, mpeg, realMedia, threeGp } from './films.ts';
import { bmp, djvu, exif, gif, heif, ico, jpg, png, psd, svg, tga, tiff, webp, xmp } from './images.ts';
import { ordinaryName } from './names.ts';
import { epub, oldOffice, ooxml, openDocument } from './office.ts';
import { font, mobi, pcap, sqlite, stl, torrent, wasm, woff2 } from './others.ts';
import { cleanPdf } from './pdfs.ts';
import { Chance } from './random.ts';
import { aac, aiff, amr, au, flac, m4a, midi, mp3, ogg, opus, wav } from './sounds.ts';
import { textBytes, texts } from './texts.ts';

type Maker = (chance: Chance) => Uint8Array;

const members = (chance: Chance) => [
	{ name: 'readme.txt', bytes: utf8(chance.prose(3)) },
	{ name: `data/${chance.words(1)}.csv`, bytes: 'a;b\n1;2\n' },
	{ name: 'picture.png', bytes: png(chance), stored: true },
];

/** By extension. */
const makers: Readonly<Record<string, Maker>> = {
	png,
	bmp,
	gif,
	webp,
	svg,
	tif: tiff,
	tiff,
	ico,
	psd,
	djvu,
	tga,
	jpg: (chance) => jpg(chance, ...(chance.int(2) === 0 ? [exif(chance), xmp(chance)] : [])),
	jpeg: (chance) => jpg(chance),
	heic: (chance) => heif(chance, 'heic'),
	avif: (chance) => heif(chance, 'avif'),
	mp3,
	ogg,
	opus,
	flac,
	wav,
	m4a,
	m4b: m4a,
	aac,
	aif: aiff,
	mid: midi,
	amr,
	au,
	wma: (chance) => cleanAsf(chance, 'audio'),
	mp4,
	mov,
	avi,
	flv,
	mpg: mpeg,
	m4v: mp4,
	'3gp': threeGp,
	wmv: (chance) => cleanAsf(chance, 'video'),
	asf: (chance) => cleanAsf(chance, 'video'),
	mkv: (chance) => matroska(chance, 'matroska'),
	webm: (chance) => matroska(chance, 'webm'),
	rm: (chance) => realMedia(chance, 'audio/x-pn-realaudio', 'video/x-pn-realvideo'),
	pdf: cleanPdf,
	epub,
	mobi,
	docx: (chance) => ooxml(chance, 'docx'),
	xlsx: (chance) => ooxml(chance, 'xlsx'),
	pptx: (chance) => ooxml(chance, 'pptx'),
	odt: (chance) => openDocument(chance, 'text'),
	ods: (chance) => openDocument(chance, 'spreadsheet'),
	odp: (chance) => openDocument(chance, 'presentation'),
	doc: (chance) => (chance.int(4) === 0 ? utf8(texts['rtf']!(chance)) : oldOffice(chance, 'doc')),
	xls: (chance) =>
		chance.int(4) === 0 ? utf8('<html><table><tr><td>1</table></html>') : oldOffice(chance, 'xls'),
	ppt: (chance) => oldOffice(chance, 'ppt'),
	zip: (chance) => zip(members(chance), chance.words(2)),
	cbz: (chance) => zip([{ name: '01.jpg', bytes: jpg(chance), stored: true }]),
	tar: (chance) => tar(members(chance)),
	'tar.gz': (chance) => gzip(tar(members(chance))),
	gz: (chance) => gzip(utf8(chance.prose(9))),
	xz: (chance) => xz(utf8(chance.prose(9))),
	'7z': (chance) => sevenZip('readme.txt', utf8(chance.prose(3)).subarray(0, 120)),
	rar: (chance) => rar('readme.txt', utf8(chance.prose(5))),
	iso: (chance) => iso('CORPUS', utf8(chance.prose(9))),
	ttf: font,
	otf: (chance) => font(chance, 'OTTO'),
	woff2,
	db: sqlite,
	sqlite,
	torrent,
	pcap,
	stl,
	wasm,
	bin: (chance) => chance.bytes(chance.between(1, 4000)),
	dat: (chance) => chance.bytes(chance.between(1, 400)),
};

const EACH = 25;

/** The same list for the same seed: about 2,600 files. */
export function ordinaryFiles(seed: number): Sample[] {
	const chance = new Chance(seed);
	const files: Sample[] = [];
	for (let round = 0; round < EACH; round++) {
		for (const [extension, make] of Object.entries(makers))
			files.push({ kind: extension, name: ordinaryName(chance, extension), bytes: make(chance) });
		for (const [extension, write] of Object.entries(texts)) {
			const bytes = textBytes(chance, write(chance), extension);
			files.push({ kind: extension || 'no extension', name: ordinaryName(chance, extension), bytes });
		}
	}
	return files;
}
