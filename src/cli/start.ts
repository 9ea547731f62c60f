import { resolve } from 'node:path';
import { wishedPort } from '../node/free-port.ts';
import { ownPorts } from '../node/own-ports.ts';
import { Practice } from '../node/practice.ts';
import type { Address } from '../world/world.ts';
import type { Context } from './context.ts';
import { aboutGuard, reachOf } from './guarded.ts';
import { ownVersion } from './version.ts';

const host = '127.0.0.1';

async function ownAddress(network: keyof typeof ownPorts): Promise<Address> {
	const { port, datagramsAbove } = ownPorts[network];
	return { host, port: await wishedPort(host, port, datagramsAbove) };
}

/** `sallyport start`: a node with its console, among practice neighbours. */
export async function run(context: Context): Promise<number> {
	const version = ownVersion();
	const share = ((context.options['share'] as string[] | undefined) ?? []).map((folder) => resolve(folder));
	const reach = reachOf(context, share);
	// The neighbours make their files while the node's code is loaded.
	const loading = import('./run-node.ts').then((code) => ({ ...code, log: code.makeLog() }));
	const practice = await Practice.start(version, (error) =>
		loading.then(({ log }) => log.error(error, 'the practice neighbourhood has failed')),
	);
	const { log, runNode } = await loading;
	return runNode(
		context,
		{
			home: context.home,
			version,
			scope: 'practice',
			role: 'leaf',
			networks: ['gnutella', 'edonkey', 'opennap', 'fasttrack'],
			listen: { host, port: await wishedPort(host, 6346) },
			edonkeyListen: await ownAddress('edonkey'),
			opennapListen: await ownAddress('opennap'),
			fasttrackListen: await ownAddress('fasttrack'),
			// As its neighbours: whoever watches the practice can read what is said.
			obfuscation: 'off',
			announce: undefined,
			api: { host, port: context.options['port'] as number },
			password: context.password,
			share,
			reach,
			...practice.joining,
			log,
			surroundings: () => practice.overlay(),
		},
		{
			about: [
				`Sallyport ${version} runs in PRACTICE: seventeen neighbours on this machine, and nothing leaves it.`,
				...aboutGuard(reach),
				'Ctrl-C stops it.',
			],
			stop: () => practice.stop(),
		},
	);
}
