/**
 * Experiments that are ordered from a console: each in threads of its own, so that whoever serves stays free.
 *
 * Bounded, because a browser must not take the machine from its node:
 * - two at once, twenty kept (the oldest that has ended goes), ten minutes each: then what there is stays, as partial;
 * - nodes: ten times the scenario's own number, and at most 100,000; a scenario that has more itself gets 100,000;
 * - runs: twenty of each row; other whole numbers: ten times the preset, or a hundred; shares as ever;
 * - pictures (pictures.ts): 300 servents;
 * - settings of the scenario only, not the limits of the Gnutella code; no files.
 */
import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Refusal } from '../evidence/refusal.ts';
import { packageRoot } from '../world/installed.ts';
import { bounds, type Experiment, OrderError, settingsOf, type Unit } from './experiment.ts';
import { load, type Request } from './load.ts';
import { Pictures } from './pictures.ts';
import { type LabResult, type Played, resultOf } from './result.ts';
import type { Scenario, Setting } from './scenario.ts';
import { scenarioOf, scenarios } from './scenarios.ts';
import type { Picture } from './watched.ts';
import { Players } from './workers.ts';

const mostAtOnce = 2;
const mostKept = 20;
const mostMinutes = 10;
const mostNodes = 100_000;
const mostRuns = 20;
/** Servents of a picture: more are dots on dots. */
const mostWatched = 300;
/** Where nobody says how many. */
const watched = 80;
const threads = Math.max(1, Math.min(4, availableParallelism() - 1));
/** Megabytes of a thread's heap. */
const heap = 1024;

export interface Clock {
	/** Milliseconds. */
	now(): number;
	/** Calls after milliseconds; the answer takes that back. */
	after(milliseconds: number, call: () => void): () => void;
}

interface Ordered {
	readonly scenario: string;
	readonly randomSeed: number;
	readonly nodes?: number | undefined;
	readonly fail?: number | undefined;
	readonly set: Readonly<Record<string, number | string>>;
}

interface Run {
	readonly id: number;
	readonly experiment: Experiment;
	readonly command: string;
	readonly started: number;
	readonly played: Played[];
	state: 'running' | 'done' | 'stopped' | 'failed';
	note?: string;
	end(): Promise<void>;
}

interface Described {
	readonly id: number;
	readonly scenario: string;
	readonly randomSeed: number;
	readonly nodes: number;
	readonly state: Run['state'];
	readonly progress: { readonly done: number; readonly of: number; readonly secondsLeft?: number };
	readonly command: string;
	readonly result?: LabResult;
	readonly note?: string;
}

export class Rehearsals {
	readonly #clock: Clock;
	readonly #pictures: Pictures;
	readonly #runs = new Map<number, Run>();
	#last = 0;

	constructor(clock: Clock) {
		this.#clock = clock;
		this.#pictures = new Pictures((milliseconds, call) => clock.after(milliseconds, call));
	}

	scenarios() {
		return scenarios.map((scenario) => {
			const { name, about } = scenario;
			const nodes = Math.min(scenario.nodes, mostNodes);
			const settings = Object.entries(settingsOf(scenario)).map(([of, setting]) => ({
				name: of,
				...setting,
				...boundsOf(of, setting),
			}));
			const rows = load({ scenario: name, nodes }).rows;
			return {
				name,
				about,
				nodes,
				mostNodes: mostNodesOf(scenario),
				settings,
				rows,
				page: pageOf(name) !== undefined,
				mostWatched: scenario.watch === undefined ? 0 : Math.min(mostWatched, mostNodesOf(scenario)),
			};
		});
	}

	page(scenario: string): string | undefined {
		const path = scenarioOf(scenario) && pageOf(scenario);
		return path && readFileSync(path, 'utf8');
	}

	/** Without their results, which may be long. */
	list(): Described[] {
		return [...this.#runs.values()].map((run) => {
			const { result: _, ...described } = this.#describe(run);
			return described;
		});
	}

	of(id: number): Described | undefined {
		const run = this.#runs.get(id);
		return run && this.#describe(run);
	}

	start(order: Ordered): Described | Refusal {
		const running = [...this.#runs.values()].filter(({ state }) => state === 'running');
		if (running.length >= mostAtOnce) return { refused: 'lab.run.many' };
		const settled = settle(order);
		return 'refused' in settled ? settled : this.#describe(this.#begin(settled.experiment, settled.request));
	}

	/** Row by row, message by message: the first play of one row, with few servents. */
	async picture(order: Ordered & { readonly row: string }): Promise<Picture | Refusal> {
		const nodes = order.nodes ?? watched;
		if (nodes > mostWatched)
			return { refused: 'lab.order.large', detail: `${nodes} nodes; at most ${mostWatched}` };
		const settled = settle({ ...order, nodes });
		if ('refused' in settled) return settled;
		const { experiment, request } = settled;
		if (experiment.scenario.watch === undefined)
			return { refused: 'lab.order.setting', detail: `${order.scenario} has no messages to watch` };
		if (!experiment.rows.includes(order.row))
			return { refused: 'lab.order.setting', detail: `${order.scenario} has no row "${order.row}"` };
		return this.#pictures.of({ request, row: order.row });
	}

	remove(id: number): Described | undefined {
		const run = this.#runs.get(id);
		if (run === undefined) return undefined;
		if (run.state === 'running') this.#stop(run, 'stopped', 'It was stopped.');
		else this.#runs.delete(id);
		return this.#describe(run);
	}

	async close(): Promise<void> {
		await Promise.all([this.#pictures.close(), ...[...this.#runs.values()].map((run) => run.end())]);
	}

	#begin(experiment: Experiment, request: Request): Run {
		const players = new Players(Math.min(threads, experiment.units.length), heap);
		const late = this.#clock.after(mostMinutes * 60_000, () =>
			this.#stop(
				run,
				'stopped',
				`It was stopped after ${mostMinutes} minutes; the command line has no such bound.`,
			),
		);
		const run: Run = {
			id: ++this.#last,
			experiment,
			command: commandOf(request),
			started: this.#clock.now(),
			played: [],
			state: 'running',
			async end() {
				late();
				await players.end();
			},
		};
		this.#runs.set(run.id, run);
		this.#forgetOldest();
		const play = async (unit: Unit): Promise<void> => {
			const counts = await players.play(request, unit);
			if (run.state === 'running') run.played.push({ ...unit, counts });
		};
		Promise.all(experiment.units.map(play)).then(
			() => this.#stop(run, 'done'),
			(error: Error) => this.#stop(run, 'failed', `A play failed: ${error.message.split('\n', 1)[0]}`),
		);
		return run;
	}

	#stop(run: Run, state: Run['state'], note?: string): void {
		if (run.state !== 'running') return;
		run.state = state;
		if (note !== undefined) run.note = note;
		void run.end();
	}

	#forgetOldest(): void {
		for (const { id, state } of this.#runs.values()) {
			if (this.#runs.size <= mostKept) return;
			if (state !== 'running') this.#runs.delete(id);
		}
	}

	#describe(run: Run): Described {
		const { id, experiment, state, played, command, note } = run;
		const [done, of] = [played.length, experiment.units.length];
		const pace = done === 0 ? 0 : (this.#clock.now() - run.started) / 1000 / done;
		const secondsLeft = state === 'running' && done > 0 ? { secondsLeft: pace * (of - done) } : {};
		return {
			...{
				id,
				scenario: experiment.scenario.name,
				randomSeed: experiment.randomSeed,
				nodes: experiment.nodes,
			},
			...{ state, progress: { done, of, ...secondsLeft }, command },
			...(done === 0 ? {} : { result: resultOf(experiment, played) }),
			...(note === undefined ? {} : { note }),
		};
	}
}

/** An order within the bounds, as an experiment. */
function settle(order: Ordered): { experiment: Experiment; request: Request } | Refusal {
	const scenario = scenarioOf(order.scenario);
	const large = scenario && tooLarge(scenario, order);
	if (large !== undefined) return { refused: 'lab.order.large', detail: large };
	const request = requestOf(order, scenario);
	try {
		const experiment = load(request);
		const foreign = Object.keys(experiment.limits)[0];
		if (foreign !== undefined) throw new OrderError(`${order.scenario} has no setting "${foreign}"`);
		return { experiment, request };
	} catch (error) {
		if (!(error instanceof OrderError)) throw error;
		return { refused: 'lab.order.setting', detail: error.message };
	}
}

function mostNodesOf({ nodes }: Scenario): number {
	return Math.min(mostNodes, nodes * 10);
}

/** Bounds of a number; none of a word. */
function boundsOf(name: string, { preset }: Setting): { least: number; most: number } | undefined {
	if (typeof preset === 'string') return undefined;
	const [least, most] = bounds[name] ?? [0, 10_000_000];
	if (most === 1) return { least, most };
	return { least, most: Math.min(most, name === 'runs' ? mostRuns : Math.max(100, preset * 10)) };
}

/** What is beyond the bounds, in words. What is no number at all is said by experiment.ts. */
function tooLarge(scenario: Scenario, { nodes, set }: Ordered): string | undefined {
	const most = mostNodesOf(scenario);
	if (nodes !== undefined && nodes > most) return `${nodes} nodes; at most ${most}`;
	const settings = settingsOf(scenario);
	for (const [name, value] of Object.entries(set)) {
		const bound = Object.hasOwn(settings, name) ? boundsOf(name, settings[name]) : undefined;
		if (bound !== undefined && Number(value) > bound.most) return `${name} ${value}; at most ${bound.most}`;
	}
	return undefined;
}

/** A scenario that has more nodes itself than a browser may order gets what it may. */
function requestOf({ scenario: name, randomSeed, nodes, fail, set }: Ordered, scenario?: Scenario): Request {
	const bounded = scenario !== undefined && scenario.nodes > mostNodes ? mostNodes : undefined;
	return {
		scenario: name,
		randomSeed,
		nodes: nodes ?? bounded,
		fail,
		set: Object.entries(set).map(([key, value]) => `${key}=${value}`),
	};
}

function commandOf({ scenario, randomSeed, nodes, fail, set }: Request): string {
	return [
		`sallyport lab run ${scenario}`,
		...(nodes === undefined ? [] : [`--nodes ${nodes}`]),
		...(fail === undefined ? [] : [`--fail ${fail}`]),
		`--random-seed ${randomSeed}`,
		...(set ?? []).map((one) => `--set ${one}`),
	].join(' ');
}

/** In a clone; a published package has no pages. */
function pageOf(scenario: string): string | undefined {
	const path = join(packageRoot(), 'docs/lab', `${scenario}.md`);
	return existsSync(path) ? path : undefined;
}
