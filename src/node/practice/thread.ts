/**
 * The thread of the practice neighbourhood. All nodes of it live here, apart from the user's own node:
 * what they do never delays the console, and what breaks here does not take the node along.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { formatAddress } from '../../networks/common/address.ts';
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

const stocks = makeStocks();
const neighbours = await Promise.all(
	names.map(async (name, place) => {
		return new Neighbour({
			name,
			role: place < ultrapeerCount ? 'ultrapeer' : 'leaf',
			listen: await addressOf(place),
			stock: stocks[place]!,
			version,
			seeds: [],
			hostCaches: [],
		});
	}),
);
await Promise.all(neighbours.map((neighbour) => neighbour.start()));
const ultrapeers = neighbours.slice(0, ultrapeerCount);
neighbours.forEach((neighbour, place) => {
	for (const ultrapeer of ultrapeers.slice(0, place)) neighbour.connect(ultrapeer.address);
});
tell({
	kind: 'ready',
	ultrapeers: ultrapeers.map(({ address }) => ({ ...address })),
	seeds: [],
	hostCaches: [],
});

let last = '';
setInterval(() => {
	const overlay = picture();
	const text = JSON.stringify(overlay);
	if (text !== last) tell({ kind: 'overlay', overlay });
	last = text;
}, 1000);

function picture(): Overlay {
	return {
		nodes: neighbours.map(({ address, name, role }) => ({ id: formatAddress(address), label: name, role })),
		edges: neighbours.flatMap((one) => one.dialled().map((to) => ({ from: formatAddress(one.address), to }))),
	};
}

parentPort!.on('message', async () => {
	await Promise.all(neighbours.map((neighbour) => neighbour.stop()));
	process.exit();
});
