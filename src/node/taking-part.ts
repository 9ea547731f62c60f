/** The networks of a node, each made with a world and a host of its own. */
import { Gnutella } from '../networks/gnutella/index.ts';
import { usableIn } from '../world/scope.ts';
import { SocketWorld } from '../world/sockets.ts';
import type { Address } from '../world/world.ts';
import { hostOf } from './host.ts';
import type { Node } from './node.ts';
import type { Part } from './participants.ts';

export function gnutellaOf(node: Node): Part {
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

function worldOf({ options, evidence }: Node, listen: Address): SocketWorld {
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
