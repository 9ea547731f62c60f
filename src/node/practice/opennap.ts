/** OpenNap's part of the neighbourhood: a server and three clients of it. */
import { randomBytes } from 'node:crypto';
import { formatAddress } from '../../networks/common/address.ts';
import { loginOf } from '../../networks/opennap/identity.ts';
import { OpenNap } from '../../networks/opennap/index.ts';
import { OpenNapServer } from '../../networks/opennap/server.ts';
import { usableIn } from '../../world/scope.ts';
import { SocketWorld } from '../../world/sockets.ts';
import type { Address } from '../../world/world.ts';
import { ownPorts } from '../own-ports.ts';
import type { Catalogue } from './catalogue.ts';
import { Neighbour } from './neighbour.ts';
import { addressOf, type Neighbourhood, star } from './neighbourhood.ts';

const names = ['Durham', 'Hexham', 'Whitby'];
/** Of the addresses: those below are other networks'. */
const firstPlace = 30;
const serverPort = 8888;
const usable = usableIn('practice');
/** Nobody registers a nick here. */
const nobody = { size: 0, has: () => false, compare: () => {}, keep: () => {} };

export async function opennapNeighbourhood(catalogue: Catalogue, agent: string): Promise<Neighbourhood> {
	const { server, close } = await startServer(agent);
	const stocks = catalogue.stocks('opennap', names.length);
	const clients = await Promise.all(
		names.map(async (name, place) => {
			const listen = await addressOf(firstPlace + 1 + place, ownPorts.opennap.port);
			const { password } = loginOf(new Uint8Array(randomBytes(16)));
			return new Neighbour({
				...{ name, listen, stock: stocks[place]! },
				make: (world, host, announce) =>
					new OpenNap(world, host, { nick: name, password, announce, agent, usable }),
			});
		}),
	);
	for (const { network } of clients) network.connect(server);
	await Promise.all(clients.map((client) => client.start()));
	return {
		joining: { peers: [{ network: 'opennap', ...server }], seeds: [], hostCaches: [] },
		overlay: () => star({ id: formatAddress(server), label: 'OpenNap server', role: 'server' }, clients),
		async stop() {
			await Promise.all([...clients.map((client) => client.stop()), close()]);
		},
	};
}

async function startServer(agent: string): Promise<{ server: Address; close: () => Promise<void> }> {
	const listen = await addressOf(firstPlace, serverPort);
	const world = new SocketWorld({ listen, usable, localAddress: listen.host, notice: () => {} });
	const server = new OpenNapServer(world, { motd: agent, accounts: nobody, bans: [] });
	world.attach(server);
	const address = await world.listen();
	server.tick();
	return { server: address, close: () => world.close() };
}
