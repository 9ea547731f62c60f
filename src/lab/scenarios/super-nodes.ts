/**
 * Super-nodes that fail (FastTrack): leaves hang on two, which know what they share. What is left when some go, at once and
 * after the leaves have dialled others of the lists that they were given. All nodes are the node's own
 * (networks/fasttrack). Super-nodes are islands, so that a leaf finds what the leaves of its own share, or are linked on a ring.
 */
import { Chance } from '../chance.ts';
import { Content } from '../content.ts';
import { OrderError } from '../experiment.ts';
import { FastTrackNet, fasttrackFiles } from '../fasttrack-net.ts';
import { type Counts, numberOf, type Order, type Scenario, share } from '../scenario.ts';

/** Tenths that fail. */
const FAILING = [0, 3, 5, 7, 9, 10] as const;

export const superNodes: Scenario = {
	name: 'super-nodes',
	about: 'FastTrack when super-nodes fail: who is alone, and what is still found, at once and after repair',
	nodes: 200,
	runs: 3,
	settings: {
		supernodes: { about: 'super-nodes', preset: 10 },
		known: { about: 'super-nodes that a leaf is told of by hand', preset: 2 },
		links: { about: 'super-nodes that each one is linked with, in the rows that say so', preset: 4 },
		files: { about: 'different files in the network', preset: 100 },
		copies: { about: 'files of each leaf that shares, on average', preset: 5 },
		freeRiders: { about: 'share of the leaves that share nothing', preset: 0.25 },
		searches: { about: 'searches in each play, before and after each', preset: 40 },
		minutes: { about: 'time for repair', preset: 5 },
	},
	rows: () => ['', ', linked'].flatMap((how) => FAILING.map((tenths) => `${tenths * 10} % fail${how}`)),
	play,
	watch: play,
	measures: (counts) => ({
		failed: counts['failed'],
		successBefore: share(counts['foundBefore'], counts['searches']),
		leavesAloneAtOnce: share(counts['aloneAtOnce'], counts['nodes']),
		successAtOnce: share(counts['foundAtOnce'], counts['searches']),
		leavesAloneAfterRepair: share(counts['aloneAfter'], counts['nodes']),
		successAfterRepair: share(counts['foundAfter'], counts['searches']),
		dialsOfRepair: share(counts['dials'], counts['nodes']),
	}),
};

function play(row: string, order: Order): Counts {
	const supernodes = numberOf(order, 'supernodes');
	if (supernodes < 1 || supernodes > 250) throw new OrderError('there are 1 to 250 super-nodes');
	const lab = new FastTrackNet(order.seed, []);
	const chance = new Chance(order.seed, 'super-nodes');
	const settings = ['files', 'copies', 'freeRiders'].map((name) => numberOf(order, name));
	const content = new Content(
		order.nodes,
		{ files: settings[0], copies: settings[1], freeRiders: settings[2] },
		order.seed,
	);
	const all = Int32Array.from({ length: supernodes }, (_, number) => number);
	const addresses = (some: Int32Array) => Array.from(some, (one) => lab.supernodeAddress(one));
	const links = row.endsWith('linked') ? Math.min(numberOf(order, 'links'), supernodes - 1) : 0;
	for (const own of all) {
		const far = (one: number) => Math.min(Math.abs(one - own), supernodes - Math.abs(one - own));
		const near = all.filter((one) => one !== own && far(one) <= links / 2);
		lab.addSupernode(addresses(all.filter((one) => one !== own)), addresses(near));
	}
	for (let node = 0; node < order.nodes; node++)
		lab.addLeaf(addresses(chance.some(all, numberOf(order, 'known'))), fasttrackFiles(content, node));
	lab.watchedBy(order.watcher);
	lab.run(60_000);
	const asked = new Chance(order.seed, 'asked');
	const ask = (): number => found(lab, order, content, asked);
	const foundBefore = ask();
	const failed = Math.round((supernodes * Number.parseInt(row, 10)) / 100);
	const gone = Array.from(chance.some(all, failed), (one) => lab.supernodeAddress(one).host);
	for (const host of gone) lab.net.kill(host);
	// What is worth a look is what they leave behind.
	order.watcher?.beginsHere(gone);
	lab.run(200);
	lab.tally.clear();
	const aloneAtOnce = lab.alone;
	const foundAtOnce = ask();
	lab.run(numberOf(order, 'minutes') * 60_000);
	const dials = [...all].reduce(
		(sum, one) => sum + lab.tally.dialsOf(lab.supernodeAddress(one).host).dials,
		0,
	);
	const aloneAfter = lab.alone;
	return {
		...{ nodes: order.nodes, failed, searches: numberOf(order, 'searches'), dials },
		...{ foundBefore, aloneAtOnce, foundAtOnce, aloneAfter, foundAfter: ask() },
	};
}

/** Leaves ask, all at once; half a second is enough for an answer and too little for repair. */
function found(lab: FastTrackNet, order: Order, content: Content, asked: Chance): number {
	const searches: { leaf: number; search: number }[] = [];
	for (let number = 0; number < numberOf(order, 'searches'); number++) {
		const leaf = asked.below(order.nodes);
		const search = ++lab.searches;
		lab.leaves[leaf].fasttrack.search(search, content.nameOf(content.draw(asked)));
		searches.push({ leaf, search });
	}
	lab.run(500);
	let found = 0;
	for (const { leaf, search } of searches) {
		if (lab.leaves[leaf].hits.some((one) => one.search === search)) found++;
		lab.leaves[leaf].fasttrack.stopSearch(search);
	}
	return found;
}
