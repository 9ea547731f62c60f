/** Names as people give them, in several languages, with every trap that an ordinary name can set. */
import type { Chance } from './random.ts';

/** Each stands before the extension. */
const TRAPS = [
	'Beethoven No. 5.exe summary',
	'setup guide v1.2',
	'How to remove virus.exe from a PC',
	'autoexec.bat explained',
	'www.example.com - Track 01',
	'Mr. Robot S01E02 (2015) [720p]',
	'My.Show.S01E02.720p.WEB.x264-GRP',
	'Star Wars: Episode IV',
	'Psalm 3:16',
	'12:30 Uhr',
	'linux-6.1',
	'node.js in 24 hours',
	'readme.txt explained',
	'and so on...',
	'100% pure',
	'AC-DC - T.N.T.',
	'R.E.M. - Best of',
	'1. Introduction',
	'report.final.v2',
	'photo (1)',
	'photo.jpg (copy)',
	'IMG_20030612_120000',
	'DSC00012.JPG.edited',
	'song.mp3 from tape',
	'song.mp3',
	'notes  with  two  blanks',
	' leading blank',
	'trailing blank ',
	'What is .lnk?',
	'Résumé - Frédéric',
	'Übungsblatt 3',
	'naïve café',
	'Smørrebrød',
	'İstanbul',
	'Иванов И.И. - Отчёт',
	'Война и мир. Том 1',
	'Кино - Группа крови',
	'Η Οδύσσεια',
	'日本語のファイル',
	'第3回 資料　最終版',
	'한국어 문서',
	'中文文件（二）',
	'حكاية قديمة',
	'שיר השירים',
	'\u200fשלום\u200f 2003',
	'हिन्दी गीत',
	'party 🎉 2003',
	'cafe\u0301 (decomposed)',
	'a\u00a0b',
	'soft\u00adhyphen',
	'résumé_v1.0.1-beta+2',
	'@home #1 & more',
	"it's (a) [test] {x}",
	'x'.repeat(180),
	'__init__',
	'C++ Primer, 4th ed.',
	'e-mail from a.com',
	'Vol. 2 - The .com bubble',
	'COM ports',
	'script',
	'MZ header',
];

export function ordinaryName(chance: Chance, extension: string): string {
	const base =
		chance.int(2) === 0
			? chance.pick(TRAPS)
			: chance.pick([
					chance.words(3),
					chance.words(2).replace(' ', '_'),
					`${chance.words(1)} ${chance.int(2000)}`,
				]);
	if (extension === '') return chance.pick(['README', 'LICENSE', 'Makefile', 'notes', 'TODO list']);
	return `${base}.${chance.int(6) === 0 ? extension.toUpperCase() : extension}`;
}
