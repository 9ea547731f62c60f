/**
 * A server that turns its users against a victim. It names the victim as a server, in its list of servers; as a source, to
 * whoever asks who has a file; and as somebody who wants to be called. Users are the node's own (networks/edonkey), which
 * takes no server from a server: the row "lists are taken" is a model of programs that do, and name to the node what
 * they were told as if its user had.
 */
import { EdonkeyNet } from '../edonkey-net.ts';
import { RogueServer } from '../rogue-server.ts';
import { type Counts, numberOf, type Order, type Scenario, share } from '../scenario.ts';
import { attackRows, defencesOff, isAttacked } from '../switches.ts';

const VICTIM = '192.168.77.7';
const TAKEN = 'on, lists are taken';
const SIZE = 3_000_000;

export const serverLists: Scenario = {
	name: 'server-lists',
	about: 'an eDonkey server that names a victim, as a server, a source and a caller: how often it is dialled',
	nodes: 60,
	runs: 3,
	settings: {
		ports: { about: 'ports of the victim that are named', preset: 50 },
		callBacks: { about: 'call-backs that each user is asked for in a minute', preset: 20 },
		files: { about: 'files that each user asks for', preset: 2 },
		minutes: { about: 'how long', preset: 10 },
	},
	rows: () => {
		const [off, on, ...alone] = attackRows('push-diversion', 'seed-poisoning', 'connection-flood');
		return [off, TAKEN, on, ...alone];
	},
	play,
	watch: play,
	measures: (counts) => ({
		dialsAsServer: counts['asServer'],
		packetsAsServer: counts['packets'],
		dialsAsSource: counts['asSource'],
		dialsByCallBack: counts['byCallBack'],
		victimConnectsPerMinute: share(
			counts['asServer'] + counts['asSource'] + counts['byCallBack'],
			counts['minutes'],
		),
		callers: counts['callers'],
		refused: counts['refused'],
	}),
};

function play(row: string, order: Order): Counts {
	const lab = new EdonkeyNet(order.seed, defencesOff(row));
	const at = lab.serverAddress(0);
	const ports = isAttacked(row) ? numberOf(order, 'ports') : 0;
	const victims = Array.from({ length: ports }, (_, port) => ({ host: VICTIM, port: 2000 + port }));
	const rogue = new RogueServer(lab.net, at, victims);
	for (let user = 0; user < order.nodes; user++) lab.addUser([at]);
	lab.run(30_000);
	lab.watchedBy(order.watcher, [
		[at.host, isAttacked(row) ? 'attacker' : 'server'],
		[VICTIM, 'victim'],
	]);
	rogue.list();
	lab.run(1000);
	if (row === TAKEN)
		for (const { edonkey } of lab.users) for (const victim of victims) edonkey.connect(victim);
	for (const [user, { edonkey }] of lab.users.entries())
		for (let file = 0; file < numberOf(order, 'files'); file++)
			edonkey.search(file + 1, '', `urn:ed2k:${hashOf(user, file)}`);
	/** Numbers of fetches are used once. */
	const fetches = { last: 0 };
	const [minutes, perMinute] = [numberOf(order, 'minutes'), numberOf(order, 'callBacks')];
	for (let round = 0; round < minutes * perMinute; round++) {
		rogue.callBacks(round);
		lab.run(Math.floor(60_000 / perMinute));
		fetchAll(lab, fetches);
	}
	const { dials, callers } = lab.tally.dialsOf(VICTIM);
	const [asServer, byCallBack] = [
		lab.tally.dialsFor(VICTIM, 'a server'),
		lab.tally.dialsFor(VICTIM, 'call-back'),
	];
	return {
		...{ minutes, asServer, byCallBack, asSource: dials - asServer - byCallBack, callers },
		packets: lab.datagramsTo(VICTIM),
		refused: lab.noticedWith('defence.'),
	};
}

/** As the node does it: whoever is named as a source is asked for the file. */
function fetchAll(lab: EdonkeyNet, fetches: { last: number }): void {
	for (const { edonkey, hits } of lab.users) {
		for (const { hit } of hits)
			edonkey.fetch({
				...{ fetch: ++fetches.last, source: hit.source, name: 'a file', size: SIZE, from: 0 },
				...(hit.ed2k !== undefined && { ed2k: hit.ed2k }),
			});
		hits.length = 0;
	}
}

function hashOf(user: number, file: number): string {
	return `${user}`.padStart(16, '0') + `${file}`.padStart(16, '0');
}
