import { formatAddress } from '../networks/common/address.ts';
import { Seed } from '../networks/gnutella/seed.ts';
import { wishedPort } from '../node/free-port.ts';
import { usableBeside } from '../world/scope.ts';
import { SocketWorld } from '../world/sockets.ts';
import type { Address } from '../world/world.ts';
import { CommandFailed, type Context } from './context.ts';
import { print, printJson } from './print.ts';
import { makeLog } from './run-node.ts';
import { ownVersion } from './version.ts';

/** `sallyport seed`: runs until Ctrl-C. */
export async function run(context: Context): Promise<number> {
	const given = context.options['listen'] as Address | undefined;
	const listen = given ?? { host: '127.0.0.1', port: await wishedPort('127.0.0.1', 6346) };
	const log = makeLog();
	const usable = usableBeside(listen.host);
	const notice = (record: object) => log.info(record);
	const announce = { ...listen };
	const world = new SocketWorld({ listen, usable, notice, localAddress: listen.host });
	const seed = new Seed(world, { agent: `Sallyport/${ownVersion()}`, announce, usable, urls: [] });
	world.attach(seed);
	try {
		Object.assign(announce, await world.listen());
	} catch (error) {
		throw new CommandFailed(`${(error as Error).message}. Choose another with --listen.`);
	}
	seed.tick();
	const at = formatAddress(announce);
	if (context.json)
		printJson({ event: 'ready', listen: at, webCache: `http://${at}/`, hostCache: `uhc:${at}` });
	else
		print(`A seed listens at ${at}. Nodes join with: sallyport node --seed http://${at}/ --seed uhc:${at}`);
	await new Promise((resolve) => context.interrupted.addEventListener('abort', resolve));
	await world.close();
	return 0;
}
