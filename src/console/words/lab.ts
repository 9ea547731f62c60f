/** Words of the Lab page. What scenarios and settings are is said by the laboratory. */
import { duration, number } from '../format.ts';
import { many } from './plural.ts';

const named: Readonly<Record<string, string>> = {
	off: 'nobody attacks',
	on: 'attack, no defence',
	'on + all': 'attack, all defences',
};

const hearing = {
	servents: ['servent has', 'servents have'],
	servers: ['server has', 'servers have'],
} as const;

interface Seen {
	readonly heard: number;
	readonly queries: number;
	readonly again: number;
	readonly hits: number;
	readonly pushes: number;
	readonly dials: number;
}

function seconds(milliseconds: number): string {
	return `${number(Math.round(milliseconds / 10) / 100)} s`;
}

export const labWords = {
	lab: {
		title: 'Lab',
		text: 'The network, its failures and the attacks on it, rehearsed with the real protocol code. Nothing is sent to anybody.',
		notOffered: 'Nothing is rehearsed here.',
		order: 'What to rehearse',
		scenario: 'Scenario',
		page: 'What it shows, and what was measured',
		nodes: 'nodes',
		nodesAbout: (most: number) => `servents, at most ${number(most)}`,
		randomSeed: 'random seed',
		randomSeedAbout: 'where all chance comes from: equal seed, equal result',
		upTo: (about: string, least: number, most: number) => `${about} (${number(least)} to ${number(most)})`,
		more: 'Settings',
		changed: (count: number) => many(count, 'changed', 'changed'),
		presets: 'As they were',
		run: 'Run it',
		emptyTitle: 'What the talk claimed, measured here',
		emptyText: 'Each takes less than a minute. Or choose a scenario above, change its settings, and run it.',
		questions: {
			failures: 'Does Gnutella survive when 70 % of its nodes leave?',
			'flood-cost': 'What does one search cost everybody else?',
			central: 'What is left when the best linked hosts fail?',
			'push-diversion': 'Can a PUSH be turned into an attack on a stranger?',
			epidemic: 'How far does a worm get that publishes itself?',
		} as Readonly<Record<string, string>>,
		runs: 'Runs',
		runName: (id: number, scenario: string) => `${id}. ${scenario}`,
		states: { running: 'under way', done: 'done', stopped: 'partial', failed: 'failed' },
		stop: 'Stop',
		close: (name: string) => `Close ${name}`,
		progress: (name: string) => `How much of ${name} is played`,
		plays: (done: number, of: number) => `${number(done)} of ${many(of, 'play', 'plays')}`,
		left: (seconds: number) => `about ${duration(seconds)} left`,
		facts: {
			nodes: 'Nodes',
			seed: 'Random seed',
			runs: 'Plays of each row',
			settings: 'Set',
			digest: 'Digest',
		},
		partial: 'Partial: rows or plays are missing.',
		command: 'From a terminal, with the same digest',
		copy: 'Copy the command',
		save: 'Save as JSON',
		waiting: 'The first play is under way.',
		compare: 'Compare',
		compareWith: 'Compare with',
		runShort: (id: number) => `run ${id}`,
		ratio: 'the first to the second',
		equal: 'equal',
		compareHint: 'Choose which rows are shown. The result and its digest are of all of them.',
		rowOf: (row: string) =>
			named[row] ?? (row.startsWith('on + ') ? `attack, only ${row.slice('on + '.length)}` : row),
		row: 'Row',
		measures: 'Measures',
		measuresHint: 'Means over the plays; behind ± half the interval that holds the true mean with 95 %.',
		plots: 'Side by side',
		plot: (measure: string) => `${measure}, a bar for each row. The table has the same.`,
		byHour: (measure: string) =>
			`${measure} by hour, a line for each of what is compared. The table has the same.`,
		noRows: 'No row is chosen.',
		watch: 'Watch it',
		notWatched:
			'It cannot be watched: it is played on arrays with real frames, or what it is about is no search. ttl and failures show a query.',
		watching: 'Message by message',
		watchingHint:
			'Real messages of the protocol code, in the order in which they arrive, in a network that is small enough to be seen. Whoever speaks first stands in the middle; each ring is a hop away. Where there are servers, they stand in the middle, and only they hear queries.',
		stopWatching: 'Close the picture',
		beside: 'Beside it',
		nothingBeside: 'nothing',
		nothingSeen: 'No message of a search or an attack was sent in this row.',
		controls: 'Playing',
		fromStart: 'From the start',
		play: 'Play',
		pause: 'Pause',
		step: 'Step',
		stepBack: 'Back',
		moment: 'Moment',
		momentOf: (moment: number, of: number, milliseconds: number) =>
			`${number(moment)} of ${number(of)}, at ${seconds(milliseconds)}`,
		pace: 'Speed',
		paces: { slow: 'slow', usual: 'usual', fast: 'fast', faster: 'very fast' },
		picture: (name: string, told: string) => `The overlay, ${name}. ${told}`,
		told: ({ count, are }: { count: number; are: keyof typeof hearing }, seen: Seen) => {
			const others = [
				many(seen.hits, 'answer', 'answers'),
				...(seen.pushes > 0 ? [many(seen.pushes, 'PUSH or call-back', 'PUSHes or call-backs')] : []),
				...(seen.dials > 0 ? [`${many(seen.dials, 'connection', 'connections')} to the victim`] : []),
			];
			return `${number(seen.heard)} of ${many(count, hearing[are][0], hearing[are][1])} heard a query. ${many(seen.queries, 'query message', 'query messages')}, ${number(seen.again)} of them known there already; ${others.join(', ')}.`;
		},
		cut: 'There was more than a picture holds.',
		legend: 'What is what',
		legendOf: [
			['query', 'query'],
			['again', 'query that is known there already'],
			['hit', 'answer: a hit, sources, a list'],
			['push', 'PUSH, call-back'],
			['dial', 'connection to the victim'],
			['ultrapeer', 'ultrapeer'],
			['server', 'server, super-node'],
			['leaf', 'leaf, user'],
			['lit', 'has heard something'],
			['attacker', 'attacker'],
			['victim', 'victim'],
			['gone', 'gone'],
		] as readonly (readonly [string, string])[],
		asTable: 'The same as a table',
		tableOf: (name: string) => `Moments, ${name}`,
		tableHead: ['time', 'have heard', 'queries', 'known there', 'answers', 'PUSHes', 'connections'],
		seconds,
		nothingYet: 'Nothing has arrived yet. Step or play.',
		tableCut: (most: number) => `The last ${number(most)} moments.`,
	},
} as const;
