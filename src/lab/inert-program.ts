/** Files of the laboratory that only look like what they are named for. Each defence judges them with the node's own code. */
import { Archive, type ArchiveFacts, type ArchiveMember } from '../defence/archive.ts';
import type { Finding, Content as Inspected } from '../defence/content.ts';
import { Disguised } from '../defence/disguised.ts';
import { Executable } from '../defence/executable.ts';
import { HostileMedia } from '../defence/hostile-media.ts';
import { KnownBad } from '../defence/known-bad.ts';
import { defencesOff } from './switches.ts';

/** The mark of a DOS program and nothing behind it: it cannot run anywhere. `letter` tells two of them apart. */
export function inertProgram(letter = 0): Uint8Array {
	const bytes = new Uint8Array(4096);
	bytes.set([0x4d, 0x5a, letter]);
	return bytes;
}

export interface InertFile {
	readonly name: string;
	readonly bytes: Uint8Array;
	/** Where it is an archive: what was read of it without unpacking. */
	readonly inside?: ArchiveFacts;
}

/** How a worm may come, and what it is called in each. */
export const guises = ['program', 'disguised', 'archive', 'media'] as const;

export function inertFile(guise: (typeof guises)[number], words: string): InertFile {
	if (guise === 'program') return { name: `${words}.exe`, bytes: inertProgram() };
	if (guise === 'disguised')
		return { name: `${words}.mp3                            .exe`, bytes: inertProgram() };
	// A page that would load another one: the talk's gimp.mp3. The address is nobody's.
	if (guise === 'media')
		return {
			name: `${words}.mp3`,
			bytes: new TextEncoder().encode('<html><script src="http://x.invalid/"></script>'),
		};
	const member: ArchiveMember = {
		...{ names: [`../../autostart/${words}.txt`], kind: 'file', size: 4096, packed: 4096 },
		...{ encrypted: false, findings: [] },
	};
	return {
		name: `${words}.zip`,
		bytes: Uint8Array.of(0x50, 0x4b, 3, 4, ...new Uint8Array(60)),
		inside: {
			...{ format: 'zip', document: false, members: [member], unpacked: 4096, packed: 4200 },
			...{ overlapping: false, itself: false, sealed: false, unseen: 0 },
		},
	};
}

/** What the defences of the row say of the file, together. `isKnown`: a scanner has its signature. */
export function verdictOn(
	row: string,
	{ name, bytes, inside }: InertFile,
	isKnown: boolean,
): 'ok' | 'suspicious' | 'refused' {
	const off: readonly string[] = defencesOff(row);
	const on = (defence: string): boolean => !off.includes(defence);
	const file: Inspected = {
		name,
		size: bytes.length,
		type: undefined,
		read: (from, to) => bytes.subarray(from, to),
	};
	const answer = isKnown
		? ({ scanner: 'a scanner', state: 'found', names: ['Worm.Model'] } as const)
		: ({ scanner: 'a scanner', state: 'clean' } as const);
	const found: Finding[] = [
		...new Executable(on('executable')).inspect(file),
		...new Disguised(on('disguised')).inspect(file),
		...new HostileMedia(on('hostile-media')).inspect(file),
		...(inside === undefined ? [] : new Archive(on('archive')).inspect(inside)),
		...new KnownBad(on('known-bad')).judge(answer, true),
	];
	if (found.some(({ verdict }) => verdict === 'refused')) return 'refused';
	return found.length > 0 ? 'suspicious' : 'ok';
}
