/** FastTrack's part of the neighbourhood: a super-node and three leaves of it. */
import { formatAddress } from '../../networks/common/address.ts';
import { FastTrack } from '../../networks/fasttrack/index.ts';
import { usableIn } from '../../world/scope.ts';
import type { Address } from '../../world/world.ts';
import { RunningSupernode } from '../fasttrack-supernode.ts';
import { ownPorts } from '../own-ports.ts';
import type { Catalogue } from './catalogue.ts';
import { Neighbour } from './neighbour.ts';
import { addressOf, type Neighbourhood, star } from './neighbourhood.ts';

const names = ['Warkworth', 'Norham', 'Prudhoe'];
/** Of the addresses: those below are other networks'. */
const firstPlace = 40;
const { port } = ownPorts.fasttrack;
const usable = usableIn('practice');

export async function fasttrackNeighbourhood(catalogue: Catalogue, agent: string): Promise<Neighbourhood> {
	const listen = await addressOf(firstPlace, port);
	const supernode = new RunningSupernode({ listen, usable, agent, notice: () => {} });
	const address: Address = await supernode.start();
	const stocks = catalogue.stocks('fasttrack', names.length);
	const leaves = await Promise.all(
		names.map(async (name, place) => {
			const options = {
				role: 'leaf',
				user: name,
				network: 'KaZaA',
				agent,
				usable,
				seeds: [address],
			} as const;
			return new Neighbour({
				...{ name, listen: await addressOf(firstPlace + 1 + place, port), stock: stocks[place]! },
				make: (world, host, announce) => new FastTrack(world, host, { ...options, announce }),
			});
		}),
	);
	await Promise.all(leaves.map((leaf) => leaf.start()));
	return {
		joining: { peers: [{ network: 'fasttrack', ...address }], seeds: [], hostCaches: [] },
		overlay: () =>
			star({ id: formatAddress(address), label: 'FastTrack super-node', role: 'ultrapeer' }, leaves),
		async stop() {
			await Promise.all([...leaves.map((leaf) => leaf.stop()), supernode.stop()]);
		},
	};
}
