/**
 * eDonkey's extended search against a server's own. A server finds what its users share, for one question by TCP. Who
 * wants more asks every server that he knows by UDP, one after the other: each server reads the question of each user.
 * Servers and users are the node's own (networks/edonkey).
 */
import { Chance } from '../chance.ts';
import { Content } from '../content.ts';
import { EdonkeyNet, edonkeyFiles } from '../edonkey-net.ts';
import { OrderError } from '../experiment.ts';
import { type Counts, numberOf, type Order, type Scenario, share } from '../scenario.ts';

const NUMBERS = [5, 20, 50] as const;
const OWN = 'its own by TCP';
const ALL = 'all by UDP too';
/** Statuses are asked for one every five seconds, and a server that has not answered one is not searched. */
const STATUS_SECONDS = 6;

export const extendedSearch: Scenario = {
	name: 'extended-search',
	about: 'the extended search of eDonkey, by UDP to every server, against the search of one server by TCP',
	nodes: 200,
	runs: 3,
	settings: {
		files: { about: 'different files in the network', preset: 400 },
		copies: { about: 'files of each user that shares, on average', preset: 5 },
		freeRiders: { about: 'share of the users that share nothing', preset: 0.25 },
		searches: { about: 'searches in each play', preset: 20 },
		people: { about: 'how many people search, in turn', preset: 10 },
	},
	rows: () => NUMBERS.flatMap((servers) => [OWN, ALL].map((how) => `${servers} servers, ${how}`)),
	play,
	watch: play,
	measures: (counts) => ({
		success: share(counts['found'], counts['searches']),
		questionsToServers: share(counts['questions'], counts['searches']),
		searchesReadByEachServer: share(counts['questions'], counts['searches'] * counts['servers']),
		bytes: share(counts['bytes'], counts['searches']),
		firstAnswerSeconds: share(counts['firstMs'], counts['found']) / 1000,
	}),
};

function play(row: string, order: Order): Counts {
	const servers = Number.parseInt(row, 10);
	if (order.nodes < servers) throw new OrderError(`${servers} servers need as many users`);
	const lab = new EdonkeyNet(order.seed, []);
	const content = new Content(
		order.nodes,
		{
			files: numberOf(order, 'files'),
			copies: numberOf(order, 'copies'),
			freeRiders: numberOf(order, 'freeRiders'),
		},
		order.seed,
	);
	for (let server = 0; server < servers; server++) lab.addServer();
	const addresses = lab.servers.map((_, server) => lab.serverAddress(server));
	const people = Math.min(order.nodes, numberOf(order, 'people'));
	for (let user = 0; user < order.nodes; user++) {
		const own = addresses[user % servers];
		// Those who only share know one server: what they would ask by themselves is not what is measured.
		const isAsker = user < people && row.endsWith(ALL);
		lab.addUser(
			[own, ...(isAsker ? addresses.filter((one) => one !== own) : [])],
			edonkeyFiles(content, user),
		);
	}
	lab.run((servers + 12) * STATUS_SECONDS * 1000);
	lab.watchedBy(order.watcher);
	return search(lab, order, people, content);
}

function search(lab: EdonkeyNet, order: Order, people: number, content: Content): Counts {
	const asked = new Chance(order.seed, 'asked');
	const [searches, gap] = [numberOf(order, 'searches'), lab.servers.length * 750 + 10_000];
	const before = lab.questions;
	let [found, firstMs] = [0, 0];
	lab.clear();
	for (let search = 1; search <= searches; search++) {
		const user = lab.users[search % people];
		const file = content.draw(asked);
		const begun = lab.net.now;
		user.edonkey.search(search, content.nameOf(file));
		lab.run(gap);
		const first = user.hits.find((one) => one.search === search);
		if (first === undefined) continue;
		found++;
		firstMs += first.at - begun;
	}
	const questions = lab.questions - before;
	return { searches, found, questions, bytes: lab.searchBytes, servers: lab.servers.length, firstMs };
}
