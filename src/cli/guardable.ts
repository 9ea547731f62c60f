/** Commands that run a node, behind the guard or not: decided before the node's code is loaded, which the guard has no use for. */
import type { Scope } from '../world/scope.ts';
import { CommandFailed, type Context } from './context.ts';

const forLinux = 'the guard is for Linux on x86-64';

interface Command {
	run(context: Context, words: readonly string[]): Promise<number>;
}

export function guardable(load: () => Promise<Command>): Command {
	return {
		run: async (context, words) =>
			(await wantsGuard(context))
				? (await import('./guarded-node.ts')).runGuarded(
						context,
						(context.options['scope'] as Scope | undefined) ?? 'practice',
					)
				: (await load()).run(context, words),
	};
}

/** Where nothing was said: wherever this machine has all of its walls. */
async function wantsGuard({ options }: Context): Promise<boolean> {
	if (options['guarded'] === true && !isGuardsPlatform()) throw new CommandFailed(`${forLinux}.`);
	if (options['guarded'] !== undefined) return options['guarded'] as boolean;
	const missing = isGuardsPlatform() ? (await import('./missing-walls.ts')).missingWalls() : forLinux;
	if (missing === undefined) return true;
	process.stderr.write(`sallyport: this node is not guarded: ${missing}. See: sallyport guard doctor\n`);
	return false;
}

function isGuardsPlatform(): boolean {
	return process.platform === 'linux' && process.arch === 'x64';
}
