import { examine } from '../guard/doctor.ts';

/** On Linux: why a node cannot be guarded here; undefined: it can. */
export function missingWalls(): string | undefined {
	try {
		const missing = examine().filter(({ works, what }) => !works && what !== 'kernel');
		return missing.length === 0
			? undefined
			: missing.map(({ what, detail }) => `no ${what} (${detail})`).join(', ');
	} catch (error) {
		return (error as Error).message;
	}
}
