/** From words and files to an experiment: what the command line and the workers share. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { isRefusal } from '../evidence/refusal.ts';
import { type Experiment, experimentOf, OrderError, type Wishes } from './experiment.ts';
import { scenarioOf, scenarios } from './scenarios.ts';
import { readSessions } from './session-file.ts';
import { readEdges } from './snap.ts';

/** Plain data: it travels to workers and into files. */
export interface Request extends Omit<Wishes, 'loaded' | 'sessions'> {
	readonly scenario: string;
	readonly topology?: string | undefined;
	readonly sessions?: string | undefined;
}

export function load(request: Request): Experiment {
	const scenario = scenarioOf(request.scenario);
	if (scenario === undefined)
		throw new OrderError(
			`no scenario is called "${request.scenario}"; there are: ${scenarios.map(({ name }) => name).join(', ')}`,
		);
	const { topology, sessions, ...others } = request;
	const loaded = topology === undefined ? undefined : readTopology(topology);
	return experimentOf(scenario, {
		...others,
		loaded,
		sessions: sessions === undefined ? undefined : readSessionFile(sessions),
	});
}

function readTopology(path: string): NonNullable<Wishes['loaded']> {
	const graph = readEdges(bytesOf(path));
	if (isRefusal(graph)) throw new OrderError(`${path}: ${graph.detail}`);
	return { name: basename(path), graph };
}

function readSessionFile(path: string): NonNullable<Wishes['sessions']> {
	const bytes = bytesOf(path);
	const sessions = readSessions(bytes);
	if (isRefusal(sessions)) throw new OrderError(`${path}: ${sessions.detail}`);
	return { digest: createHash('sha256').update(bytes).digest('hex').slice(0, 16), sessions };
}

function bytesOf(path: string): Uint8Array {
	try {
		return readFileSync(path);
	} catch (error) {
		throw new OrderError(`${path} cannot be read: ${(error as Error).message}`);
	}
}
