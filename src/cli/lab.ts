/**
 * `sallyport lab`: list, run, sweep. Experiments are played unit by unit; Ctrl-C ends after the unit that is
 * being played and shows what there is, marked as partial.
 */
import { setImmediate as pause } from 'node:timers/promises';
import { type Experiment, OrderError, type Unit } from '../lab/experiment.ts';
import { load, type Request } from '../lab/load.ts';
import { type Played, resultOf } from '../lab/result.ts';
import type { Counts } from '../lab/scenario.ts';
import { scenarios } from '../lab/scenarios.ts';
import { type Context, UsageError } from './context.ts';
import { folderOf, writeResults } from './lab-out.ts';
import { playOnThreads } from './lab-play.ts';
import { progressOf } from './lab-progress.ts';
import { showResult } from './lab-show.ts';
import { sweep } from './lab-sweep.ts';
import { print, printJson, printTable } from './print.ts';

export async function run(context: Context, [action, scenario]: readonly string[]): Promise<number> {
	try {
		switch (action) {
			case 'list':
				list(context);
				return 0;
			case 'run':
				await runOne(context, requestOf(context, scenario));
				return 0;
			case 'sweep':
				await sweep(context, requestOf(context, scenario));
				return 0;
			default:
				throw new UsageError(`"${action}" is none of list, run, sweep.`);
		}
	} catch (error) {
		if (error instanceof OrderError) throw new UsageError(`${capital(error.message)}.`);
		throw error;
	}
}

function list(context: Context): void {
	if (!context.json) {
		printTable(
			['scenario', 'what it rehearses'],
			scenarios.map(({ name, about }) => [name, about]),
		);
		print('Settings of one: sallyport lab list --json');
		return;
	}
	for (const { name, about, nodes, runs, settings } of scenarios)
		printJson({ scenario: name, about, nodes, runs, settings });
}

function requestOf(context: Context, scenario: string | undefined): Request {
	if (scenario === undefined) throw new UsageError('Name a scenario; sallyport lab list names them all.');
	const { nodes, topology, sessions, fail, randomSeed, set } = context.options as Partial<Request>;
	return { scenario, nodes, topology, sessions, fail, randomSeed, set: set ?? [] };
}

async function runOne(context: Context, request: Request): Promise<void> {
	const experiment = load(request);
	const out = folderOf(context);
	const workers = (context.options['workers'] as number | undefined) ?? 1;
	const played = await play(context, experiment, request, workers);
	const result = resultOf(experiment, played);
	if (context.json) printJson(result);
	else showResult(result);
	if (out !== undefined) writeResults(context, out, [result]);
}

async function play(
	context: Context,
	experiment: Experiment,
	request: Request,
	workers: number,
): Promise<Played[]> {
	const { units } = experiment;
	const progress = await progressOf(units.length, process.stderr.isTTY === true && !context.json);
	const played: Played[] = [];
	const done = (unit: Unit, counts: Counts): void => {
		played.push({ ...unit, counts });
		progress.step();
	};
	try {
		if (workers > 1) {
			const jobs = units.map((unit) => ({ request, unit, done: (counts: Counts) => done(unit, counts) }));
			await playOnThreads(jobs, workers, context.interrupted);
			return played;
		}
		for (const unit of units) {
			if (context.interrupted.aborted) break;
			done(unit, experiment.play(unit));
			// Lets Ctrl-C in.
			await pause();
		}
		return played;
	} finally {
		progress.stop();
	}
}

function capital(text: string): string {
	return text.charAt(0).toUpperCase() + text.slice(1);
}
