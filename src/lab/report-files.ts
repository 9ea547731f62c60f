/** The folder of results: result.json (an object a line), result.csv (a line a measure), report.html. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../world/folder.ts';
import { canonical } from './digest.ts';
import { reportOf } from './report.ts';
import { type LabResult, rowsOf } from './result.ts';

export function writeReport(folder: string, results: readonly LabResult[], version: string): void {
	makeFolder(folder);
	writeFileSync(join(folder, 'result.json'), results.map((one) => `${JSON.stringify(one)}\n`).join(''));
	writeFileSync(join(folder, 'result.csv'), csvOf(results));
	writeFileSync(join(folder, 'report.html'), reportOf(results, version));
}

/** What a folder says of orders that are ordered again. */
export interface Comparison {
	readonly equal: number;
	/** Results with another digest than the whole one of the same order that was there before. */
	readonly different: readonly LabResult[];
}

/** Call it before the folder is written. */
export function comparedWith(folder: string, results: readonly LabResult[]): Comparison {
	const before = digestsIn(folder);
	let equal = 0;
	const different = results.filter((result) => {
		const digest = result.partial ? undefined : before.get(orderOf(result));
		if (digest === result.digest) equal++;
		return digest !== undefined && digest !== result.digest;
	});
	return { equal, different };
}

function digestsIn(folder: string): Map<string, string> {
	const path = join(folder, 'result.json');
	const digests = new Map<string, string>();
	if (!existsSync(path)) return digests;
	for (const line of readFileSync(path, 'utf8').split('\n'))
		try {
			const result = JSON.parse(line) as LabResult;
			if (!result.partial) digests.set(orderOf(result), result.digest);
		} catch {
			// The empty end, or not ours.
		}
	return digests;
}

function orderOf({ scenario, randomSeed, nodes, settings, runs }: LabResult): string {
	return canonical({ scenario, randomSeed, nodes, settings, runs });
}

function csvOf(results: readonly LabResult[]): string {
	const lines = ['scenario,topology,nodes,random_seed,settings,row,measure,value,confidence,partial,digest'];
	for (const result of results) {
		const { scenario, topology, nodes, randomSeed, partial, digest } = result;
		const settings = Object.entries(result.settings)
			.map(([name, value]) => `${name}=${value}`)
			.join(' ');
		const spread = rowsOf(result.confidence);
		for (const [row, measures] of Object.entries(rowsOf(result.measures)))
			for (const [name, value] of Object.entries(measures))
				lines.push(
					[
						scenario,
						topology,
						nodes,
						randomSeed,
						settings,
						row,
						name,
						value,
						spread[row]?.[name] ?? 0,
						partial,
						digest,
					]
						.map(field)
						.join(','),
				);
	}
	return `${lines.join('\n')}\n`;
}

/** A field that begins like a formula is one for a spreadsheet program: names of files come from outside. */
function field(value: string | number | boolean): string {
	const text = typeof value === 'string' && /^[=+@-]/.test(value) ? `'${value}` : String(value);
	return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
