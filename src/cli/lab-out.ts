/**
 * The folder of --out. It is made before anything is played: who has waited for hours must not hear then that it cannot be
 * written. What was ordered before with the same words is compared by its digest.
 */
import { accessSync, constants } from 'node:fs';
import { comparedWith, writeReport } from '../lab/report-files.ts';
import type { LabResult } from '../lab/result.ts';
import { makeFolder } from '../world/folder.ts';
import { type Context, UsageError } from './context.ts';
import { print } from './print.ts';
import { ownVersion } from './version.ts';

export function folderOf(context: Context): string | undefined {
	const out = context.options['out'] as string | undefined;
	if (out === undefined) return undefined;
	try {
		makeFolder(out);
		accessSync(out, constants.W_OK);
	} catch (error) {
		throw new UsageError(`The folder ${out} cannot be written: ${(error as Error).message}.`);
	}
	return out;
}

export function writeResults(context: Context, out: string, results: readonly LabResult[]): void {
	const { equal, different } = comparedWith(out, results);
	writeReport(out, results, ownVersion());
	const lines = [
		...(equal === 0 ? [] : [`${equal} of ${results.length} as before, by digest.`]),
		...different.map(
			({ scenario, settings }) =>
				`NOT as before, by digest: ${scenario} ${Object.entries(settings)
					.map(([name, value]) => `${name}=${value}`)
					.join(' ')}`,
		),
		`Written to ${out}: result.json, result.csv, report.html`,
	];
	if (!context.json) for (const line of lines) print(line);
	else for (const line of lines.slice(0, -1)) process.stderr.write(`${line}\n`);
}
