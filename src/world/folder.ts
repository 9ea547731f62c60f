/** Makes the folders that a path names, as a person wrote it. */
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * Makes what is missing of a path, with this mode. Throws what the system says. The `recursive` of Node.js's mkdir turns for
 * ever where a folder says that what is to be made in it does not exist, as /proc does.
 */
export function makeFolder(path: string, mode = 0o777): void {
	const missing: string[] = [];
	for (let at = resolve(path); !existsSync(at); at = dirname(at)) missing.unshift(at);
	for (const folder of missing) makeOne(folder, mode);
	if (missing.length === 0) makeOne(path, mode);
}

/** Somebody else may have made it by now. */
function makeOne(folder: string, mode: number): void {
	try {
		mkdirSync(folder, { mode });
	} catch (error) {
		if (
			(error as NodeJS.ErrnoException).code !== 'EEXIST' ||
			statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true
		)
			throw error;
	}
}
