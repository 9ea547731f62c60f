/** The networks of a node, each made with a world and a host of its own. */
import { userOf } from '../networks/edonkey/identity.ts';
import { EDonkey } from '../networks/edonkey/index.ts';
import { FastTrack } from '../networks/fasttrack/index.ts';
import { Gnutella } from '../networks/gnutella/index.ts';
import { loginOf } from '../networks/opennap/identity.ts';
import { OpenNap } from '../networks/opennap/index.ts';
import type { ListenAt } from '../world/listen.ts';
import { usableIn } from '../world/scope.ts';
import { SocketWorld } from '../world/sockets.ts';
import type { Address } from '../world/world.ts';
import { edonkeyKeysOf } from './edonkey-keys.ts';
import { hostOf } from './host.ts';
import type { Node } from './node.ts';
import { ownPorts } from './own-ports.ts';
import type { Part } from './participants.ts';

/** Those that the user wants, in his order. */
export function takingPartOf(node: Node): Part[] {
	return (node.options.networks ?? ['gnutella']).map((name) => {
		if (name === 'gnutella') return gnutellaOf(node);
		if (name === 'edonkey') return edonkeyOf(node);
		if (name === 'opennap') return opennapOf(node);
		if (name === 'fasttrack') return fasttrackOf(node);
		throw new Error(`this version does not take part in ${name}`);
	});
}

function gnutellaOf(node: Node): Part {
	const { options } = node;
	const announce = { ...(options.announce ?? options.listen) };
	const world = worldOf(node, options.listen);
	const network = new Gnutella(world, hostOf(node, 'gnutella'), {
		role: options.role,
		guid: node.guid,
		announce,
		agent: `Sallyport/${options.version}`,
		usable: usableIn(options.scope),
		seeds: options.seeds,
		hostCaches: options.hostCaches,
		deflate: true,
		browse: options.browse === true,
	});
	world.attach(network);
	return { network, world, announce, announced: options.announce, listening: options.listen };
}

function edonkeyOf(node: Node): Part {
	const { options } = node;
	const { datagramsAbove } = ownPorts.edonkey;
	const listening = options.edonkeyListen ?? { host: options.listen.host, port: 0 };
	// The port that was said is Gnutella's.
	const announced = options.announce && { host: options.announce.host, port: 0 };
	const announce = { ...(announced ?? listening) };
	const world = worldOf(node, { ...listening, datagramsAbove });
	const network = new EDonkey(world, hostOf(node, 'edonkey'), {
		hash: userOf(node.guid),
		nick: 'Sallyport',
		announce,
		datagramsAbove,
		usable: usableIn(options.scope),
		obfuscation: options.obfuscation ?? 'supported',
		lists: options.serverLists ?? [],
		secure: { keys: edonkeyKeysOf(node.store.identity), book: node.store.credits },
	});
	world.attach(network);
	return { network, world, announce, announced, listening };
}

function opennapOf(node: Node): Part {
	const { options } = node;
	const listening = options.opennapListen ?? { host: options.listen.host, port: 0 };
	const announced = options.announce && { host: options.announce.host, port: 0 };
	const announce = { ...(announced ?? listening) };
	const world = worldOf(node, listening);
	const network = new OpenNap(world, hostOf(node, 'opennap'), {
		...loginOf(node.guid),
		announce,
		agent: `Sallyport ${options.version}`,
		usable: usableIn(options.scope),
	});
	world.attach(network);
	return { network, world, announce, announced, listening };
}

/** Always a leaf: a super-node serves others, which is another program's work (fasttrack-supernode.ts). */
function fasttrackOf(node: Node): Part {
	const { options } = node;
	const listening = options.fasttrackListen ?? { host: options.listen.host, port: 0 };
	// The port that was said is Gnutella's.
	const announced = options.announce && { host: options.announce.host, port: 0 };
	const announce = { ...(announced ?? listening) };
	const world = worldOf(node, listening);
	const network = new FastTrack(world, hostOf(node, 'fasttrack'), {
		...{ role: 'leaf', user: 'Sallyport', network: 'KaZaA', agent: `Sallyport/${options.version}` },
		announce,
		usable: usableIn(options.scope),
		seeds: [],
	});
	world.attach(network);
	return { network, world, announce, announced, listening };
}

function worldOf({ options, evidence }: Node, listen: ListenAt): SocketWorld {
	return new SocketWorld({
		listen,
		usable: usableIn(options.scope),
		notice: (record) => evidence.add(record),
		...sourceOfDials(listen),
	});
}

/** A node that listens at one of the machine's addresses dials from there, so that peers see one host. */
function sourceOfDials({ host }: Address): { localAddress?: string } {
	return host === '0.0.0.0' || host === '::' ? {} : { localAddress: host };
}
