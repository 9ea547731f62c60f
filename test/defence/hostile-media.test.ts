import { describe, expect, it } from 'vitest';
import { HostileMedia } from '../../src/defence/hostile-media.ts';
import { box, cat, zeros } from './corpus/build.ts';
import { contentOf, withType } from './corpus/content-of.ts';
import { asfFile, realMedia, scriptCommands } from './corpus/films.ts';
import { exif, gif, jpg, svg, xmp } from './corpus/images.ts';
import { pdf } from './corpus/pdfs.ts';
import { Chance } from './corpus/random.ts';
import { id3, id3Frame, m4a, mpegFrames, track } from './corpus/sounds.ts';

const on = new HostileMedia(true);
const chance = new Chance(9);

/** Codes without their beginning, with `!` where the verdict is `refused`. */
async function found(name: string, bytes: Uint8Array | string): Promise<string[]> {
	const content = await contentOf(name, typeof bytes === 'string' ? Buffer.from(bytes) : bytes);
	return on
		.inspect(content)
		.map(({ code, verdict }) => code.replace('defence.media.', '') + (verdict === 'refused' ? '!' : ''));
}

describe('a PDF file', () => {
	const action = (keys: string, ...objects: string[]) =>
		found('a.pdf', pdf(chance, { catalogue: keys, objects }));

	it('may link, open at a page, and talk about scripts', async () => {
		expect(await action('/OpenAction [3 0 R /Fit]')).toEqual([]);
		expect(await action('/OpenAction << /S /GoTo /D [3 0 R /Fit] >>')).toEqual([]);
		expect(await action('/Lang (/OpenAction << /S /JavaScript >>)')).toEqual([]);
		expect(await action('', '<< /Subtype /Link /A << /S /URI /URI (http://www.example.org/) >> >>')).toEqual(
			[],
		);
		expect(await action('', '<< /Type /Filespec /F (table.csv) /EF << /F 11 0 R >> >>')).toEqual([]);
	});

	it('may not act by itself, however its action is reached', async () => {
		expect(await action('/OpenAction << /S /JavaScript /JS (a) >>')).toContain('active!');
		expect(
			await action(
				'/OpenAction 10 0 R',
				'<< /S /GoTo /Next [ << /S /GoTo >> 11 0 R ] >>',
				'<< /S /URI /URI (a) >>',
			),
		).toContain('active!');
		expect(await action('/OpenAction 10 0 R', '<< /S /GoTo /Next 10 0 R >>')).toEqual([]);
		expect(
			await action('/AA << /WC 10 0 R >>', '<< /S /SubmitForm /F (http://www.example.org/) >>'),
		).toContain('active!');
		expect(await action('/OpenAction<</S/JavaScript/JS<6170702E616C657274>>>')).toContain('active!');
		expect(await action('/Open#41ction << /#53 /#4aavaScript /JS (a) >>')).toContain('active!');
	});

	it('that is defined again later is judged by each of its versions', async () => {
		const first = pdf(chance, { catalogue: '/OpenAction 10 0 R', objects: ['<< /S /JavaScript /JS (a) >>'] });
		expect(await found('a.pdf', cat(first, '10 0 obj\n<< /S /GoTo >>\nendobj\n'))).toContain('active!');
		const second = pdf(chance, { catalogue: '/OpenAction 10 0 R', objects: ['<< /S /GoTo >>'] });
		expect(await found('a.pdf', cat(second, '10 0 obj\n<< /S /JavaScript /JS (a) >>\nendobj\n'))).toContain(
			'active!',
		);
	});

	it('cannot hide an object behind a string, a comment or a word that has no end', async () => {
		const object = '1 0 obj << /Type /Catalog /OpenAction << /S /Launch >> >> endobj';
		for (const hidden of [
			`(${object})`,
			`% ${object}\n`,
			`( ( ( ${object} ) ) )`,
			`( ${object}`,
			`< ${object}`,
			`stream ${object}`,
			`stream stream ${object} endstream`,
		])
			expect(await found('a.pdf', `%PDF-1.4\n${hidden}\n`), hidden).toContain('active!');
	});

	it('of more than 8 MiB is looked at in its first and last 4 MiB', () => {
		const bytes = Buffer.alloc(20 << 20, ' ');
		const object = '1 0 obj << /OpenAction << /S /Launch >> >> endobj';
		bytes.write('%PDF-1.4\n');
		const codes = () => on.inspect(withType('a.pdf', bytes, 'application/pdf')).map(({ code }) => code);
		bytes.write(object, 10 << 20);
		expect(codes()).toEqual([]);
		bytes.write(object, bytes.length - 1000);
		expect(codes()).toContain('defence.media.active');
	});

	it('is judged only where it is one', async () => {
		const text = '%PDF-1.4 begins each file; /OpenAction << /S /Launch >> starts a program\n';
		expect(await found('notes.txt', `About PDF files.\n${text}`)).toEqual([]);
		expect(await found('a.pdf', 'no header at all << /OpenAction << /S /Launch >> >>')).toEqual([]);
	});
});

describe('an SVG picture', () => {
	const drawn = (inner: string) => found('a.svg', `<svg xmlns="http://www.w3.org/2000/svg">${inner}</svg>`);

	it('may link, and set text in a foreign object', async () => {
		for (let i = 0; i < 50; i++) expect(await found('a.svg', svg(chance))).toEqual([]);
		expect(await drawn('<a href="https://www.example.org/"><text>on click = yes</text></a>')).toEqual([]);
		expect(await drawn('<!-- <script> --><style><![CDATA[ <script> ]]></style>')).toEqual([]);
		expect(await drawn('<image href="data:image/png;base64,AAAA"/>')).toEqual([]);
	});

	it('may not run anything', async () => {
		expect(await drawn('<SCRIPT type="text/ecmascript"/>')).toEqual(['active!']);
		expect(await drawn('<g\nonmouseover\n=\n"a()"/>')).toEqual(['active!']);
		expect(await drawn('<a href=" java\tscript&colon;a()"/>')).toEqual(['active!']);
		expect(await drawn('<animate attributeName="href" values="#a;javascript:a()"/>')).toEqual(['active!']);
		expect(await drawn('<use href="data:image/svg+xml;base64,AAAA"/>')).toEqual(['active!']);
	});

	it('under another name is still one', async () => {
		const evil = '<?xml version="1.0"?><!-- a --><svg xmlns="http://www.w3.org/2000/svg"><script/></svg>';
		expect(await found('a', evil)).toEqual(['active!']);
		expect(await found('a.xml', evil)).toEqual(['active!']);
	});
});

describe('a film', () => {
	it('may have captions, and an address as text', async () => {
		expect(
			await found(
				'a.wmv',
				asfFile(chance, 'video', [
					scriptCommands([
						['TEXT', 'one'],
						['CAPTION', 'see www.example.org'],
					]),
				]),
			),
		).toEqual([]);
	});

	it('may not call an address a caption', async () => {
		expect(
			await found('a.wmv', asfFile(chance, 'video', [scriptCommands([['TEXT', 'http://www.example.org/']])])),
		).toEqual(['command!']);
		const many = Array.from({ length: 1500 }, () => ['TEXT', 'a'] as const);
		expect(await found('a.wmv', asfFile(chance, 'video', [scriptCommands([...many, ['URL', 'a']])]))).toEqual(
			['command!'],
		);
	});

	it('whose data are in the file is no reference to elsewhere', async () => {
		expect(await found('a.mp4', cat(box('ftyp', 'isom', zeros(8)), track('vide')))).toEqual([]);
		expect(await found('a.m4a', m4a(chance))).toEqual([]);
	});

	it('with sound and pictures only is no film that acts', async () => {
		expect(
			await found(
				'a.rm',
				realMedia(chance, 'audio/x-pn-realaudio', 'video/x-pn-realvideo', 'logical-fileinfo'),
			),
		).toEqual([]);
	});
});

describe('a song', () => {
	it('may name addresses in its tag', async () => {
		const tag = id3(
			id3Frame('WXXX', '\0\0http://www.example.org/'),
			id3Frame('WOAR', 'http://www.example.org/'),
		);
		expect(await found('a.mp3', cat(tag, mpegFrames(chance)))).toEqual([]);
	});
});

describe('a playlist', () => {
	it('may name local files, in each way of its format', async () => {
		expect(
			await found(
				'a.m3u',
				'#EXTM3U\n#EXTINF:1,http://www.example.org/\nArtist: Live/a.mp3\nC:\\Music\\b.mp3\n',
			),
		).toEqual([]);
		expect(
			await found(
				'a.asx',
				'<asx version="3"><entry><title>http://www.example.org</title><ref href="a.wma"/></entry></asx>',
			),
		).toEqual([]);
		const local =
			'<playlist xmlns="http://xspf.org/ns/0/"><trackList><track><location>file:///C:/a.mp3</location></track></trackList></playlist>';
		expect(await found('a.xspf', local)).toEqual([]);
	});

	it('may not lead elsewhere, nor start anything', async () => {
		expect(await found('a.m3u', 'mms://radio.example.org/a\n')).toEqual(['elsewhere']);
		expect(await found('a.txt', '#EXTM3U\nhttp://radio.example.org/a\n')).toEqual(['elsewhere']);
		expect(await found('a.m3u', 'file:///home/me/a.mp3\n')).toEqual(['elsewhere']);
		expect(await found('a.pls', '[playlist]\nFile1=a.exe\n')).toEqual(['active!']);
		expect(await found('a.m3u8', '#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI="https://example.org/k"\n')).toEqual(
			['elsewhere'],
		);
	});
});

describe('a picture', () => {
	it('may say where and how it was taken', async () => {
		expect(await found('a.jpg', jpg(chance, exif(chance), xmp(chance)))).toEqual([]);
		expect(await found('a.gif', gif(chance, 'made with love <b>and</b> www.example.org'))).toEqual([]);
	});

	it('may not be something else too', async () => {
		expect(await found('a.gif', cat(gif(chance), '<script>a()</script>'))).toEqual(['polyglot!']);
		expect(await found('a.jpg', cat(jpg(chance), 'PK\x05\x06', zeros(18)))).toEqual([]);
	});
});
