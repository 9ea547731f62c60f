import { resolve } from 'node:path';
import { wishedPort } from '../node/free-port.ts';
import { Practice } from '../node/practice.ts';
import type { Context } from './context.ts';
import { aboutGuard, reachOf } from './guarded.ts';
import { makeLog, runNode } from './run-node.ts';
import { ownVersion } from './version.ts';

/** `sallyport start`: a node with its console, among practice neighbours. */
export async function run(context: Context): Promise<number> {
	if (await wantsGuard(context)) return (await import('./guarded-node.ts')).runGuarded(context, 'practice');
	const version = ownVersion();
	const share = ((context.options['share'] as string[] | undefined) ?? []).map((folder) => resolve(folder));
	const reach = reachOf(context, share);
	const log = makeLog();
	const practice = await Practice.start(version, (error) =>
		log.error(error, 'the practice neighbourhood has failed'),
	);
	return runNode(
		context,
		{
			home: context.home,
			version,
			scope: 'practice',
			role: 'leaf',
			listen: { host: '127.0.0.1', port: await wishedPort('127.0.0.1', 6346) },
			announce: undefined,
			api: { host: '127.0.0.1', port: context.options['port'] as number },
			password: context.password,
			share,
			reach,
			peers: practice.ultrapeers.map((peer) => ({ network: 'gnutella', ...peer })),
			seeds: practice.seeds,
			hostCaches: practice.hostCaches,
			log,
			surroundings: () => practice.overlay(),
		},
		{
			about: [
				`Sallyport ${version} runs in PRACTICE: eight neighbours on this machine, and nothing leaves it.`,
				...aboutGuard(reach),
				'Ctrl-C stops it.',
			],
			stop: () => practice.stop(),
		},
	);
}

/** Where nothing was said: wherever this machine has all of its walls. */
async function wantsGuard({ options }: Context): Promise<boolean> {
	if (options['guarded'] !== undefined) return options['guarded'] as boolean;
	const { missingWalls } = await import('./guarded-node.ts');
	const missing = missingWalls();
	if (missing === undefined) return true;
	process.stderr.write(`sallyport: this node is not guarded: ${missing}. See: sallyport guard doctor\n`);
	return false;
}
