import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { formatAddress } from '../networks/common/address.ts';
import { RunningEdonkeyServer } from '../node/edonkey-server.ts';
import { wishedPort } from '../node/free-port.ts';
import { HomeRefused, homePath } from '../node/home.ts';
import { serveMetrics } from '../node/server-metrics.ts';
import { usableBeside } from '../world/scope.ts';
import type { Address } from '../world/world.ts';
import { CommandFailed, type Context } from './context.ts';
import { print, printJson } from './print.ts';
import { makeLog } from './run-node.ts';
import { ownVersion } from './version.ts';

/** `sallyport server`: runs until Ctrl-C. */
export async function run(context: Context): Promise<number> {
	const given = context.options['listen'] as Address | undefined;
	const listen = given ?? { host: '127.0.0.1', port: await wishedPort('127.0.0.1', 4661) };
	const announce = context.options['announce'] as Address | undefined;
	const log = makeLog();
	let server: RunningEdonkeyServer | undefined;
	let metrics: Server | undefined;
	try {
		server = new RunningEdonkeyServer({
			listen,
			...(announce && { announce }),
			usable: usableBeside(listen.host),
			home: join(homePath(context.home), 'edonkey-server'),
			version: ownVersion(),
			notice: (record) => log.info(record),
		});
		const address = await server.start();
		const at = context.options['metrics'] as Address | undefined;
		if (at !== undefined) metrics = await serveMetrics(at, () => server!.figures());
		ready(context, announce ?? address, metrics?.address() as AddressInfo | undefined);
		await new Promise<void>((resolve) => {
			if (context.interrupted.aborted) resolve();
			context.interrupted.addEventListener('abort', () => resolve());
		});
		return 0;
	} catch (error) {
		if (error instanceof HomeRefused) throw new CommandFailed(error.message);
		throw new CommandFailed(`${(error as Error).message}. Choose another with --listen or --metrics.`);
	} finally {
		metrics?.close();
		metrics?.closeAllConnections();
		await server?.stop();
	}
}

function ready(context: Context, at: Address, metrics: AddressInfo | undefined): void {
	const listen = formatAddress(at);
	const link = `ed2k://|server|${at.host}|${at.port}|/`;
	const page = metrics && `http://${formatAddress({ host: metrics.address, port: metrics.port })}/metrics`;
	if (context.json) return printJson({ event: 'ready', listen, link, ...(page && { metrics: page }) });
	print(
		`An eDonkey server listens at ${listen} (datagrams: port ${at.port + 4}). Clients add it with: ${link}`,
	);
	if (page) print(`Figures for Prometheus: ${page}`);
}
