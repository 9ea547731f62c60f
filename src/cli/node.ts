import { resolve } from 'node:path';
import type { Role } from '../networks/gnutella/servent.ts';
import type { NetworkName } from '../networks/network.ts';
import { datagramsAbove, edonkeyPort } from '../node/edonkey-ports.ts';
import { wishedPort } from '../node/free-port.ts';
import type { NodeOptions } from '../node/options.ts';
import type { Schedule } from '../transfer/schedule.ts';
import type { Scope } from '../world/scope.ts';
import type { Address } from '../world/world.ts';
import type { Context } from './context.ts';
import { serversOf } from './edonkey-seeds.ts';
import { aboutGuard, reachOf } from './guarded.ts';
import { makeLog, runNode } from './run-node.ts';
import { readAddress } from './values.ts';
import { ownVersion } from './version.ts';

/** `sallyport node` */
export async function run(context: Context): Promise<number> {
	const { options } = context;
	const scope = options['scope'] as Scope;
	const version = ownVersion();
	const share = ((options['share'] as string[] | undefined) ?? []).map((folder) => resolve(folder));
	const seeds = (options['seed'] as string[] | undefined) ?? [];
	const everywhere = scope === 'practice' ? '127.0.0.1' : '0.0.0.0';
	const visible = {
		practice: 'nodes on this machine',
		lan: 'your local network',
		internet: 'anyone on the Internet',
	}[scope];
	const sharing = share.length === 0 ? [] : [`It shares ${share.join(', ')} with ${visible}.`];
	const networks = (options['networks'] as NetworkName[] | undefined) ?? ['gnutella'];
	const edonkey = networks.includes('edonkey')
		? {
				edonkeyListen:
					(options['edonkeyListen'] as Address | undefined) ??
					(await wished(everywhere, edonkeyPort, datagramsAbove)),
			}
		: {};
	const reach = reachOf(context, share);
	const servers = serversOf(seeds).map((server) => ({ network: 'edonkey' as const, ...server }));
	return runNode(
		context,
		{
			home: context.home,
			version,
			scope,
			role: options['role'] as 'auto' | Role,
			networks,
			listen: (options['listen'] as Address | undefined) ?? (await wished(everywhere, 6346)),
			...edonkey,
			obfuscation: options['edonkeyObfuscation'] as NodeOptions['obfuscation'],
			announce: options['announce'] as Address | undefined,
			api: (options['api'] as Address | undefined) ?? (await wished('127.0.0.1', 4680)),
			password: context.password,
			share,
			peers: [...((options['peer'] as NodeOptions['peers'] | undefined) ?? []), ...servers],
			seeds: seeds.filter((seed) => seed.startsWith('http:')),
			hostCaches: seeds.filter((seed) => seed.startsWith('uhc:')).map((seed) => readAddress(seed.slice(4))),
			limitUp: options['limitUp'] as Schedule | undefined,
			limitDown: options['limitDown'] as Schedule | undefined,
			limitPeer: options['limitPeer'] as Schedule | undefined,
			browse: options['browse'] as boolean,
			sharePartial: options['sharePartial'] as boolean,
			auditDays: options['auditDays'] as number,
			reach,
			log: makeLog(),
		},
		{
			about: [
				`Sallyport ${version} runs in the scope ${scope.toUpperCase()}.`,
				...sharing,
				...aboutGuard(reach),
			],
			stop: async () => {},
		},
	);
}

async function wished(host: string, port: number, above = 0): Promise<Address> {
	return { host, port: await wishedPort(host, port, above) };
}
