/** The folder of results: result.json (an object a line), result.csv (a line a measure), report.html. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { reportOf } from './report.ts';
import { type LabResult, rowsOf } from './result.ts';

export function writeReport(folder: string, results: readonly LabResult[], version: string): void {
	mkdirSync(folder, { recursive: true });
	writeFileSync(join(folder, 'result.json'), results.map((one) => `${JSON.stringify(one)}\n`).join(''));
	writeFileSync(join(folder, 'result.csv'), csvOf(results));
	writeFileSync(join(folder, 'report.html'), reportOf(results, version));
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
