/** All media that act: films, documents, pictures, and here pages under other names, and playlists. */
import { type Add, type HostileFile, URL } from './add.ts';
import { cat, utf8, wide } from './build.ts';
import { documents } from './hostile-documents.ts';
import { films } from './hostile-films.ts';
import { pictures } from './hostile-pictures.ts';
import type { Chance } from './random.ts';
import { id3, id3Frame } from './sounds.ts';

function pages(chance: Chance, add: Add): void {
	const text = chance.words(3);
	const page = `<html><head><title>${text}</title></head><body onload="window.open('${URL}')"></body></html>\n`;
	for (const extension of [
		'mp3',
		'ogg',
		'wma',
		'avi',
		'mpg',
		'wmv',
		'mov',
		'jpg',
		'png',
		'gif',
		'mp4',
		'm4a',
	])
		add('page', 'page as media', extension, page);
	add(
		'page',
		'page with doctype as mp3',
		'mp3',
		`\ufeff  <!-- ${text} -->\n<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN">\n${page}`,
	);
	add('page', 'page behind text as mp3', 'mp3', `${text}\n<script>void(0)</script>`);
	add('page', 'wide page as jpg', 'jpg', cat([0xff, 0xfe], wide(page)));
	add(
		'page',
		'page behind noise as mpg',
		'mpg',
		cat(
			chance.bytes(90).map((byte) => byte | 0x80),
			page,
		),
	);
	add('page', 'page as playlist', 'm3u', page);
	add('page', 'page behind a tag', 'mp3', cat(id3(id3Frame('TIT2', '\0', text)), page));
}

function playlists(chance: Chance, add: Add): void {
	const address = `${URL}/${chance.int(1e6)}.mp3`;
	add('elsewhere', 'm3u remote', 'm3u', `#EXTM3U\n#EXTINF:1,${chance.words(2)}\n${address}\n`);
	add('elsewhere', 'm3u share', 'm3u', `#EXTM3U\n\\\\host.example.org\\music\\a.mp3\n`);
	add('elsewhere', 'm3u file address', 'm3u8', `#EXTM3U\nfile://host.example.org/a.mp3\n`);
	add('active', 'm3u program', 'm3u', `#EXTM3U\n..\\${chance.words(1)}.exe\n`);
	add('elsewhere', 'pls remote', 'pls', `[playlist]\nFile1=${address}\nNumberOfEntries=1\nVersion=2\n`);
	add('active', 'pls script', 'pls', `[playlist]\nFile1=javascript:void(0)\nNumberOfEntries=1\n`);
	add('elsewhere', 'asx remote', 'asx', `<asx version="3.0"><entry><ref href="${address}"/></entry></asx>`);
	add(
		'elsewhere',
		'asx more info',
		'wax',
		`<ASX VERSION="3.0"><MOREINFO HREF="${URL}"/><ENTRY><REF HREF="a.wma"/></ENTRY></ASX>`,
	);
	add(
		'elsewhere',
		'wpl remote',
		'wpl',
		`<?wpl version="1.0"?>\n<smil><body><seq><media src="mms://radio.example.org/a"/></seq></body></smil>`,
	);
	add(
		'elsewhere',
		'xspf remote',
		'xspf',
		`<?xml version="1.0"?>\n<playlist xmlns="http://xspf.org/ns/0/"><trackList><track><location>${address}</location></track></trackList></playlist>`,
	);
	add(
		'elsewhere',
		'xspf share',
		'xspf',
		`<?xml version="1.0"?>\n<playlist xmlns="http://xspf.org/ns/0/"><trackList><track><location>file://host.example.org/a</location></track></trackList></playlist>`,
	);
	add('elsewhere', 'ram', 'ram', `rtsp://radio.example.org/${chance.words(1)}.rm\n`);
	add(
		'elsewhere',
		'smil',
		'smil',
		`<smil><body><video src="rtsp://radio.example.org/a.rm"/><a href="${URL}"/></body></smil>`,
	);
}

export function hostileMediaFiles(chance: Chance): HostileFile[] {
	const files: HostileFile[] = [];
	const add: Add = (code, kind, extension, bytes) =>
		void files.push({
			kind,
			extension,
			code: `defence.media.${code}`,
			bytes: typeof bytes === 'string' ? utf8(bytes) : bytes,
		});
	for (const group of [films, documents, pictures, pages, playlists]) group(chance, add);
	return files;
}
