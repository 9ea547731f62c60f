/** A program of the laboratory: some letters where a program would be. Each defence judges it with the node's own code. */
import type { Finding, Content as Inspected } from '../defence/content.ts';
import { Disguised } from '../defence/disguised.ts';
import { Executable } from '../defence/executable.ts';
import { KnownBad } from '../defence/known-bad.ts';
import { defencesOff } from './switches.ts';

/** The mark of a DOS program and nothing behind it: it cannot run anywhere. `letter` tells two of them apart. */
export function inertProgram(letter = 0): Uint8Array {
	const bytes = new Uint8Array(4096);
	bytes.set([0x4d, 0x5a, letter]);
	return bytes;
}

/** What the defences of the row say of the file, together. `isKnown`: a scanner has its signature. */
export function verdictOn(
	row: string,
	name: string,
	bytes: Uint8Array,
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
		...new KnownBad(on('known-bad')).judge(answer, true),
	];
	if (found.some(({ verdict }) => verdict === 'refused')) return 'refused';
	return found.length > 0 ? 'suspicious' : 'ok';
}
