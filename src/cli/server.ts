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
import { type ConsoleAlone, interrupted, openConsoleAlone } from './console-alone.ts';
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
	let opened: ConsoleAlone | undefined;
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
		if (context.options['open']) opened = await openConsoleAlone('server', { operating: server.desk() });
		ready(context, announce ?? address, { metrics: metrics?.address() as AddressInfo | undefined, opened });
		await interrupted(context.interrupted);
		return 0;
	} catch (error) {
		if (error instanceof HomeRefused) throw new CommandFailed(error.message);
		throw new CommandFailed(`${(error as Error).message}. Choose another with --listen or --metrics.`);
	} finally {
		await opened?.api.close();
		metrics?.close();
		metrics?.closeAllConnections();
		await server?.stop();
	}
}

interface Beside {
	readonly metrics: AddressInfo | undefined;
	readonly opened: ConsoleAlone | undefined;
}

function ready(context: Context, at: Address, { metrics, opened }: Beside): void {
	const listen = formatAddress(at);
	const link = `ed2k://|server|${at.host}|${at.port}|/`;
	const figures = metrics && `http://${formatAddress({ host: metrics.address, port: metrics.port })}/metrics`;
	const console = opened && { console: opened.entrance, api: opened.api.url };
	if (context.json)
		return printJson({ event: 'ready', listen, link, ...(figures && { metrics: figures }), ...console });
	print(
		`An eDonkey server listens at ${listen} (datagrams: port ${at.port + 4}). Clients add it with: ${link}`,
	);
	if (figures) print(`Figures for Prometheus: ${figures}`);
	if (console) print(`Console: ${console.console}`);
}
