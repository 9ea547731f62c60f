/**
 * An experiment: a scenario with everything that the user may choose settled and checked, and the units of
 * work that it consists of. What is wrong with the user's words is an OrderError with a sentence.
 */
import { overlay as gnutellaLimits } from '../networks/gnutella/limits.ts';
import { fingerprintOf, type Graph } from './graph.ts';
import type { Counts, Order, Scenario, Setting } from './scenario.ts';
import type { Sessions } from './session-file.ts';
import { areOfAttack, withEvery } from './switches.ts';
import { generate, type Topology, type TopologyName, topologyNames } from './topologies.ts';
import { EnoughSeen, type Picture, Watcher } from './watched.ts';

export class OrderError extends Error {
	override readonly name = 'OrderError';
}

/** One play of one row. */
export interface Unit {
	readonly row: string;
	readonly run: number;
}

/** What the user said. */
export interface Wishes {
	readonly nodes?: number | undefined;
	readonly randomSeed?: number | undefined;
	readonly fail?: number | undefined;
	/** key=value */
	readonly set?: readonly string[];
	/** A topology that was read from a file, and what to call it. */
	readonly loaded?: { readonly name: string; readonly graph: Graph } | undefined;
	/** Sessions that were read from a file, and the digest of its bytes. */
	readonly sessions?: { readonly digest: string; readonly sessions: Sessions } | undefined;
}

export interface Experiment {
	readonly scenario: Scenario;
	readonly nodes: number;
	readonly randomSeed: number;
	readonly runs: number;
	readonly rows: readonly string[];
	readonly settings: Readonly<Record<string, number | string>>;
	readonly limits: Readonly<Record<string, number>>;
	readonly topologyName: string;
	readonly units: readonly Unit[];
	play(unit: Unit): Counts;
	/** The first play of a row; undefined: this scenario has nothing to see. */
	watch(row: string): Picture | undefined;
}

/** Settings that every scenario has. */
const common: Readonly<Record<string, Setting>> = {
	runs: { about: 'plays of each row, each with its own seed', preset: 0 },
};

/** Of attacks. What it is where nothing is said is not part of an order: it changes nothing. */
const alone: Setting = {
	about: 'which defences have a row alone: those that have to do with the attack, or every one',
	preset: 'related',
	words: ['related', 'every'],
};

const MOST_NODES = 20_000_000;

export function experimentOf(scenario: Scenario, wishes: Wishes): Experiment {
	const { settings, limits } = settled(scenario, wishes);
	const randomSeed = wishes.randomSeed ?? 1;
	const loaded = wishes.loaded;
	if (loaded !== undefined && settings['topology'] === undefined)
		throw new OrderError(`the scenario ${scenario.name} makes its own overlay and takes no topology`);
	if (loaded !== undefined) settings['topology'] = fingerprintOf(loaded.graph);
	if (wishes.sessions !== undefined && scenario.takesSessions !== true)
		throw new OrderError(`the scenario ${scenario.name} takes no sessions`);
	if (wishes.sessions !== undefined) settings['sessions'] = wishes.sessions.digest;
	const nodes = nodesOf(scenario, wishes);
	const runs = Number(settings['runs']);
	const base = { nodes, settings, limits };
	const rows = rowsOf(scenario, base);
	if (rows.length === 0)
		throw new OrderError(`nothing is left to play: no row of ${scenario.name} has room in ${nodes} nodes`);
	const orderOf = (seed: number): Order => ({
		...base,
		seed,
		topology: (): Topology =>
			loaded === undefined
				? generate(settings['topology'] as TopologyName, nodes, seed)
				: { graph: loaded.graph },
		sessions: wishes.sessions?.sessions,
	});
	const topologyName = loaded?.name ?? String(settings['topology'] ?? 'none');
	return {
		...base,
		scenario,
		randomSeed,
		runs,
		rows,
		topologyName,
		units: rows.flatMap((row) => Array.from({ length: runs }, (_, run) => ({ row, run }))),
		play: ({ row, run }) => scenario.play(row, orderOf(seedOf(randomSeed, run))),
		watch: (row) => {
			if (scenario.watch === undefined) return undefined;
			const watcher = new Watcher();
			try {
				scenario.watch(row, { ...orderOf(randomSeed), watcher });
			} catch (error) {
				if (!(error instanceof EnoughSeen)) throw error;
			}
			return watcher.picture();
		},
	};
}

function rowsOf(scenario: Scenario, base: Omit<Order, 'seed' | 'topology'>): readonly string[] {
	const rows = scenario.rows(base);
	if (base.settings['alone'] !== 'every') return rows;
	if (!areOfAttack(rows)) throw new OrderError(`the scenario ${scenario.name} has no rows of defences`);
	return withEvery(rows);
}

/** What files say goes before what the user says, and must agree. */
function nodesOf(scenario: Scenario, { loaded, sessions, nodes: wished }: Wishes): number {
	const linked = loaded?.graph.nodes;
	const timed = sessions?.sessions.kind === 'times' ? sessions.sessions.servents.length : undefined;
	const nodes = linked ?? timed ?? wished ?? scenario.nodes;
	if (linked !== undefined && timed !== undefined && linked !== timed)
		throw new OrderError(`the topology has ${linked} nodes, and the sessions are of ${timed}`);
	if (wished !== undefined && wished !== nodes)
		throw new OrderError(
			`the ${linked === undefined ? 'file of sessions' : 'topology'} has ${nodes} nodes; leave --nodes out`,
		);
	if (nodes < 1 || nodes > MOST_NODES)
		throw new OrderError(`${nodes} is not a number of nodes (1 to ${MOST_NODES})`);
	return nodes;
}

/** The first play has the user's seed itself. All rows of one play share it: what differs is the row. */
function seedOf(randomSeed: number, run: number): number {
	return (randomSeed + Math.imul(run, 0x9e3779b1)) | 0;
}

/** Those of the scenario, and those that every scenario has. */
export function settingsOf(scenario: Scenario): Record<string, Setting> {
	return { ...common, ...scenario.settings, runs: { ...common['runs'], preset: scenario.runs } };
}

function settled(
	scenario: Scenario,
	wishes: Wishes,
): { settings: Record<string, number | string>; limits: Record<string, number> } {
	const known: Record<string, Setting> = { ...settingsOf(scenario), alone };
	const settings: Record<string, number | string> = {};
	const limits: Record<string, number> = {};
	for (const [name, { preset }] of Object.entries(known)) settings[name] = preset;
	const said = [...(wishes.set ?? [])];
	if (wishes.fail !== undefined) said.push(`fail=${wishes.fail}`);
	const heard = new Set<string>();
	for (const one of said) {
		const [name, text] = splitSetting(one);
		// The last would win, under the label of the first.
		if (heard.has(name)) throw new OrderError(`the setting ${name} is given twice`);
		heard.add(name);
		if (Object.hasOwn(known, name)) settings[name] = settingOf(name, text, known[name]);
		else if (Object.hasOwn(gnutellaLimits, name)) limits[name] = wholeOf(name, text);
		else
			throw new OrderError(
				`the scenario ${scenario.name} has no setting "${name}"; it has ${Object.keys(known).join(', ')}, and the limits of the Gnutella code`,
			);
	}
	if (Number(settings['latencyMost']) < Number(settings['latencyLeast']))
		throw new OrderError('the setting latencyMost is less than latencyLeast');
	if (settings['alone'] === alone.preset) delete settings['alone'];
	return { settings, limits };
}

function splitSetting(text: string): [string, string] {
	const at = text.indexOf('=');
	if (at < 1) throw new OrderError(`"${text}" is not key=value`);
	return [text.slice(0, at), text.slice(at + 1)];
}

function settingOf(name: string, text: string, setting: Setting): number | string {
	if (setting.words !== undefined && !setting.words.includes(text))
		throw new OrderError(`the setting ${name}: "${text}" is none of ${setting.words.join(', ')}`);
	if (typeof setting.preset === 'string') return text;
	const value = /^\d{1,12}(\.\d{1,9})?$/.test(text) ? Number(text) : Number.NaN;
	if (Number.isNaN(value)) throw new OrderError(`the setting ${name}: "${text}" is not a number`);
	const [least, most] = bounds[name] ?? [0, 10_000_000];
	if (value < least || value > most) throw new OrderError(`the setting ${name} is ${least} to ${most}`);
	if (most > 1 && !Number.isInteger(value))
		throw new OrderError(`the setting ${name}: "${text}" is not a whole number`);
	return value;
}

/** What settings of a name may be, in every scenario. A most of 1 is a share; all others are whole. */
export const bounds: Readonly<Record<string, readonly [number, number]>> = {
	careless: [0, 1],
	clean: [0, 1],
	copies: [1, 1000],
	fail: [0, 1],
	fetching: [0, 1],
	firewalled: [0, 1],
	files: [1, 400_000],
	freeRiders: [0, 1],
	heeding: [0, 1],
	latencyLeast: [1, 60_000],
	latencyMost: [1, 60_000],
	lying: [0, 1],
	maxTtl: [1, 255],
	origins: [1, 1_000_000],
	people: [1, 1000],
	runs: [1, 1000],
	scanned: [0, 1],
	ttl: [0, 255],
	ultrapeers: [0.01, 1],
};

function wholeOf(name: string, text: string): number {
	if (!/^\d{1,9}$/.test(text)) throw new OrderError(`the setting ${name}: "${text}" is not a whole number`);
	return Number(text);
}

/** The setting of a scenario that runs on a generated or loaded overlay. */
export function topologySetting(preset: TopologyName): Setting {
	return { about: 'the overlay, where no file is given', preset, words: topologyNames };
}
