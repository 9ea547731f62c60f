import { examine } from '../guard/doctor.ts';

/** Why a node cannot be guarded here; undefined: it can. */
export function missingWalls(): string | undefined {
	if (process.platform !== 'linux' || process.arch !== 'x64') return 'the guard is for Linux on x86-64';
	try {
		const missing = examine().filter(({ works, what }) => !works && what !== 'kernel');
		return missing.length === 0
			? undefined
			: missing.map(({ what, detail }) => `no ${what} (${detail})`).join(', ');
	} catch (error) {
		return (error as Error).message;
	}
}
