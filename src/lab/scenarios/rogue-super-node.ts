/**
 * A FastTrack super-node that turns its leaves against a victim: it lists the victim as super-nodes, on many ports, and asks
 * leaves to call it. Leaves are the node's own (networks/fasttrack); each wants a second super-node and knows no other.
 */
import { FastTrackNet } from '../fasttrack-net.ts';
import { RogueSupernode } from '../rogue-supernode.ts';
import { type Counts, numberOf, type Order, type Scenario, share } from '../scenario.ts';
import { attackRows, defencesOff, isAttacked } from '../switches.ts';

const VICTIM = '192.168.77.7';

export const rogueSuperNode: Scenario = {
	name: 'rogue-super-node',
	about: 'a FastTrack super-node that lists a victim and asks leaves to call it: how often it is dialled',
	nodes: 60,
	runs: 3,
	settings: {
		ports: { about: 'ports of the victim that are listed', preset: 100 },
		callBacks: { about: 'call-backs that each leaf is asked for in a minute; 0: none', preset: 20 },
		minutes: { about: 'how long', preset: 10 },
	},
	rows: () => attackRows('push-diversion', 'seed-poisoning', 'connection-flood'),
	play,
	watch: play,
	measures: (counts) => ({
		dialsAsSuperNode: counts['asSuperNode'],
		dialsByCallBack: counts['byCallBack'],
		victimConnectsPerMinute: share(counts['asSuperNode'] + counts['byCallBack'], counts['minutes']),
		callers: counts['callers'],
		refused: counts['refused'],
		leavesLinked: share(counts['linked'], counts['nodes']),
	}),
};

function play(row: string, order: Order): Counts {
	const lab = new FastTrackNet(order.seed, defencesOff(row));
	const at = lab.supernodeAddress(0);
	const ports = isAttacked(row) ? numberOf(order, 'ports') : 0;
	const victims = Array.from({ length: ports }, (_, port) => ({ host: VICTIM, port: 2000 + port }));
	const rogue = new RogueSupernode(lab.net, at, victims);
	for (let node = 0; node < order.nodes; node++) lab.addLeaf([at]);
	lab.watchedBy(order.watcher, [
		[at.host, isAttacked(row) ? 'attacker' : 'server'],
		[VICTIM, 'victim'],
	]);
	const [minutes, perMinute] = [numberOf(order, 'minutes'), numberOf(order, 'callBacks')];
	const rounds = Math.max(1, minutes * perMinute);
	for (let round = 0; round < rounds; round++) {
		if (perMinute > 0) rogue.callBacks(round);
		lab.run(Math.floor((minutes * 60_000) / rounds));
	}
	const { dials, callers } = lab.tally.dialsOf(VICTIM);
	const byCallBack = lab.tally.dialsFor(VICTIM, 'call-back');
	return {
		...{ nodes: order.nodes, linked: order.nodes - lab.alone, minutes, callers, byCallBack },
		...{ asSuperNode: dials - byCallBack, refused: lab.refused },
	};
}
