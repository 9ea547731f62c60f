/** From words and files to an experiment: what the command line and the workers share. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { isRefusal } from '../evidence/refusal.ts';
import { type Experiment, experimentOf, OrderError, type Wishes } from './experiment.ts';
import { scenarioOf, scenarios } from './scenarios.ts';
import { readEdges } from './snap.ts';

/** Plain data: it travels to workers and into files. */
export interface Request extends Omit<Wishes, 'loaded'> {
	readonly scenario: string;
	readonly topology?: string | undefined;
}

export function load(request: Request): Experiment {
	const scenario = scenarioOf(request.scenario);
	if (scenario === undefined)
		throw new OrderError(
			`no scenario is called "${request.scenario}"; there are: ${scenarios.map(({ name }) => name).join(', ')}`,
		);
	const { topology } = request;
	if (topology === undefined) return experimentOf(scenario, request);
	return experimentOf(scenario, {
		...request,
		loaded: { name: basename(topology), graph: readTopology(topology) },
	});
}

function readTopology(path: string) {
	let bytes: Uint8Array;
	try {
		bytes = readFileSync(path);
	} catch (error) {
		throw new OrderError(`${path} cannot be read: ${(error as Error).message}`);
	}
	const graph = readEdges(bytes);
	if (isRefusal(graph)) throw new OrderError(`${path}: ${graph.detail}`);
	return graph;
}
