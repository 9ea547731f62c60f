/** How a node knows that it stands behind the guard: a variable. Whoever sets it otherwise only makes it refuse more. */
import { homePath } from '../node/home.ts';
import type { Reach } from '../node/reach.ts';
import type { Context } from './context.ts';

export const guardedVariable = 'SALLYPORT_BEHIND_GUARD';

/** What the variable says, as JSON. */
export interface BehindGuard {
	/** The socket at which the node asks to see more. */
	readonly door: string;
	/** Folders that it sees beside those of --share. */
	readonly sees: readonly string[];
}

/** What a guarded node sees; undefined: it is not guarded. */
export function reachOf(context: Context, share: readonly string[]): Reach | undefined {
	const text = process.env[guardedVariable];
	if (text === undefined) return undefined;
	const home = homePath(context.home);
	const { door, sees } = JSON.parse(text) as BehindGuard;
	const wish = async (what: 'see' | 'forget', path: string, port: number) =>
		(await import('./guard-door.ts')).askAtDoor(door, { wish: what, path, port });
	return {
		reads: [home, ...share, ...sees],
		writes: [home],
		see: (path, port) => wish('see', path, port),
		forget: async (path, port) => void (await wish('forget', path, port)),
	};
}

export function aboutGuard(reach: Reach | undefined): string[] {
	return reach === undefined
		? []
		: ['It stands behind the guard: it sees its home and its shares, and dials within its scope.'];
}
