/** Pictures with scripts, or that are two files in one. */
import { gzipSync } from 'node:zlib';
import { type Add, URL } from './add.ts';
import { rar, zip } from './archives.ts';
import { cat, utf8, wide } from './build.ts';
import { windowsProgram } from './hostile-programs.ts';
import { gif, jpg, png, pngText, segment } from './images.ts';
import type { Chance } from './random.ts';
import { mp3 } from './sounds.ts';

export function pictures(chance: Chance, add: Add): void {
	const open =
		'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">';
	const svg = (inner: string): string => `${open}<title>${chance.words(2)}</title>${inner}</svg>`;
	const script = svg(`<script>void(${chance.int(99)})</script>`);
	add('active', 'svg with script', 'svg', script);
	add(
		'active',
		'svg with prefixed script',
		'svg',
		`<s:svg xmlns:s="http://www.w3.org/2000/svg"><s:script>1</s:script></s:svg>`,
	);
	add('active', 'svg with event', 'svg', svg('<rect width="1" height="1" onclick="void(0)"/>'));
	add(
		'active',
		'svg with event on the root',
		'svg',
		`<svg xmlns="http://www.w3.org/2000/svg" onload='void(0)'></svg>`,
	);
	add(
		'active',
		'svg with script link',
		'svg',
		svg('<a xlink:href="java&#115;cript:void(0)"><text>a</text></a>'),
	);
	add('active', 'svg that sets an event', 'svg', svg('<set attributeName="onclick" to="void(0)"/>'));
	add(
		'active',
		'svg with frame',
		'svg',
		svg('<foreignObject><iframe xmlns="http://www.w3.org/1999/xhtml" src="about:blank"/></foreignObject>'),
	);
	add(
		'interactive',
		'svg with form',
		'svg',
		svg(
			'<foreignObject><form xmlns="http://www.w3.org/1999/xhtml" action="http://www.example.org/"/></foreignObject>',
		),
	);
	add(
		'elsewhere',
		'svg with external entity',
		'svg',
		`<?xml version="1.0"?>\n<!DOCTYPE svg [ <!ENTITY a SYSTEM "file:///etc/hostname"> ]>\n${svg('<text>&a;</text>')}`,
	);
	add(
		'obscured',
		'svg with entities in entities',
		'svg',
		`<!DOCTYPE svg [ <!ENTITY a "aaaa"> <!ENTITY b "&a;&a;&a;"> ]>\n${svg('<text>&b;</text>')}`,
	);
	add('elsewhere', 'svg that fetches', 'svg', svg(`<image xlink:href="${URL}.png" width="1" height="1"/>`));
	add('active', 'packed svg with script', 'svgz', gzipSync(script));
	add('active', 'wide svg with script', 'svg', cat([0xff, 0xfe], wide(script)));
	const archive = zip([{ name: 'org/example/a.class', bytes: chance.bytes(90) }]);
	add('polyglot', 'gif and zip', 'gif', cat(gif(chance), archive));
	add('polyglot', 'jpg and zip', 'jpg', cat(jpg(chance), archive));
	add('polyglot', 'png and rar', 'png', cat(png(chance), rar('a.txt', chance.bytes(200))));
	add('polyglot', 'mp3 and zip', 'mp3', cat(mp3(chance), archive));
	add('polyglot', 'png and page', 'png', png(chance, pngText('Comment', '<script>void(0)</script>')));
	add(
		'polyglot',
		'gif and phar',
		'gif',
		cat(gif(chance), '<?php __HALT_COMPILER(); ?>\r\n', chance.bytes(60)),
	);
	add('polyglot', 'jpg and php', 'jpg', jpg(chance, segment(0xfe, '<?php exit(0); ?>')));
	add(
		'polyglot',
		'jpg and program',
		'jpg',
		cat(jpg(chance), windowsProgram('PE\0\0', utf8('This program cannot be run in DOS mode.'))),
	);
}
