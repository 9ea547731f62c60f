/** A result as a table: a column a measure where there are rows, else a line a measure. */
import type { LabResult, Measures } from '../lab/result.ts';
import { print, printTable } from './print.ts';

export function showResult(result: LabResult): void {
	const { scenario, nodes, topology, runs, randomSeed, partial } = result;
	print(
		`${scenario}: ${nodes} servents, topology ${topology}, ${runs} plays a row, random seed ${randomSeed}`,
	);
	if (isFlat(result.measures)) {
		const spread = result.confidence as Measures;
		printTable(
			['measure', 'value'],
			Object.entries(result.measures).map(([name, value]) => [wordsOf(name), shown(value, spread[name])]),
		);
	} else showRows(result.measures, result.confidence as Record<string, Measures>);
	if (partial) print('PARTIAL: it was interrupted, and rows or plays are missing.');
	print(`digest ${result.digest}`);
}

function showRows(measures: Record<string, Measures>, confidence: Record<string, Measures>): void {
	const names = [...new Set(Object.values(measures).flatMap((row) => Object.keys(row)))];
	printTable(
		['', ...names.map(wordsOf)],
		Object.entries(measures).map(([row, values]) => [
			row,
			...names.map((name) =>
				values[name] === undefined ? '' : shown(values[name], confidence[row]?.[name]),
			),
		]),
	);
}

export function isFlat(measures: LabResult['measures']): measures is Measures {
	return Object.values(measures).every((one) => typeof one === 'number');
}

/** `giantComponent` is `giant component`. */
function wordsOf(name: string): string {
	return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function shown(value: number, spread: number | undefined): string {
	return spread === undefined || spread === 0 ? plain(value) : `${plain(value)} ± ${plain(spread)}`;
}

function plain(value: number): string {
	if (Number.isInteger(value)) return String(value);
	return value >= 1000 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(3);
}
