/**
 * Where the attacks happen: a two-tier network of the node's own servents, with files, in which people search.
 * Its links are as drawn; who asks for what comes from the seed.
 */
import { newGuid } from '../networks/gnutella/wire/guid.ts';
import { encodeMessage, MessageType } from '../networks/gnutella/wire/message.ts';
import { tableMessages } from '../networks/gnutella/wire/qrp-patch.ts';
import { RouteTable } from '../networks/gnutella/wire/qrp-table.ts';
import type { Hit } from '../networks/network.ts';
import { Attacker } from './attacker.ts';
import { Chance } from './chance.ts';
import { addressOf, Content } from './content.ts';
import { OrderError } from './experiment.ts';
import { asDrawn, type LabServent, ProtocolNet } from './protocol.ts';
import { type Counts, numberOf, type Order, type Setting } from './scenario.ts';
import { defencesOff, isAttacked } from './switches.ts';
import { generate } from './topologies.ts';

export interface Neighbourhood {
	readonly protocol: ProtocolNet;
	readonly content: Content;
	readonly ultrapeers: readonly LabServent[];
	readonly leaves: readonly LabServent[];
	/** Of those who search. */
	readonly people: readonly LabServent[];
	/** What honest people ask for: the same in every row. */
	readonly asked: Chance;
	/** Everything else. */
	readonly chance: Chance;
}

/** Settings that all of them have. */
export const neighbourhoodSettings: Readonly<Record<string, Setting>> = {
	files: { about: 'different files in the network', preset: 200 },
	copies: { about: 'files of each servent that shares, on average', preset: 5 },
	freeRiders: { about: 'share of the servents that share nothing', preset: 0.25 },
	firewalled: { about: 'share of the leaves that cannot be dialled', preset: 0 },
	searches: { about: 'searches of honest people in each play', preset: 30 },
	people: { about: 'how many people search, in turn', preset: 3 },
};

/** Fewer have no leaves to search from. */
const LEAST = 20;

/** The defences of the row are on. */
export function neighbourhood(
	row: string,
	order: Order,
	limits: Readonly<Record<string, number>> = {},
): Neighbourhood {
	if (order.nodes < LEAST) throw new OrderError(`a neighbourhood has ${LEAST} servents or more`);
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
	const walls = new Chance(order.seed, 'walls');
	protocol.addGraph(graph, (node) => ({
		leaf: leaf?.[node] === 1,
		firewalled: leaf?.[node] === 1 && walls.happens(numberOf(order, 'firewalled')),
		files: Array.from(content.filesOf(node), (file) => ({
			id: file + 1,
			name: `${content.nameOf(file)}.mp3`,
			size: 3_000_000 + file * 1009,
		})),
	}));
	if (!protocol.link(graph.links)) throw new Error('the servents do not link as drawn');
	// Tables of leaves, then those of ultrapeers, go out with pauses.
	protocol.run(5000);
	order.watcher?.attach(protocol.net, graph, leaf, isAttacked(row));
	const leaves = protocol.servents.filter(({ node }) => leaf?.[node] === 1);
	return {
		protocol,
		content,
		ultrapeers: protocol.servents.filter(({ node }) => leaf?.[node] !== 1),
		leaves,
		people: leaves.slice(0, Math.max(1, numberOf(order, 'people'))),
		asked: new Chance(order.seed, 'asked'),
		chance: new Chance(order.seed, 'neighbourhood'),
	};
}

export interface Searched extends Counts {
	readonly searches: number;
	/** Searches for which an answer came that nothing speaks against. */
	readonly found: number;
	readonly answers: number;
}

/**
 * People search one after the other for files that somebody shares. `then` is called after each with what came.
 * Between two searches lie `gap` milliseconds.
 */
export function search(
	{ protocol, content, people, asked }: Neighbourhood,
	count: number,
	gap: number,
	then: (servent: LabServent, search: number, query: string) => void = () => {},
): Searched {
	let [found, answers] = [0, 0];
	for (let at = 0; at < count; at++) {
		const search = ++protocol.searches;
		const servent = people[search % people.length];
		const query = content.nameOf(content.draw(asked));
		servent.gnutella.search(search, query);
		protocol.run(gap);
		const own = servent.hits.filter((one) => one.search === search);
		answers += own.length;
		if (own.some(({ hit }) => hit.verdict === 'ok' && isHonest(hit, query))) found++;
		then(servent, search, query);
	}
	return { searches: count, found, answers };
}

/** It is the file, and who has it is one of ours: attackers live elsewhere, and so do victims. */
function isHonest({ name, source }: Hit, query: string): boolean {
	return name === `${query}.mp3` && source.host.startsWith('10.');
}

/** Attackers, each linked with so many ultrapeers, as an ultrapeer or a leaf. */
export function attackers(
	{ protocol, ultrapeers, chance }: Pick<Neighbourhood, 'protocol' | 'ultrapeers' | 'chance'>,
	count: number,
	asUltrapeer: boolean,
	links = 1,
): Attacker[] {
	const made = Array.from({ length: count }, (_, number) => {
		const attacker = new Attacker(protocol.net, `172.${16 + (number % 16)}.${number >>> 4}.1`, asUltrapeer);
		const nodes = Int32Array.from(ultrapeers, ({ node }) => node);
		for (const node of chance.some(nodes, links)) attacker.dial(addressOf(node));
		return attacker;
	});
	protocol.run(1000);
	return made;
}

/** A routing table in which every word is: whoever says so is sent every query. */
export function claimEverything({ protocol, chance }: Neighbourhood, liars: readonly Attacker[]): void {
	const table = new RouteTable(1024);
	table.bits.fill(0xff);
	for (const liar of liars)
		for (const payload of tableMessages(table, undefined, 4))
			liar.say(encodeMessage(MessageType.Qrp, newGuid(chance.bytes(16)), 1, 0, payload));
	protocol.run(1000);
}
