/**
 * Where the attacks happen: a two-tier network of the node's own servents, with files, in which people search.
 * Its links are as drawn; who asks for what comes from the seed.
 */
import { Attacker } from './attacker.ts';
import { Chance } from './chance.ts';
import { addressOf, Content } from './content.ts';
import { asDrawn, type LabServent, ProtocolNet } from './protocol.ts';
import { numberOf, type Order, type Setting } from './scenario.ts';
import { defencesOff } from './switches.ts';
import { generate } from './topologies.ts';

export interface Neighbourhood {
	readonly protocol: ProtocolNet;
	readonly content: Content;
	readonly ultrapeers: readonly LabServent[];
	readonly leaves: readonly LabServent[];
	readonly chance: Chance;
}

/** Settings that all of them have. */
export const neighbourhoodSettings: Readonly<Record<string, Setting>> = {
	files: { about: 'different files in the network', preset: 200 },
	copies: { about: 'files of each servent that shares, on average', preset: 5 },
	freeRiders: { about: 'share of the servents that share nothing', preset: 0.25 },
	searches: { about: 'searches of honest people in each play', preset: 30 },
};

/** The defences of the row are on. */
export function neighbourhood(
	row: string,
	order: Order,
	limits: Readonly<Record<string, number>> = {},
): Neighbourhood {
	const { graph, leaf } = generate('two-tier', order.nodes, order.seed);
	const content = new Content(
		order.nodes,
		{
			files: numberOf(order, 'files'),
			copies: numberOf(order, 'copies'),
			freeRiders: numberOf(order, 'freeRiders'),
		},
		order.seed,
	);
	const protocol = new ProtocolNet({
		seed: order.seed,
		latency: 60,
		limits: { ...asDrawn, tableSlots: 16_384, tableSlotsUltrapeer: 16_384, ...limits, ...order.limits },
		defencesOff: defencesOff(row),
	});
	protocol.addGraph(graph, (node) => ({
		leaf: leaf?.[node] === 1,
		files: Array.from(content.filesOf(node), (file) => ({
			id: file + 1,
			name: `${content.nameOf(file)}.mp3`,
			size: 3_000_000 + file * 1009,
		})),
	}));
	if (!protocol.link(graph.links)) throw new Error('the servents do not link as drawn');
	// Tables of leaves, then those of ultrapeers, go out with pauses.
	protocol.run(5000);
	return {
		protocol,
		content,
		ultrapeers: protocol.servents.filter(({ node }) => leaf?.[node] !== 1),
		leaves: protocol.servents.filter(({ node }) => leaf?.[node] === 1),
		chance: new Chance(order.seed, 'neighbourhood'),
	};
}

export interface Searched {
	readonly searches: number;
	/** Searches for which an answer came that nothing speaks against. */
	readonly found: number;
	readonly answers: number;
}

/**
 * Leaves search one after the other for files that somebody shares. `then` is called after each with what came.
 * Between two searches lie `gap` milliseconds.
 */
export function search(
	{ protocol, content, leaves, chance }: Neighbourhood,
	count: number,
	gap: number,
	then: (servent: LabServent, search: number, query: string) => void = () => {},
): Searched {
	let [found, answers] = [0, 0];
	for (let search = 1; search <= count; search++) {
		const servent = leaves[chance.below(leaves.length)];
		const query = content.nameOf(content.draw(chance));
		servent.gnutella.search(search, query);
		protocol.run(gap);
		const own = servent.hits.filter((one) => one.search === search);
		answers += own.length;
		if (own.some(({ hit }) => hit.verdict === 'ok' && words(hit.name, query))) found++;
		then(servent, search, query);
	}
	return { searches: count, found, answers };
}

function words(name: string, query: string): boolean {
	return name === `${query}.mp3`;
}

/** Attackers, each linked with one ultrapeer, as an ultrapeer or a leaf. */
export function attackers(
	{ protocol, ultrapeers, chance }: Neighbourhood,
	count: number,
	asUltrapeer: boolean,
): Attacker[] {
	const made = Array.from({ length: count }, (_, number) => {
		const attacker = new Attacker(protocol.net, `172.${16 + (number % 16)}.${number >>> 4}.1`, asUltrapeer);
		attacker.dial(addressOf(ultrapeers[chance.below(ultrapeers.length)].node));
		return attacker;
	});
	protocol.run(1000);
	return made;
}
