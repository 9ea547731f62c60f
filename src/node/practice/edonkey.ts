/** eDonkey's part of the neighbourhood: a server and three clients of it. */
import { randomBytes } from 'node:crypto';
import { formatAddress } from '../../networks/common/address.ts';
import { userOf } from '../../networks/edonkey/identity.ts';
import { EDonkey } from '../../networks/edonkey/index.ts';
import { protocol } from '../../networks/edonkey/limits.ts';
import { newMemory } from '../../networks/edonkey/server/memory.ts';
import { EdonkeyServer } from '../../networks/edonkey/server.ts';
import { usableIn } from '../../world/scope.ts';
import { SocketWorld } from '../../world/sockets.ts';
import type { Address } from '../../world/world.ts';
import { ownPorts } from '../own-ports.ts';
import type { Catalogue } from './catalogue.ts';
import { Neighbour } from './neighbour.ts';
import { addressOf, type Neighbourhood, star } from './neighbourhood.ts';

const names = ['Carlisle', 'Alnwick', 'Bamburgh'];
/** Of the addresses: those below are Gnutella's. */
const firstPlace = 20;
const serverPort = 4661;
const usable = usableIn('practice');
const { port, datagramsAbove } = ownPorts.edonkey;

export async function edonkeyNeighbourhood(catalogue: Catalogue, agent: string): Promise<Neighbourhood> {
	const { server, close } = await startServer(agent);
	const stocks = catalogue.stocks('edonkey', names.length);
	const clients = await Promise.all(
		names.map(async (name, place) => {
			const listen = await addressOf(firstPlace + 1 + place, port);
			const hash = userOf(new Uint8Array(randomBytes(16)));
			return new Neighbour({
				...{ name, listen, datagramsAbove, stock: stocks[place]! },
				make: (world, host, announce) =>
					new EDonkey(world, host, {
						hash,
						nick: name,
						announce,
						datagramsAbove,
						usable,
						obfuscation: 'off',
					}),
			});
		}),
	);
	for (const { network } of clients) network.connect(server);
	await Promise.all(clients.map((client) => client.start()));
	return {
		joining: { peers: [{ network: 'edonkey', ...server }], seeds: [], hostCaches: [] },
		overlay: () => star({ id: formatAddress(server), label: 'eDonkey server', role: 'server' }, clients),
		async stop() {
			await Promise.all([...clients.map((client) => client.stop()), close()]);
		},
	};
}

async function startServer(agent: string): Promise<{ server: Address; close: () => Promise<void> }> {
	const listen = await addressOf(firstPlace, serverPort);
	const announce = { host: listen.host, port: listen.port };
	const world = new SocketWorld({
		listen: { ...listen, datagramsAbove: protocol.datagramPort },
		...{ usable, localAddress: listen.host, notice: () => {} },
	});
	const server = new EdonkeyServer(world, {
		name: 'Practice',
		description: agent,
		announce,
		version: agent,
		usable,
		servers: [],
		memory: newMemory((bytes) => world.random(bytes)),
	});
	world.attach(server);
	Object.assign(announce, await world.listen());
	server.tick();
	return { server: announce, close: () => world.close() };
}
