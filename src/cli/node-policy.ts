/**
 * What a guarded node may do: the profile sallyport-node, and before it what only this node's options say.
 *
 * Rules:
 * 1. It writes its home, and nothing else. It reads its shares, its configuration file and the installed program.
 * 2. It dials what its scope has (world/scope.ts), so that a decoder that was taken over cannot do more than the node
 *    was meant to; the machine's name servers only where it looks names up, which in practice it does not.
 * 3. It listens where its options say.
 * 4. Scanners of the user: the socket of clamd, and the program yara.
 */

import { existsSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import type { FileRule, FileVerb, NetworkRule, PolicyPart, SocketRule } from '../guard/policy.ts';
import { ownPorts } from '../node/own-ports.ts';
import type { PortRange } from '../policy/ports.ts';
import { clamdPlace } from '../transfer/inspection/clamd.ts';
import type { Scope } from '../world/scope.ts';
import type { Address } from '../world/world.ts';
import { readAddress } from './values.ts';

export interface NodePlaces {
	readonly scope: Scope;
	readonly home: string;
	/** The socket at which it asks to see more. */
	readonly door: string;
	readonly shares: readonly string[];
	/** Undefined: a port that is free. */
	readonly listen: Address | undefined;
	/** Undefined: it takes no part in eDonkey. */
	readonly edonkey: { readonly listen: Address | undefined } | undefined;
	/** Other networks that listen at a port of their own. */
	readonly others: readonly { readonly name: string; readonly listen: Address | undefined }[];
	readonly api: Address | undefined;
	/** Files and folders that it reads: the program, the configuration. */
	readonly reads: readonly string[];
	/** Folders with code that is loaded. */
	readonly loads: readonly string[];
}

const everyPort: readonly PortRange[] = [];

export function nodePolicy(places: NodePlaces): PolicyPart {
	const place = clamdPlace()?.socket;
	const clamd = place?.includes('/') ? resolve(place) : place;
	const yara = programIn(process.env['PATH'] ?? '', 'yara');
	return {
		name: 'node',
		about: '',
		uses: ['sallyport-node'],
		files: [
			file('create', `${places.home}/`, 'its home'),
			...places.shares.map((path) => file('read', path, 'what it shares')),
			...places.reads.map((path) => file('read', path, 'the installed program and its settings')),
			...places.loads.map((path) => file('exec', path, 'the installed program')),
		],
		network: [...scanner(clamd), ...listening(places), ...dialling(places.scope)],
		sockets: [
			socket(places.door, 'options', 'it asks the guard to see more'),
			...(clamd?.startsWith('/') === true ? [socket(clamd, 'scanners', 'clamd looks at fetched files')] : []),
		],
		programs: yara === undefined ? [] : [{ path: yara, action: 'allow', where: 'scanners' }],
		leaks: [],
		limits: {},
		overflow: undefined,
		opens: undefined,
		madeCode: undefined,
		dropper: undefined,
	};
}

function socket(path: string, where: string, because: string): SocketRule {
	return { path, action: 'allow', where, because };
}

function file(verb: FileVerb, path: string, because: string): FileRule {
	return { verb, path, action: 'allow', where: 'options', because };
}

function network(
	action: 'allow' | 'deny',
	direction: 'in' | 'out',
	hosts: readonly string[],
	ports: readonly PortRange[],
	because: string,
): NetworkRule {
	return { direction, hosts, ports, protocols: [], from: [], action, where: 'scope', because };
}

function scanner(clamd: string | undefined): NetworkRule[] {
	if (clamd === undefined || clamd.startsWith('/')) return [];
	try {
		const { host, port } = readAddress(clamd);
		return [network('allow', 'out', [host], [[port, port]], 'clamd')];
	} catch {
		// The node says itself that this is no place.
		return [];
	}
}

/** A dial begins at the address where it listens, from any port: port 0. */
function listening({ scope, listen, edonkey, others, api }: NodePlaces): NetworkRule[] {
	const usual = scope === 'practice' ? '127.0.0.1' : '0.0.0.0';
	return [
		network('allow', 'in', hostsOf(listen?.host ?? usual), portsOf(listen), 'peers reach it here'),
		...(edonkey === undefined ? [] : [edonkeyRule(edonkey.listen, listen?.host ?? usual)]),
		...others.map((one) => otherRule(one, listen?.host ?? usual)),
		network('allow', 'in', hostsOf(api?.host ?? '127.0.0.1'), portsOf(api), 'its console and API'),
		...(scope === 'practice' ? [network('allow', 'in', ['loopback'], everyPort, 'practice')] : []),
		network('deny', 'in', ['any'], everyPort, 'it listens where its options say'),
	];
}

function edonkeyRule(listen: Address | undefined, usual: string): NetworkRule {
	const hosts = hostsOf(listen?.host ?? usual);
	return network(
		'allow',
		'in',
		hosts,
		portsOf(listen, ownPorts.edonkey.datagramsAbove),
		'clients of eDonkey reach it here',
	);
}

function otherRule({ name, listen }: NodePlaces['others'][number], usual: string): NetworkRule {
	const hosts = hostsOf(listen?.host ?? usual);
	return network('allow', 'in', hosts, portsOf(listen), `users of ${name} reach it here`);
}

function hostsOf(host: string): string[] {
	if (host === '0.0.0.0' || host === '::') return ['any'];
	return host === 'localhost' ? ['loopback'] : [host];
}

function portsOf(address: Address | undefined, above = 0): readonly PortRange[] {
	if (address === undefined || address.port === 0) return everyPort;
	return [
		[0, 0],
		[address.port, address.port],
		[address.port + above, address.port + above],
	];
}

const metadata = ['169.254.169.254'];
const lan = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16', 'fc00::/7', 'fe80::/10'];

/** Neither private nor public (RFC 6890), as world/scope.ts has it; of IPv6 all that is not 2000::/3. */
const reserved = [
	...['0.0.0.0/8', '100.64.0.0/10', '192.0.0.0/24', '192.0.2.0/24', '192.31.196.0/24', '192.52.193.0/24'],
	...['192.88.99.0/24', '192.175.48.0/24', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24'],
	...['224.0.0.0/3', '::/3', '4000::/2', '8000::/1', '2001::/23', '2001:db8::/32', '2002::/16'],
	...['2620:4f:8000::/48', '3fff::/20'],
];
const publicPorts: readonly PortRange[] = [
	[80, 80],
	[443, 443],
	[1024, 65_535],
];

function dialling(scope: Scope): NetworkRule[] {
	const names = network('allow', 'out', ['resolver'], [[53, 53]], 'names of seeds');
	const rest = network('deny', 'out', ['any'], everyPort, `it is outside the scope ${scope}`);
	switch (scope) {
		case 'practice':
			return [network('allow', 'out', ['loopback'], everyPort, 'practice'), rest];
		case 'lan':
			return [
				names,
				network('deny', 'out', metadata, everyPort, 'it answers with the secrets of a machine'),
				network('allow', 'out', lan, everyPort, 'peers of the local network'),
				rest,
			];
		case 'internet':
			return [
				names,
				network('deny', 'out', reserved, everyPort, 'it belongs to no scope'),
				network('allow', 'out', ['internet'], publicPorts, 'peers'),
				rest,
			];
	}
}

function programIn(path: string, name: string): string | undefined {
	return path
		.split(delimiter)
		.map((folder) => join(folder, name))
		.find((one) => one.startsWith('/') && existsSync(one));
}
