/** Names that are made to be misread. The content is nothing, so that only the name can be found. */
import type { Chance } from './random.ts';

export interface HostileName {
	readonly name: string;
	readonly code: string;
}

const DECOYS = ['mp3', 'jpg', 'pdf', 'doc', 'avi', 'txt', 'zip', 'mkv', 'xlsx', 'png', 'm3u', 'iso'];
const PROGRAMS = ['exe', 'scr', 'com', 'bat', 'vbs', 'lnk', 'pif', 'js', 'msi', 'cmd', 'hta', 'jar', 'EXE'];
const BLANKS = [' ', '\u00a0', '\u3000', '\u2003', '\u2800', '\u3164', '\u2009', '\u202f'];

export function hostileNames(chance: Chance): HostileName[] {
	const base = (): string => chance.words(2);
	const decoy = (): string => chance.pick(DECOYS);
	const program = (): string => chance.pick(PROGRAMS);
	const many = (blank: string): string => blank.repeat(chance.between(8, 120));
	const names: HostileName[] = [];
	const add = (code: string, ...list: readonly string[]): void => {
		for (const name of list) names.push({ name, code: `defence.disguised.${code}` });
	};
	add(
		'double',
		`${base()}.${decoy()}.${program()}`,
		`${base()}.${decoy()} .${program()}`,
		`${base()}.${decoy()}_____.${program()}`,
		`${base()}.${decoy()} (1).${program()}`,
		`${base()}.${decoy()}-www.example.com`,
		`${base()}.${decoy()}\u00a0.${program()}`,
		`${base()}\u2024${decoy()}.${program()}`,
	);
	for (const blank of BLANKS)
		add('spaces', `${base()}${many(blank)}.${program()}`, `${base()}.${decoy()}${many(blank)}.${program()}`);
	add('spaces', `${base()}.mp3${many(' ')}x.exe`, `${base()}   .${program()}`);
	add(
		'direction',
		`${base()}\u202e3pm.${program()}`,
		`${base()}\u202egpj.scr`,
		`\u202d${base()}.mp3`,
		`${base()}\u2066a\u2069.mp3`,
		`${base()}\u202b.pdf`,
		`${base()}.\u200fmp3`,
		`${base()}\u200e.exe`,
	);
	add(
		'lookalike',
		`${base()}.\u0435xe`,
		`${base()}.ex\u0435`,
		`${base()}.\uff45\uff58\uff45`,
		`${base()}\uff0eexe`,
		`${base()}.s\u0441r`,
		`${base()}.\u0440df`,
		`${base()}.m\u04403`,
		`${base()}.d\u043ec`,
		`${base()}.j\u0440g`,
		`${base()}.e\u200bxe`,
		`${base()}.exe\u200b`,
		`${base()}.\u0441\u043e\u043c`,
		`${base()}.b\u0430t`,
		`${base()}.\ud835\udc1e\ud835\udc31\ud835\udc1e`,
		`${base()}.\u03bf\u0064t`,
		`${base()}\u2024exe`,
		`${base()}.zi\u0440`,
	);
	add('trailing', `${base()}.exe.`, `${base()}.${program()} `, `${base()}.scr . .`, `${base()}.bat...`);
	add(
		'stream',
		`${base()}.txt:hidden.exe`,
		`${base()}.${decoy()}::$DATA`,
		`${base()}.exe:song.mp3`,
		`${base()}.mp3:$I30:$INDEX_ALLOCATION`,
	);
	add(
		'path',
		`../${base()}.mp3`,
		`..\\${base()}.mp3`,
		`${base()}\r\n.mp3`,
		`C:\\WINDOWS\\${base()}.mp3`,
		`${base()}\0.mp3`,
		`${base()}\u009b2J.mp3`,
		'..',
		`${base()}\u2028.mp3`,
	);
	return names;
}
