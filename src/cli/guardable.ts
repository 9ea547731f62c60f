/** Commands that run a node, behind the guard or not: decided before the node's code is loaded, which the guard has no use for. */
import type { Scope } from '../world/scope.ts';
import { CommandFailed, type Context } from './context.ts';

interface Command {
	run(context: Context, words: readonly string[]): Promise<number>;
}

export function guardable(load: () => Promise<Command>): Command {
	return {
		run: async (context, words) =>
			wantsGuard(context)
				? (await import('./guarded-node.ts')).runGuarded(
						context,
						(context.options['scope'] as Scope | undefined) ?? 'practice',
					)
				: (await load()).run(context, words),
	};
}

function wantsGuard({ options }: Context): boolean {
	if (options['guarded'] !== true) return false;
	if (process.platform !== 'linux' || process.arch !== 'x64')
		throw new CommandFailed('The guard is for Linux on x86-64.');
	return true;
}
