/** `sallyport lab sweep`: a grid of settings on all cores; with --out it goes on where it was stopped. */
import { availableParallelism } from 'node:os';
import type { Request } from '../lab/load.ts';
import { type LabResult, type Measures, type Played, resultOf, rowsOf } from '../lab/result.ts';
import type { Counts } from '../lab/scenario.ts';
import { type Cell, cellsOf, Journal } from '../lab/sweep.ts';
import type { Context } from './context.ts';
import { folderOf, writeResults } from './lab-out.ts';
import { playOnThreads } from './lab-play.ts';
import { progressOf } from './lab-progress.ts';
import { print, printJson, printTable } from './print.ts';
import { ownVersion } from './version.ts';

export async function sweep(context: Context, request: Request): Promise<void> {
	const cells = cellsOf(request);
	const out = folderOf(context);
	const journal = out === undefined ? undefined : new Journal(out, ownVersion());
	const played = cells.map((): Played[] => []);
	const units = cells.flatMap((cell, at) => cell.experiment.units.map((unit) => ({ cell, at, unit })));
	const left = units.filter(({ cell, at, unit }) => {
		const counts = journal?.get(cell, unit);
		if (counts !== undefined) played[at].push({ ...unit, counts });
		return counts === undefined;
	});
	const progress = await progressOf(left.length, process.stderr.isTTY === true && !context.json);
	const jobs = left.map(({ cell, at, unit }) => ({
		request: cell.request,
		unit,
		done(counts: Counts): void {
			journal?.add(cell, unit, counts);
			played[at].push({ ...unit, counts });
			progress.step();
		},
	}));
	const threads = (context.options['workers'] as number | undefined) ?? availableParallelism();
	try {
		await playOnThreads(jobs, threads, context.interrupted);
	} finally {
		progress.stop();
	}
	const results = cells.map(({ experiment }, at) => resultOf(experiment, played[at]));
	if (left.length < units.length && !context.json)
		print('Some plays were in the journal and were not played again.');
	show(context, cells, results);
	if (out !== undefined) writeResults(context, out, results);
}

/** Columns of the table; the folder has all. */
const MOST_COLUMNS = 6;

function show(context: Context, cells: readonly Cell[], results: readonly LabResult[]): void {
	if (context.json) {
		for (const result of results) printJson(result);
		return;
	}
	const lines = results.flatMap((result, at) => {
		const rows: [string, Measures][] = Object.entries(rowsOf(result.measures));
		return (rows.length === 0 ? [['', {}] satisfies [string, Measures]] : rows).map(([row, measures]) => ({
			settings: (cells[at].request.set ?? []).join(' '),
			row,
			measures,
			digest: `${result.digest.slice(0, 16)}${result.partial ? ', partial' : ''}`,
		}));
	});
	const names = [...new Set(lines.flatMap(({ measures }) => Object.keys(measures)))].slice(0, MOST_COLUMNS);
	const hasRows = lines.some(({ row }) => row !== '');
	printTable(
		['settings', ...(hasRows ? ['row'] : []), ...names, 'digest'],
		lines.map(({ settings, row, measures, digest }) => [
			settings,
			...(hasRows ? [row] : []),
			...names.map((name) => String(measures[name] ?? '')),
			digest,
		]),
	);
	if (results.some(({ partial }) => partial))
		print('PARTIAL: it was interrupted; the same command with --out goes on.');
}
