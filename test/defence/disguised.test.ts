import { describe, expect, it } from 'vitest';
import { Disguised, inspectName } from '../../src/defence/disguised.ts';
import { zip } from './corpus/archives.ts';
import { contentOf } from './corpus/content-of.ts';
import { ordinaryName } from './corpus/names.ts';
import { ooxml } from './corpus/office.ts';
import { Chance } from './corpus/random.ts';

const codes = (name: string): string[] =>
	inspectName(name).map(({ code }) => code.replace('defence.disguised.', ''));

describe('names', () => {
	it('that people give are left alone, in all their languages', () => {
		const chance = new Chance(4);
		for (let i = 0; i < 2000; i++) {
			const name = ordinaryName(
				chance,
				chance.pick(['mp3', 'pdf', 'tar.gz', 'jpg', 'txt', 'exe', 'sh', 'iso']),
			);
			const fair = /\.(?:exe|sh)$/i.test(name) && /\.(?:mp3|jpg|txt)\b/i.test(name);
			if (!fair) expect(codes(name), JSON.stringify(name)).toEqual([]);
		}
	});

	it.each([
		'Beethoven No. 5.exe summary.pdf',
		'My.mp3 player.exe',
		'setup.exe.torrent',
		'setup.exe.zip',
		'linux-6.1.tar.gz',
		'setup.exe.config',
		'mp3.exe',
		'www.example.com',
		'and so on...',
		'Иванов А.С',
		'Т.1',
		'Сборник.рар',
		'отчёт.док',
		'song.mp3 ',
		'song.mp3.',
		'12:30:45.log',
		'Star Wars: A New Hope.mkv',
		'Movie 2:30.mp4',
		'שלום.mp3',
		'a  b.txt',
		'.bashrc',
		'',
	])('such as %j say nothing', (name) => {
		expect(codes(name)).toEqual([]);
	});

	it.each([
		['song.mp3.exe', 'double'],
		['photo.jpg (2).scr', 'double'],
		['photo.jpg-www.example.com', 'double'],
		['song          .mp3', 'spaces'],
		['song.mp3\u3000\u3000\u3000\u3000\u3000\u3000.exe', 'spaces'],
		['song\u202e3pm.exe', 'direction'],
		['song.\u0435xe', 'lookalike'],
		['song.\uff45\uff58\uff45', 'lookalike'],
		['setup.exe.', 'trailing'],
		['a.txt:b.exe', 'stream'],
		['a/b.mp3', 'path'],
	])('such as %j say %s', (name, code) => {
		expect(codes(name)).toContain(code);
	});
});

describe('content', () => {
	const on = new Disguised(true);
	const found = async (name: string, bytes: Uint8Array | string) =>
		on
			.inspect(await contentOf(name, Buffer.from(bytes as string)))
			.map(({ code }) => code.replace('defence.disguised.', ''));

	it('of the same family under another name is no disguise', async () => {
		expect(
			await found('a.jpg', Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR'.padEnd(60, '\0'), 'latin1')),
		).toEqual([]);
		expect(
			await found(
				'a.mp3',
				Buffer.from('\0\0\0\x20ftypM4A \0\0\x02\0isomM4A mp42'.padEnd(60, '\0'), 'latin1'),
			),
		).toEqual([]);
		expect(await found('a.rar', zip([{ name: 'a', bytes: 'a' }]))).toEqual([]);
	});

	it('that is packed in a ZIP file is one where the name is that of no packed document', async () => {
		const document = ooxml(new Chance(1), 'docx');
		expect(await found('a.docx', document)).toEqual([]);
		expect(await found('a.doc', document)).toEqual([]);
		expect(await found('a.zip', document)).toEqual([]);
		expect(await found('a.pdf', document)).toEqual(['type']);
		expect(await found('a.docx', zip([{ name: 'a', bytes: 'a' }]))).toEqual([]);
		expect(await found('a.doc', zip([{ name: 'a', bytes: 'a' }]))).toEqual(['type']);
	});

	it('of web sites called .xls is what they export, called .pdf it is a disguise', async () => {
		expect(await found('a.xls', '<html><table></table></html>')).toEqual([]);
		expect(await found('a.pdf', '<html><table></table></html>')).toEqual(['page']);
	});

	it('of an archive is what an archive may hold', async () => {
		const jar = zip([
			{ name: 'META-INF/MANIFEST.MF', bytes: 'a' },
			{ name: 'A.class', bytes: 'a' },
		]);
		expect(await found('a.zip', jar)).toEqual([]);
		expect(await found('a.mp3', jar)).toEqual(['program']);
	});

	it('of which nothing is known, or behind a name that promises nothing, is none', async () => {
		expect(await found('a.mp3', new Uint8Array(500).fill(0x91))).toEqual([]);
		expect(await found('a.dat', zip([{ name: 'a', bytes: 'a' }]))).toEqual([]);
		expect(await found('a.mp3', '')).toEqual([]);
	});
});
