/**
 * `sallyport lab`: list, run, sweep. Experiments are played unit by unit; Ctrl-C ends after the unit that is
 * being played and shows what there is, marked as partial.
 */
import { setImmediate as pause } from 'node:timers/promises';
import { type Experiment, OrderError } from '../lab/experiment.ts';
import { load, type Request } from '../lab/load.ts';
import { writeReport } from '../lab/report-files.ts';
import { type LabResult, type Played, resultOf } from '../lab/result.ts';
import { scenarios } from '../lab/scenarios.ts';
import { Players } from '../lab/workers.ts';
import { type Context, UsageError } from './context.ts';
import { progressOf } from './lab-progress.ts';
import { showResult } from './lab-show.ts';
import { sweep } from './lab-sweep.ts';
import { print, printJson, printTable } from './print.ts';
import { ownVersion } from './version.ts';

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
	const workers = (context.options['workers'] as number | undefined) ?? 1;
	const played = await play(context, experiment, request, workers);
	const result = resultOf(experiment, played);
	const out = context.options['out'] as string | undefined;
	if (out !== undefined) writeReport(out, [result], ownVersion());
	show(context, result, out);
}

function show(context: Context, result: LabResult, out: string | undefined): void {
	if (context.json) printJson(result);
	else {
		showResult(result);
		if (out !== undefined) print(`Written to ${out}: result.json, result.csv, report.html`);
	}
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
	if (workers === 1) {
		for (const unit of units) {
			if (context.interrupted.aborted) break;
			played.push({ ...unit, counts: experiment.play(unit) });
			progress.step();
			// Lets Ctrl-C in.
			await pause();
		}
	} else {
		const players = new Players(workers);
		const stopped = new Promise<void>((resolve) =>
			context.interrupted.addEventListener('abort', () => resolve()),
		);
		const all = units.map(async (unit) => {
			const counts = await players.play(request, unit);
			played.push({ ...unit, counts });
			progress.step();
		});
		await Promise.race([Promise.all(all), stopped]);
		await players.end();
	}
	progress.stop();
	return played;
}

function capital(text: string): string {
	return text.charAt(0).toUpperCase() + text.slice(1);
}
