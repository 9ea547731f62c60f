/**
 * Samples of hostile shape: right headers and structure, inert bodies, addresses that do not exist. No
 * real malware, and nothing that runs. Each says which reason must be given for it.
 */
import { gzip, rar, sevenZip, tar, xz, zip } from './archives.ts';
import { utf8 } from './build.ts';
import type { Sample } from './content-of.ts';
import { mp4 } from './films.ts';
import { hostileMediaFiles } from './hostile-media-files.ts';
import { hostileNames } from './hostile-names.ts';
import { programShapes } from './hostile-programs.ts';
import { png } from './images.ts';
import { ordinaryName } from './names.ts';
import { cleanPdf } from './pdfs.ts';
import { Chance } from './random.ts';

export interface HostileSample extends Sample {
	readonly expected: string;
}

const ROUNDS = 4;
const MEDIA = [
	'mp3',
	'avi',
	'jpg',
	'pdf',
	'mpg',
	'png',
	'ogg',
	'wmv',
	'mp4',
	'gif',
	'docx',
	'epub',
	'ttf',
	'rar',
];

/** The same list for the same seed: about 1,300 samples. */
export function hostileSamples(seed: number): HostileSample[] {
	const chance = new Chance(seed);
	const samples: HostileSample[] = [];
	for (let round = 0; round < ROUNDS; round++) {
		for (const { kind, extension, code, bytes } of programShapes(chance)) {
			samples.push({ kind, name: ordinaryName(chance, extension), bytes, expected: code });
			if (code === 'defence.executable.macros' || /^(?:pif|com|powershell|web location)$/.test(kind))
				continue;
			const as = chance.pick(MEDIA);
			const expected = 'defence.disguised.program';
			samples.push({ kind: `${kind} in disguise`, name: ordinaryName(chance, as), bytes, expected });
		}
		for (const { name, code } of hostileNames(chance)) {
			const bytes = chance.bytes(40).map((byte) => byte | 0x80);
			samples.push({ kind: code.replace('defence.disguised.', 'name: '), name, bytes, expected: code });
		}
		for (const { kind, extension, code, bytes } of hostileMediaFiles(chance))
			samples.push({ kind, name: ordinaryName(chance, extension), bytes, expected: code });
		samples.push(...otherKinds(chance));
	}
	return samples;
}

/** Harmless content under the name of another kind. */
function otherKinds(chance: Chance): HostileSample[] {
	const text = utf8(chance.words(30));
	const members = [{ name: 'a.txt', bytes: text }];
	const contents: readonly (readonly [string, Uint8Array, readonly string[]])[] = [
		['zip', zip(members), ['mp3', 'avi', 'jpg', 'pdf', 'mkv', 'ttf']],
		['rar', rar('a.txt', text), ['mp3', 'avi', 'png', 'pdf', 'docx', 'wmv']],
		['7z', sevenZip('a.txt', text.subarray(0, 100)), ['mp3', 'mp4', 'gif']],
		['gzip', gzip(text), ['mp3', 'avi', 'jpg']],
		['xz', xz(text), ['ogg', 'mpg', 'pdf']],
		['tar', tar(members), ['flac', 'avi', 'bmp']],
		['text', text, ['mp3', 'avi', 'jpg', 'mpg']],
		['pdf', cleanPdf(chance), ['mp3', 'jpg', 'zip']],
		['png', png(chance), ['mp3', 'pdf', 'rar']],
		['mp4', mp4(chance), ['jpg', 'zip', 'pdf']],
	];
	return contents.flatMap(([kind, bytes, names]) =>
		names.map((as) => ({
			kind: `${kind} as ${as}`,
			name: ordinaryName(chance, as),
			bytes,
			expected: 'defence.disguised.type',
		})),
	);
}
