/**
 * From the whole numbers of all plays to what is printed: means over the plays, with the interval in which the
 * true mean lies with 95 % (Student's t; square roots only, which every machine rounds alike).
 */
import { digestOf } from './digest.ts';
import type { Experiment, Unit } from './experiment.ts';
import type { Counts } from './scenario.ts';

export type Measures = Record<string, number>;

export interface LabResult {
	readonly scenario: string;
	readonly randomSeed: number;
	readonly nodes: number;
	/** By name; or by row, and then by name. */
	readonly measures: Measures | Record<string, Measures>;
	/** The same shape: half the width of the 95 % interval of each mean; 0 where all plays agree. */
	readonly confidence: Measures | Record<string, Measures>;
	readonly settings: Readonly<Record<string, number | string>>;
	readonly topology: string;
	readonly runs: number;
	/** Not all plays were played: somebody pressed Ctrl-C. */
	readonly partial: boolean;
	readonly digest: string;
}

/** Two-sided 95 % of Student's t for 1 to 30 degrees of freedom. */
const STUDENT = [
	12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131,
	2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];

export interface Played extends Unit {
	readonly counts: Counts;
}

export function resultOf(experiment: Experiment, played: readonly Played[]): LabResult {
	const { scenario, rows, runs } = experiment;
	const measures: Record<string, Measures> = {};
	const confidence: Record<string, Measures> = {};
	for (const row of rows) {
		const each = played.filter((one) => one.row === row).map(({ counts }) => scenario.measures(counts, row));
		if (each.length === 0) continue;
		measures[row] = {};
		confidence[row] = {};
		for (const name of Object.keys(each[0])) {
			const values = each.map((one) => one[name]);
			measures[row][name] = rounded(mean(values));
			confidence[row][name] = rounded(halfWidth(values));
		}
	}
	const ordered = [...played].sort((a, b) => rows.indexOf(a.row) - rows.indexOf(b.row) || a.run - b.run);
	const single = rows.length === 1 && rows[0] === '';
	const order = {
		scenario: scenario.name,
		randomSeed: experiment.randomSeed,
		nodes: experiment.nodes,
		settings: { ...experiment.settings, ...experiment.limits },
	};
	return {
		...order,
		measures: single ? (measures[''] ?? {}) : measures,
		confidence: single ? (confidence[''] ?? {}) : confidence,
		topology: experiment.topologyName,
		runs,
		partial: played.length < rows.length * runs,
		digest: digestOf({
			...order,
			runs,
			plays: ordered.map(({ row, run, counts }) => ({ row, run, counts })),
		}),
	};
}

/** Rows by name; a result without rows has one without a name. */
export function rowsOf(measures: LabResult['measures']): Record<string, Measures> {
	const flat = Object.values(measures).every((one) => typeof one === 'number');
	return flat ? { '': measures as Measures } : (measures as Record<string, Measures>);
}

function mean(values: readonly number[]): number {
	return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function halfWidth(values: readonly number[]): number {
	const count = values.length;
	if (count < 2) return 0;
	const middle = mean(values);
	const squares = values.reduce((sum, value) => sum + (value - middle) * (value - middle), 0);
	return (STUDENT[count - 2] ?? 1.96) * Math.sqrt(squares / (count - 1) / count);
}

/** Six places: more than any of these figures is worth. */
function rounded(value: number): number {
	return Math.round(value * 1e6) / 1e6;
}
