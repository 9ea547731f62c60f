/**
 * A guarded node sees little: what a user names elsewhere is refused with a sentence, before the walls answer with an
 * error, or a file goes to a /tmp that is gone when the node ends. A folder more is asked for at the guard's door; it is
 * seen when the guard has started the node again.
 */
import { isWithin } from '../library/roots.ts';
import { Problem } from './api/problem.ts';

/** Folders that exist for a guarded node. */
export interface Reach {
	readonly reads: readonly string[];
	readonly writes: readonly string[];
	/** Asks to see a folder; `port`: where the console answers. With a yes the node is about to be ended. */
	see(path: string, port: number): Promise<{ readonly yes: boolean; readonly why?: string }>;
	/** It need not be seen any more. */
	forget(path: string, port: number): Promise<void>;
}

/** The path; throws Problem. `reach` undefined: the node is not guarded. */
export function reached<T extends string | undefined>(
	reach: Reach | undefined,
	verb: 'reads' | 'writes',
	path: T,
): T {
	if (path === undefined || isReached(reach, verb, path)) return path;
	const remedy =
		verb === 'reads'
			? `Let it see the folder in the console, start it again with --share ${path}, or without its guard (--guarded off).`
			: 'Leave out the folder, and the file goes to its home; or start it without its guard (--guarded off).';
	throw new Problem(409, 'guarded', `This node is guarded and does not see ${path}. ${remedy}`);
}

function isReached(reach: Reach | undefined, verb: 'reads' | 'writes', path: string): boolean {
	return reach === undefined || reach[verb].some((folder) => isWithin(path, folder));
}

/** Resolves when it is seen, or will be after a start that is about to come; throws Problem where the answer is no. */
export async function letSee(reach: Reach | undefined, path: string, port: number): Promise<void> {
	if (reach === undefined || isReached(reach, 'reads', path)) return;
	const { yes, why } = await reach.see(path, port);
	if (!yes) throw new Problem(409, 'unseen', why ?? `${path} is not to be seen.`);
}
