/**
 * Commands that run a node, behind the guard or not: decided before the node's code is loaded, which the guard has no use for.
 *
 * 1. --guarded: behind the guard, or not at all.
 * 2. --guarded off: not.
 * 3. Nothing said: `start` stands behind the guard where this machine can have all its walls. Where it cannot, that is
 *    said, and it runs without. The machine is asked before, by trying: a launch that fails is never tried without walls.
 */
import type { Scope } from '../world/scope.ts';
import { CommandFailed, type Context } from './context.ts';
import { guardedVariable } from './guarded.ts';
import { printable } from './print.ts';

interface Command {
	run(context: Context, words: readonly string[]): Promise<number>;
}

export function guardable(
	load: () => Promise<Command>,
	unsaid: 'where it can be' | 'where it is told to',
): Command {
	return {
		run: async (context, words) =>
			(await wantsGuard(context, unsaid))
				? (await import('./guarded-node.ts')).runGuarded(
						context,
						(context.options['scope'] as Scope | undefined) ?? 'practice',
					)
				: (await load()).run(context, words),
	};
}

async function wantsGuard({ options }: Context, unsaid: string): Promise<boolean> {
	const said = options['guarded'] as boolean | undefined;
	const here = process.platform === 'linux' && process.arch === 'x64';
	if (said === true && !here) throw new CommandFailed('The guard is for Linux on x86-64.');
	// Within the walls nobody builds others.
	if (said !== undefined || unsaid !== 'where it can be' || process.env[guardedVariable] !== undefined)
		return said === true;
	const missing = here ? await missingWalls() : ['it is for Linux on x86-64'];
	if (missing.length === 0) return true;
	for (const why of missing) process.stderr.write(`It does not stand behind the guard: ${printable(why)}.\n`);
	return false;
}

/** What "guard doctor" says of them. */
async function missingWalls(): Promise<string[]> {
	const { examine } = await import('../guard/doctor.ts');
	return examine()
		.filter(({ works, what }) => !works && what !== 'kernel')
		.map(({ what, detail, open }) => `there is no ${what} (${detail}); open without it: ${open}`);
}
