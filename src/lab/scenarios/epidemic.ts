/**
 * Worms that publish themselves (Benjamin, 2002): who runs one shares it under the names of what is wanted. People
 * search, fetch and run. The file of the model is inert: some letters where a program would be, under the names and
 * with the first bytes that the defences look at. Each defence judges it with the node's own code.
 *
 * Infection runs over a real overlay: a person takes one of the answers within the TTL, infected or clean.
 */
import { Chance } from '../chance.ts';
import { topologySetting } from '../experiment.ts';
import { guises, inertFile, verdictOn } from '../inert-program.ts';
import { Overlay } from '../overlay.ts';
import { type Counts, numberOf, type Order, type Scenario, share } from '../scenario.ts';
import { attackRows, isAttacked } from '../switches.ts';

const WORDS = 'new game';

export const epidemic: Scenario = {
	name: 'epidemic',
	about:
		'worms that publish themselves: how they spread when people fetch and run, and what inspection stops',
	nodes: 1000,
	runs: 3,
	settings: {
		topology: topologySetting('power-law'),
		first: { about: 'servents infected at the beginning', preset: 5 },
		clean: { about: 'share of the servents that have the file that is wanted', preset: 0.02 },
		hours: { about: 'how long', preset: 24 },
		fetching: { about: 'share of the people who fetch in an hour', preset: 0.1 },
		heeding: { about: 'share of the people who do not run what they are warned of', preset: 0.8 },
		ttl: { about: 'TTL of their queries', preset: 3 },
		name: { about: 'as what the worm comes', preset: 'program', words: guises },
	},
	rows: () => attackRows('executable', 'disguised', 'archive', 'hostile-media', 'known-bad'),
	play,
	measures: (counts) => ({
		infected: share(counts['infected'], counts['nodes']),
		infectedAfterSixHours: share(counts['early'], counts['nodes']),
		wormsFetched: counts['worms'],
		cleanFetched: counts['cleanFetched'],
		stopped: share(counts['stopped'], counts['worms']),
	}),
};

function play(row: string, order: Order): Counts {
	const overlay = new Overlay(order.topology(), {
		seed: order.seed,
		maxTtl: 255,
		latencyLeast: 100,
		latencyMost: 100,
	});
	const chance = new Chance(order.seed, 'epidemic');
	const { nodes } = overlay;
	const guise = guises.find((one) => one === order.settings['name'])!;
	// A scanner that has its signature: a day after the outbreak.
	const verdict = verdictOn(row, inertFile(guise, WORDS), true);
	const infected = new Uint8Array(nodes);
	const clean = new Uint8Array(nodes);
	for (let node = 0; node < nodes; node++) clean[node] = chance.happens(numberOf(order, 'clean')) ? 1 : 0;
	if (isAttacked(row))
		for (let first = 0; first < numberOf(order, 'first'); first++) infected[chance.below(nodes)] = 1;
	let [worms, cleanFetched, stopped, early] = [0, 0, 0, 0];
	for (let hour = 0; hour < numberOf(order, 'hours'); hour++) {
		if (hour === 6) early = count(infected);
		const caught: number[] = [];
		for (let node = 0; node < nodes; node++) {
			if (infected[node] === 1 || !chance.happens(numberOf(order, 'fetching'))) continue;
			const answers: number[] = [];
			overlay.sighted = (other) => {
				if (infected[other] === 1 || clean[other] === 1) answers.push(other);
			};
			overlay.ask(node, WORDS, numberOf(order, 'ttl'));
			overlay.run();
			overlay.forget();
			if (answers.length === 0) continue;
			if (infected[answers[chance.below(answers.length)]] === 0) {
				cleanFetched++;
				continue;
			}
			worms++;
			if (verdict === 'refused' || (verdict === 'suspicious' && chance.happens(numberOf(order, 'heeding'))))
				stopped++;
			else caught.push(node);
		}
		for (const node of caught) infected[node] = 1;
	}
	return { nodes, infected: count(infected), early, worms, cleanFetched, stopped };
}

function count(marks: Uint8Array): number {
	return marks.reduce((sum, one) => sum + one, 0);
}
