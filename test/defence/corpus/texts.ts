/** Texts of many kinds, some of them about the very things that the defences look for. */
import { cat, utf8 } from './build.ts';
import type { Chance } from './random.ts';

type Writer = (chance: Chance) => string;

const lines = (chance: Chance, least: number, write: () => string): string =>
	Array.from({ length: chance.between(least, least + 20) }, write).join('\n');

export const texts: Readonly<Record<string, Writer>> = {
	txt: (chance) => chance.prose(chance.between(1, 40)),
	md: (chance) =>
		`# ${chance.words(3)}\n\n${chance.prose(6)}\n\n\`\`\`html\n<script src="a.js"></script>\n\`\`\`\n`,
	csv: (chance) =>
		`name;number;note\n${lines(chance, 3, () => `${chance.words(1)};${chance.int(999)};"=1+1"`)}\n`,
	tsv: (chance) => lines(chance, 4, () => `${chance.words(1)}\t${chance.int(99)}`),
	json: (chance) =>
		JSON.stringify(
			{ title: chance.words(3), size: chance.int(1e6), url: 'http://www.example.org/', list: [1, 2] },
			null,
			2,
		),
	xml: (chance) =>
		`<?xml version="1.0"?>\n<!DOCTYPE list SYSTEM "list.dtd">\n<list>\n${lines(chance, 3, () => `<item id="${chance.int(99)}">${chance.words(2)}</item>`)}\n</list>\n`,
	html: (chance) =>
		`<!DOCTYPE html>\n<html><head><title>${chance.words(3)}</title><script>let a = 1;</script></head><body onload="a++">${chance.prose(4)}</body></html>\n`,
	htm: (chance) => `<HTML><BODY BGCOLOR=white><H1>${chance.words(3)}</H1>${chance.prose(3)}</BODY></HTML>`,
	c: (chance) =>
		`#include <stdio.h>\n\nint main(void)\n{\n\tputs("${chance.words(3)}");\n\treturn ${chance.int(9)};\n}\n`,
	h: (chance) => `#ifndef A_H\n#define A_H ${chance.int(99)}\nint run(const char *file);\n#endif\n`,
	py: (chance) =>
		`#!/usr/bin/env python3\n"""${chance.words(4)}"""\nimport os\n\nprint(os.listdir("."), ${chance.int(99)})\n`,
	ts: (chance) =>
		`#!/usr/bin/env node\nexport const size: number = ${chance.int(999)};\nconsole.log('${chance.words(2)}');\n`,
	java: (chance) =>
		`public class Main {\n\tpublic static void main(String[] args) {\n\t\tSystem.out.println("${chance.words(2)}");\n\t}\n}\n`,
	rs: (chance) => `#![allow(dead_code)]\nfn main() {\n    println!("${chance.words(3)}");\n}\n`,
	go: (chance) => `package main\n\nimport "fmt"\n\nfunc main() { fmt.Println("${chance.words(2)}") }\n`,
	pl: (chance) => `#!/usr/bin/perl -w\nuse strict;\nprint "${chance.words(3)}\\n";\n`,
	css: (chance) =>
		`@charset "utf-8";\n${lines(chance, 2, () => `.a${chance.int(99)} { color: #${chance.int(0xfff).toString(16)}; }`)}\n`,
	sql: (chance) =>
		`-- ${chance.words(3)}\nCREATE TABLE one (id INTEGER, name TEXT);\nINSERT INTO one VALUES (${chance.int(9)}, 'a');\n`,
	yaml: (chance) => `# ${chance.words(2)}\nname: ${chance.words(1)}\nrun: |\n  echo off\n  ./setup.exe\n`,
	toml: (chance) => `[package]\nname = "${chance.words(1)}"\nversion = "0.${chance.int(9)}.1"\n`,
	ini: (chance) => `[general]\nname=${chance.words(2)}\n[shellclass]\nicon=a.ico\n`,
	log: (chance) =>
		lines(
			chance,
			5,
			() =>
				`2003-06-${chance.between(10, 28)} 12:00:00 INFO ran C:\\WINDOWS\\system32\\cmd.exe, ${chance.words(3)}`,
		),
	tex: (chance) =>
		`% ${chance.words(2)}\n\\documentclass{article}\n\\begin{document}\n${chance.words(20)}\n\\end{document}\n`,
	bib: (chance) =>
		`@article{one,\n  title = {${chance.words(4)}},\n  year = 2003,\n  url = {http://www.example.org/a.exe}\n}\n`,
	rtf: (chance) => `{\\rtf1\\ansi\\deff0{\\fonttbl{\\f0 Times;}}\\f0\\fs24 ${chance.words(20)}\\par}`,
	ps: (chance) =>
		`%!PS-Adobe-3.0\n%%Title: ${chance.words(2)}\n/Helvetica findfont 12 scalefont setfont 72 720 moveto (${chance.words(3)}) show showpage\n`,
	eps: (chance) =>
		`%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 ${chance.int(99)} 99\nnewpath 0 0 moveto 9 9 lineto stroke\n`,
	srt: (chance) =>
		lines(
			chance,
			1,
			() =>
				`${chance.between(1, 9)}\n00:00:0${chance.int(9)},000 --> 00:00:09,500\n<i>${chance.words(4)}</i>\n`,
		),
	vtt: (chance) => `WEBVTT\n\n00:01.000 --> 00:04.000\n${chance.words(5)}\n`,
	ass: (chance) =>
		`[Script Info]\nTitle: ${chance.words(2)}\nScriptType: v4.00+\n\n[Events]\nDialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,${chance.words(4)}\n`,
	smi: (chance) =>
		`<SAMI>\n<HEAD><STYLE TYPE="text/css">P {color: white}</STYLE></HEAD>\n<BODY><SYNC Start=100><P>${chance.words(4)}</BODY>\n</SAMI>\n`,
	nfo: (chance) =>
		`\xb0\xb1\xb2\xdb\xdb ${chance.words(3)} \xdb\xdb\xb2\xb1\xb0\r\n run setup.exe, then enjoy\r\n`,
	m3u: (chance) =>
		`${chance.pick(['#EXTM3U\n', ''])}${lines(chance, 2, () => `${chance.pick(['', '#EXTINF:123,Artist - Title: http://www.example.org\n'])}${chance.pick(['', '../', 'C:\\Music\\', 'Artist: Live\\'])}${chance.words(2)}.mp3`)}\n`,
	pls: (chance) =>
		`[playlist]\nNumberOfEntries=1\nFile1=${chance.pick(['C:\\Music\\', '/home/me/', ''])}${chance.words(2)}.mp3\nTitle1=${chance.words(2)}\nLength1=-1\nVersion=2\n`,
	xspf: (chance) =>
		`<?xml version="1.0" encoding="UTF-8"?>\n<playlist xmlns="http://xspf.org/ns/0/" xmlns:vlc="http://www.videolan.org/vlc/playlist/ns/0/" version="1"><trackList><track><location>file:///home/me/${chance.words(1)}.ogg</location><info>http://www.example.org/</info></track></trackList></playlist>\n`,
	wpl: (chance) =>
		`<?wpl version="1.0"?>\n<smil><head><meta name="Generator" content="http://www.example.org/"/><title>${chance.words(2)}</title></head><body><seq><media src="..\\Music\\${chance.words(1)}.wma"/></seq></body></smil>\n`,
	cue: (chance) =>
		`REM GENRE Classical\nPERFORMER "${chance.words(2)}"\nFILE "disc.wav" WAVE\n  TRACK 01 AUDIO\n    INDEX 01 00:00:00\n`,
	ics: (chance) =>
		`BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nSUMMARY:${chance.words(3)}\r\nURL:http://www.example.org/\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`,
	vcf: (chance) => `BEGIN:VCARD\r\nVERSION:3.0\r\nFN:${chance.words(2)}\r\nEND:VCARD\r\n`,
	diff: (chance) =>
		`--- a/run.sh\n+++ b/run.sh\n@@ -1,2 +1,2 @@\n #!/bin/sh\n-echo ${chance.words(1)}\n+echo ${chance.words(1)}\n`,
	obj: (chance) => lines(chance, 5, () => `v ${chance.int(9)}.0 ${chance.int(9)}.5 1.0`),
	pot: (chance) => `msgid ""\nmsgstr ""\n\nmsgid "${chance.words(2)}"\nmsgstr ""\n`,
	sh: (chance) => `# fragment, to be sourced\nexport NAME="${chance.words(1)}"\n`,
	'': (chance) => chance.prose(3).replace(/^#!/, '# !'),
};

/** As UTF-8, and now and then with a mark or as UTF-16, as Windows writes it. */
export function textBytes(chance: Chance, text: string, extension: string): Buffer {
	if (extension === 'nfo') return cat(text);
	if (/^(?:txt|csv|log|srt|xml|ini)$/.test(extension) && chance.int(6) === 0)
		return cat([0xff, 0xfe], Buffer.from(text.replace(' encoding="UTF-8"', ''), 'utf16le'));
	if (/^(?:txt|csv|html|m3u|json|srt)$/.test(extension) && chance.int(5) === 0)
		return cat([0xef, 0xbb, 0xbf], utf8(text));
	return utf8(text);
}
