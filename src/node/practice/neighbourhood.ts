/** One network of the practice neighbourhood: real nodes of it on loopback addresses of this machine. */
import { formatAddress } from '../../networks/common/address.ts';
import type { Participant } from '../../networks/network.ts';
import type { ListenAt } from '../../world/listen.ts';
import type { Address } from '../../world/world.ts';
import type { Overlay } from '../api/schemas.ts';
import { hasAddress } from '../free-port.ts';
import type { NodeOptions } from '../options.ts';

/** What the user's node joins by. */
export type Joining = Pick<NodeOptions, 'peers' | 'seeds' | 'hostCaches'>;

export interface Neighbourhood {
	readonly joining: Joining;
	/** All nodes of it and their links among each other. */
	overlay(): Overlay;
	stop(): Promise<void>;
}

/** Clients around their server, or leaves around their super-node, and who of them is connected. */
export function star(
	server: Overlay['nodes'][number],
	clients: readonly { readonly address: Address; readonly name: string; readonly network: Participant }[],
): Overlay {
	return {
		nodes: [
			server,
			...clients.map(({ address, name }) => ({
				...{ id: formatAddress(address), label: name },
				role: server.role === 'server' ? ('client' as const) : ('leaf' as const),
			})),
		],
		edges: clients
			.filter(({ network }) => {
				const { servers, ultrapeers } = network.status();
				return servers + ultrapeers > 0;
			})
			.map(({ address }) => ({ from: formatAddress(address), to: server.id })),
	};
}

/**
 * Each node has an address of its own, each in a network of its own, as far as this machine has them; another port where
 * a second neighbourhood of this machine has taken that one.
 */
export async function addressOf(place: number, port: number): Promise<ListenAt> {
	const host = `127.77.${place}.2`;
	if (!(await hasAddress(host))) return { host: '127.0.0.1', port: 0 };
	return { host, port, elsewhere: true };
}
