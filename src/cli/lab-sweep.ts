/** `sallyport lab sweep`: a grid of settings on all cores; with --out it goes on where it was stopped. */
import { availableParallelism } from 'node:os';
import type { Request } from '../lab/load.ts';
import { writeReport } from '../lab/report-files.ts';
import { type LabResult, type Played, resultOf } from '../lab/result.ts';
import { type Cell, cellsOf, Journal } from '../lab/sweep.ts';
import { Players } from '../lab/workers.ts';
import type { Context } from './context.ts';
import { progressOf } from './lab-progress.ts';
import { isFlat } from './lab-show.ts';
import { print, printJson, printTable } from './print.ts';
import { ownVersion } from './version.ts';

export async function sweep(context: Context, request: Request): Promise<void> {
	const cells = cellsOf(request);
	const out = context.options['out'] as string | undefined;
	const journal = out === undefined ? undefined : new Journal(out);
	const played = cells.map((): Played[] => []);
	const units = cells.flatMap((cell, at) => cell.experiment.units.map((unit) => ({ cell, at, unit })));
	const left = units.filter(({ cell, at, unit }) => {
		const counts = journal?.get(cell, unit);
		if (counts !== undefined) played[at].push({ ...unit, counts });
		return counts === undefined;
	});
	const players = new Players((context.options['workers'] as number | undefined) ?? availableParallelism());
	const progress = await progressOf(left.length, process.stderr.isTTY === true && !context.json);
	const stopped = new Promise<void>((resolve) =>
		context.interrupted.addEventListener('abort', () => resolve()),
	);
	const all = left.map(async ({ cell, at, unit }) => {
		const counts = await players.play(cell.request, unit);
		journal?.add(cell, unit, counts);
		played[at].push({ ...unit, counts });
		progress.step();
	});
	await Promise.race([Promise.all(all), stopped]);
	progress.stop();
	await players.end();
	const results = cells.map(({ experiment }, at) => resultOf(experiment, played[at]));
	if (out !== undefined) writeReport(out, results, ownVersion());
	show(context, cells, results, left.length < units.length);
}

function show(
	context: Context,
	cells: readonly Cell[],
	results: readonly LabResult[],
	resumed: boolean,
): void {
	if (context.json) {
		for (const result of results) printJson(result);
		return;
	}
	if (resumed) print('Some plays were in the journal and were not played again.');
	const names = [
		...new Set(results.flatMap(({ measures }) => (isFlat(measures) ? Object.keys(measures) : []))),
	].slice(0, 6);
	printTable(
		['settings', ...names, 'digest'],
		results.map((result, at) => [
			(cells[at].request.set ?? []).join(' '),
			...names.map((name) => (isFlat(result.measures) ? String(result.measures[name] ?? '') : '')),
			result.partial ? 'partial' : result.digest.slice(0, 16),
		]),
	);
}
