import { resolve } from 'node:path';
import { wishedPort } from '../node/free-port.ts';
import { Practice } from '../node/practice.ts';
import type { Context } from './context.ts';
import { aboutGuard, reachOf } from './guarded.ts';
import { makeLog, runNode } from './run-node.ts';
import { ownVersion } from './version.ts';

/** `sallyport start`: a node with its console, among practice neighbours. */
export async function run(context: Context): Promise<number> {
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
