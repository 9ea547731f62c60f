/** Plays an experiment to its end, for tests. */
import { experimentOf, type Wishes } from '../../src/lab/experiment.ts';
import { type LabResult, type Measures, resultOf } from '../../src/lab/result.ts';
import { scenarioOf } from '../../src/lab/scenarios.ts';

export function played(name: string, wishes: Wishes = {}): LabResult {
	const scenario = scenarioOf(name);
	if (scenario === undefined) throw new Error(`there is no scenario ${name}`);
	const experiment = experimentOf(scenario, wishes);
	return resultOf(
		experiment,
		experiment.units.map((unit) => ({ ...unit, counts: experiment.play(unit) })),
	);
}

/** The measures of one row. */
export function row(result: LabResult, name: string): Measures {
	const found = (result.measures as Record<string, Measures>)[name];
	if (found === undefined)
		throw new Error(`no row "${name}"; there are: ${Object.keys(result.measures).join(', ')}`);
	return found;
}
