/** All scenarios, in the order of the talk. */
import type { Scenario } from './scenario.ts';
import { answersEverything } from './scenarios/answers-everything.ts';
import { failures } from './scenarios/failures.ts';
import { floodCost } from './scenarios/flood-cost.ts';
import { pushDiversion } from './scenarios/push-diversion.ts';
import { queryFlood } from './scenarios/query-flood.ts';

export const scenarios: readonly Scenario[] = [
	floodCost,
	failures,
	queryFlood,
	pushDiversion,
	answersEverything,
];

export function scenarioOf(name: string): Scenario | undefined {
	return scenarios.find((one) => one.name === name);
}
