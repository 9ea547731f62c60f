/**
 * The thread of the practice neighbourhood. All nodes of it live here, apart from the user's own node:
 * what they do never delays the console, and what breaks here does not take the node along.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { formatAddress } from '../../networks/common/address.ts';
import { Seed } from '../../networks/gnutella/seed.ts';
import { usableIn } from '../../world/scope.ts';
import { SocketWorld } from '../../world/sockets.ts';
import type { Address } from '../../world/world.ts';
import type { Overlay } from '../api/schemas.ts';
import { hasAddress, wishedPort } from '../free-port.ts';
import { makeStocks } from './catalogue.ts';
import { Neighbour } from './neighbour.ts';

/** What the thread tells. */
export type Told =
	| {
			readonly kind: 'ready';
			readonly ultrapeers: Address[];
			readonly seeds: string[];
			readonly hostCaches: Address[];
	  }
	| { readonly kind: 'overlay'; readonly overlay: Overlay };

const names = ['Dover', 'Conwy', 'Harlech', 'Bodiam', 'Corfe', 'Raglan', 'Ludlow', 'Pembroke'];
const ultrapeerCount = 2;
const port = 6346;

const { version } = workerData as { version: string };
const tell = (told: Told) => parentPort!.postMessage(told);

/** Each node has an address of its own, each in a network of its own, as far as this machine has them. */
async function addressOf(place: number): Promise<Address> {
	const host = `127.77.${place + 1}.2`;
	if (!(await hasAddress(host))) return { host: '127.0.0.1', port: 0 };
	return { host, port: await wishedPort(host, port) };
}

/** The seed of the neighbourhood: all nodes of it, and the user's, know it and nothing else at first. */
async function startSeed(): Promise<Address> {
	const listen = await addressOf(names.length);
	const usable = usableIn('practice');
	const announce = { ...listen };
	const world = new SocketWorld({ listen, usable, localAddress: listen.host, notice: () => {} });
	const seed = new Seed(world, { agent: `Sallyport/${version} (practice)`, announce, usable, urls: [] });
	world.attach(seed);
	Object.assign(announce, await world.listen());
	seed.tick();
	return announce;
}

const seed = await startSeed();
const seeds = [`http://${formatAddress(seed)}/`];
const stocks = makeStocks();
const neighbours = await Promise.all(
	names.map(async (name, place) => {
		const role = place < ultrapeerCount ? 'ultrapeer' : 'leaf';
		const listen = await addressOf(place);
		return new Neighbour({ name, role, listen, stock: stocks[place]!, version, seeds, hostCaches: [seed] });
	}),
);
await Promise.all(neighbours.map((neighbour) => neighbour.start()));
// Known to each other from the first moment, so that nobody waits for the seed to have verified anyone.
const ultrapeers = neighbours.slice(0, ultrapeerCount);
neighbours.forEach((neighbour, place) => {
	for (const ultrapeer of ultrapeers.slice(0, place)) neighbour.connect(ultrapeer.address);
});
tell({
	kind: 'ready',
	ultrapeers: ultrapeers.map(({ address }) => ({ ...address })),
	seeds,
	hostCaches: [{ ...seed }],
});

let last = '';
setInterval(() => {
	const overlay = picture();
	const text = JSON.stringify(overlay);
	if (text !== last) tell({ kind: 'overlay', overlay });
	last = text;
}, 1000);

function picture(): Overlay {
	const servents = neighbours.map(({ address, name, role }) => ({
		id: formatAddress(address),
		label: name,
		role,
	}));
	return {
		nodes: [...servents, { id: formatAddress(seed), label: 'seed', role: 'seed' }],
		edges: neighbours.flatMap((one) => one.dialled().map((to) => ({ from: formatAddress(one.address), to }))),
	};
}

parentPort!.on('message', async () => {
	await Promise.all(neighbours.map((neighbour) => neighbour.stop()));
	process.exit();
});
