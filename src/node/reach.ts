/**
 * A guarded node sees little: what a user names elsewhere is refused with a sentence, before the walls answer with an
 * error, or a file goes to a /tmp that is gone when the node ends.
 */
import { isWithin } from '../library/roots.ts';
import { Problem } from './api/problem.ts';

/** Folders that exist for a guarded node. */
export interface Reach {
	readonly reads: readonly string[];
	readonly writes: readonly string[];
}

/** The path; throws Problem. `reach` undefined: the node is not guarded. */
export function reached<T extends string | undefined>(
	reach: Reach | undefined,
	verb: keyof Reach,
	path: T,
): T {
	if (reach === undefined || path === undefined || reach[verb].some((folder) => isWithin(path, folder)))
		return path;
	const remedy =
		verb === 'reads'
			? `Start it again with --share ${path}, or without its guard (--guarded off).`
			: 'Leave out the folder, and the file goes to its home; or start it without its guard (--guarded off).';
	throw new Problem(409, 'guarded', `This node is guarded and does not see ${path}. ${remedy}`);
}
