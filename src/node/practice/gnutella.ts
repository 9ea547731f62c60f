/** Gnutella's part of the neighbourhood: two ultrapeers, six leaves of which one is a liar, and a seed. */
import { randomBytes } from 'node:crypto';
import { formatAddress } from '../../networks/common/address.ts';
import { Gnutella } from '../../networks/gnutella/index.ts';
import { Seed } from '../../networks/gnutella/seed.ts';
import type { Role } from '../../networks/gnutella/servent.ts';
import { usableIn } from '../../world/scope.ts';
import { SocketWorld } from '../../world/sockets.ts';
import type { Address } from '../../world/world.ts';
import { type Catalogue, liar } from './catalogue.ts';
import { Neighbour } from './neighbour.ts';
import { addressOf, type Neighbourhood } from './neighbourhood.ts';

const names = ['Dover', 'Conwy', 'Harlech', 'Bodiam', 'Corfe', 'Raglan', 'Ludlow', 'Pembroke'];
const ultrapeerCount = 2;
const port = 6346;
const usable = usableIn('practice');

export async function gnutellaNeighbourhood(catalogue: Catalogue, agent: string): Promise<Neighbourhood> {
	const { seed, close } = await startSeed(agent);
	const joined = { agent, seeds: [`http://${formatAddress(seed)}/`], hostCaches: [seed] };
	const stocks = [...catalogue.stocks('gnutella', names.length - 1), liar()];
	const neighbours = await Promise.all(
		names.map(async (name, place) => {
			const role: Role = place < ultrapeerCount ? 'ultrapeer' : 'leaf';
			const listen = await addressOf(place + 1, port);
			return new Neighbour({
				...{ name, listen, stock: stocks[place]! },
				make: (world, host, announce) =>
					new Gnutella(world, host, { ...joined, role, guid: newGuid(), announce, usable, deflate: true }),
			});
		}),
	);
	await Promise.all(neighbours.map((neighbour) => neighbour.start()));
	// Known to each other from the first moment, so that nobody waits for the seed to have verified anyone.
	const ultrapeers = neighbours.slice(0, ultrapeerCount);
	neighbours.forEach(({ network }, place) => {
		for (const ultrapeer of ultrapeers.slice(0, place)) network.connect(ultrapeer.address);
	});
	return {
		joining: {
			peers: ultrapeers.map(({ address }) => ({ network: 'gnutella', ...address })),
			...{ seeds: joined.seeds, hostCaches: joined.hostCaches },
		},
		overlay: () => ({
			nodes: [
				...neighbours.map(({ address, name }, place) => ({
					...{ id: formatAddress(address), label: name },
					role: place < ultrapeerCount ? ('ultrapeer' as const) : ('leaf' as const),
				})),
				{ id: formatAddress(seed), label: 'seed', role: 'seed' as const },
			],
			edges: neighbours.flatMap((one) =>
				dialled(one.network).map((to) => ({ from: formatAddress(one.address), to })),
			),
		}),
		async stop() {
			await Promise.all([...neighbours.map((neighbour) => neighbour.stop()), close()]);
		},
	};
}

/** All nodes of it, and the user's, know the seed and nothing else at first. */
async function startSeed(agent: string): Promise<{ seed: Address; close: () => Promise<void> }> {
	const listen = await addressOf(names.length + 1, port);
	const announce = { host: listen.host, port: listen.port };
	const world = new SocketWorld({ listen, usable, localAddress: listen.host, notice: () => {} });
	const seed = new Seed(world, { agent, announce, usable, urls: [] });
	world.attach(seed);
	Object.assign(announce, await world.listen());
	seed.tick();
	return { seed: announce, close: () => world.close() };
}

/** Addresses that a node has dialled and is linked with. */
function dialled(network: Gnutella): string[] {
	return network
		.peers()
		.filter((peer) => peer.dialled)
		.map(({ remote }) => formatAddress(remote));
}

function newGuid(): Uint8Array {
	const guid = new Uint8Array(randomBytes(16));
	guid[8] = 0xff;
	guid[15] = 0;
	return guid;
}
