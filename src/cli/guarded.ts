/** How a node knows that it stands behind the guard: a variable. Whoever sets it otherwise only makes it refuse more. */
import { homePath } from '../node/home.ts';
import type { Reach } from '../node/reach.ts';
import type { Context } from './context.ts';

export const guardedVariable = 'SALLYPORT_BEHIND_GUARD';

/** What a guarded node sees; undefined: it is not guarded. */
export function reachOf(context: Context, share: readonly string[]): Reach | undefined {
	const home = homePath(context.home);
	return process.env[guardedVariable] === '1' ? { reads: [home, ...share], writes: [home] } : undefined;
}

export function aboutGuard(reach: Reach | undefined): string[] {
	return reach === undefined
		? []
		: ['It stands behind the guard: it sees its home and its shares, and dials within its scope.'];
}
