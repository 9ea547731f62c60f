/** All scenarios, in the order of the talk. */
import type { Scenario } from './scenario.ts';
import { failures } from './scenarios/failures.ts';
import { floodCost } from './scenarios/flood-cost.ts';

export const scenarios: readonly Scenario[] = [floodCost, failures];

export function scenarioOf(name: string): Scenario | undefined {
	return scenarios.find((one) => one.name === name);
}
