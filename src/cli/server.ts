import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { formatAddress, ipv4Bytes } from '../networks/common/address.ts';
import type { ServerFigures as EdonkeyFigures } from '../networks/edonkey/server/operator.ts';
import type { SupernodeFigures } from '../networks/fasttrack/operator.ts';
import type { ServerFigures as OpenNapFigures } from '../networks/opennap/server/operator.ts';
import type { Operating } from '../node/api/operating.ts';
import { type EdonkeyServerOptions, RunningEdonkeyServer } from '../node/edonkey-server.ts';
import { RunningSupernode, type SupernodeOptions } from '../node/fasttrack-supernode.ts';
import { wishedPort } from '../node/free-port.ts';
import { HomeRefused, homePath } from '../node/home.ts';
import { RunningOpenNapServer } from '../node/opennap-server.ts';
import { ownPorts } from '../node/own-ports.ts';
import { serveMetrics } from '../node/server-metrics.ts';
import { usableBeside } from '../world/scope.ts';
import type { Address } from '../world/world.ts';
import { type ConsoleAlone, interrupted, openConsoleAlone } from './console-alone.ts';
import { CommandFailed, type Context, UsageError } from './context.ts';
import { print, printJson } from './print.ts';
import { makeLog } from './run-node.ts';
import type { readPeer } from './values.ts';
import { ownVersion } from './version.ts';

/** What a server of any network does for this command. */
interface Running {
	start(): Promise<Address>;
	figures(): EdonkeyFigures | OpenNapFigures | SupernodeFigures;
	desk(): Operating;
	stop(): Promise<void>;
}

interface Kind {
	readonly port: number;
	make(options: EdonkeyServerOptions & Pick<SupernodeOptions, 'neighbours'>): Running;
	/** What a person is told who wants clients to come. */
	sentence(at: Address): string;
	link?(at: Address): string;
}

const edonkeyLink = ({ host, port }: Address): string => `ed2k://|server|${host}|${port}|/`;

const kinds: Readonly<Record<string, Kind>> = {
	edonkey: {
		port: 4661,
		make: (options) => new RunningEdonkeyServer(options),
		link: edonkeyLink,
		sentence: (at) =>
			`An eDonkey server listens at ${formatAddress(at)} (datagrams: port ${at.port + 4}). Clients add it with: ${edonkeyLink(at)}`,
	},
	opennap: {
		port: 8888,
		make: (options) => new RunningOpenNapServer(options),
		sentence: (at) => `An OpenNap server listens at ${formatAddress(at)}.`,
	},
	fasttrack: {
		port: ownPorts.fasttrack.port,
		make: ({ version, ...options }) => new RunningSupernode({ ...options, agent: `Sallyport/${version}` }),
		sentence: (at) =>
			`A FastTrack super-node listens at ${formatAddress(at)}. Leaves hang on it with: --peer fasttrack:${formatAddress(at)}`,
	},
};

/** `sallyport server`: runs until Ctrl-C. */
export async function run(context: Context): Promise<number> {
	const name = context.options['network'] as string;
	const kind = kinds[name]!;
	const given = context.options['listen'] as Address | undefined;
	const listen = given ?? { host: '127.0.0.1', port: await wishedPort('127.0.0.1', kind.port) };
	const usable = usableBeside(listen.host);
	const neighbours = neighboursOf(context, usable);
	const announce = context.options['announce'] as Address | undefined;
	const log = makeLog();
	let server: Running | undefined;
	let metrics: Server | undefined;
	let opened: ConsoleAlone | undefined;
	try {
		server = kind.make({
			listen,
			...(announce && { announce }),
			neighbours,
			usable,
			home: join(homePath(context.home), `${name}-server`),
			version: ownVersion(),
			notice: (record) => log.info(record),
		});
		const address = await server.start();
		const at = context.options['metrics'] as Address | undefined;
		if (at !== undefined) metrics = await serveMetrics(at, () => server!.figures());
		if (context.options['open']) opened = await openConsoleAlone('server', { operating: server.desk() });
		const beside = { metrics: metrics?.address() as AddressInfo | undefined, opened };
		ready(context, kind, announce ?? address, beside);
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

/** `--peer fasttrack:HOST:PORT`: other super-nodes, by the addresses that they dial from as well. */
function neighboursOf({ options }: Context, usable: (host: string) => boolean): Address[] {
	const peers = (options['peer'] as ReturnType<typeof readPeer>[] | undefined) ?? [];
	if (peers.length > 0 && options['network'] !== 'fasttrack')
		throw new UsageError('--peer is of FastTrack: its super-nodes are linked');
	for (const { network, host } of peers) {
		if (network !== 'fasttrack') throw new UsageError('--peer names another super-node: fasttrack:HOST:PORT');
		if (ipv4Bytes(host) === undefined) throw new UsageError(`--peer needs an IPv4 address, not ${host}`);
		if (!usable(host)) throw new UsageError(`${host} cannot be reached from where --listen says`);
	}
	return peers.map(({ host, port }) => ({ host, port }));
}

interface Beside {
	readonly metrics: AddressInfo | undefined;
	readonly opened: ConsoleAlone | undefined;
}

function ready(context: Context, kind: Kind, at: Address, { metrics, opened }: Beside): void {
	const listen = formatAddress(at);
	const link = kind.link?.(at);
	const figures = metrics && `http://${formatAddress({ host: metrics.address, port: metrics.port })}/metrics`;
	const console = opened && { console: opened.entrance, api: opened.api.url };
	if (context.json)
		return printJson({
			...{ event: 'ready', listen, ...(link && { link }) },
			...(figures && { metrics: figures }),
			...console,
		});
	print(kind.sentence(at));
	if (figures) print(`Figures for Prometheus: ${figures}`);
	if (console) print(`Console: ${console.console}`);
}
