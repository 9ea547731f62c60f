import { formatAddress } from '../networks/common/address.ts';
import { wishedPort } from '../node/free-port.ts';
import { RunningSeed } from '../node/seed.ts';
import { usableBeside } from '../world/scope.ts';
import type { Address } from '../world/world.ts';
import { interrupted } from './console-alone.ts';
import { CommandFailed, type Context } from './context.ts';
import { serversOf } from './edonkey-seeds.ts';
import { print, printJson } from './print.ts';
import { makeLog } from './run-node.ts';
import { ownVersion } from './version.ts';

/** `sallyport seed`: runs until Ctrl-C. */
export async function run(context: Context): Promise<number> {
	const given = context.options['listen'] as Address | undefined;
	const listen = given ?? { host: '127.0.0.1', port: await wishedPort('127.0.0.1', 6346) };
	const servers = serversOf((context.options['server'] as string[] | undefined) ?? [], 'server');
	const log = makeLog();
	const seed = new RunningSeed({
		...{ agent: `Sallyport/${ownVersion()}`, listen, servers },
		usable: usableBeside(listen.host),
		notice: (record) => log.info(record),
	});
	let at: string;
	try {
		at = formatAddress(await seed.start());
	} catch (error) {
		throw new CommandFailed(`${(error as Error).message}. Choose another with --listen.`);
	}
	ready(context, at, servers.length);
	await interrupted(context.interrupted);
	await seed.stop();
	return 0;
}

function ready(context: Context, at: string, servers: number): void {
	const serverList = servers > 0 ? { serverList: `http://${at}/server.met` } : {};
	const caches = { webCache: `http://${at}/`, hostCache: `uhc:${at}` };
	if (context.json) return printJson({ event: 'ready', listen: at, ...caches, ...serverList });
	print(`A seed listens at ${at}. Nodes join with: sallyport node --seed http://${at}/ --seed uhc:${at}`);
	if (servers > 0)
		print(
			`Of the eDonkey servers named (${servers}), those that answer are listed at http://${at}/server.met`,
		);
}
