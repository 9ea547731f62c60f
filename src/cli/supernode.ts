/** `sallyport server --network fasttrack`: what has servers elsewhere has super-nodes there. */
import { formatAddress } from '../networks/common/address.ts';
import { RunningSupernode } from '../node/fasttrack-supernode.ts';
import { wishedPort } from '../node/free-port.ts';
import { ownPorts } from '../node/own-ports.ts';
import { usableBeside } from '../world/scope.ts';
import type { Address } from '../world/world.ts';
import { interrupted } from './console-alone.ts';
import { CommandFailed, type Context, UsageError } from './context.ts';
import { print, printJson } from './print.ts';
import { makeLog } from './run-node.ts';
import { ownVersion } from './version.ts';

/** Runs until Ctrl-C. */
export async function runSupernode(context: Context): Promise<number> {
	const { options } = context;
	for (const name of ['metrics', 'open'])
		if (options[name])
			throw new UsageError(`--${name} is of eDonkey and OpenNap: a super-node has no such page`);
	const given = options['listen'] as Address | undefined;
	const listen = given ?? { host: '127.0.0.1', port: await wishedPort('127.0.0.1', ownPorts.fasttrack.port) };
	const announce = options['announce'] as Address | undefined;
	const log = makeLog();
	const supernode = new RunningSupernode({
		listen,
		...(announce && { announce }),
		usable: usableBeside(listen.host),
		version: ownVersion(),
		notice: (record) => log.info(record),
	});
	try {
		const address = await supernode.start();
		const at = formatAddress(announce ?? address);
		if (context.json) printJson({ event: 'ready', listen: at });
		else print(`A FastTrack super-node listens at ${at}. Leaves hang on it with: --peer fasttrack:${at}`);
		await interrupted(context.interrupted);
		return 0;
	} catch (error) {
		throw new CommandFailed(`${(error as Error).message}. Choose another with --listen.`);
	} finally {
		await supernode.stop();
	}
}
