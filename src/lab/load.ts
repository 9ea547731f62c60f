/** From words and files to an experiment: what the command line and the workers share. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { isRefusal } from '../evidence/refusal.ts';
import { type Experiment, experimentOf, OrderError, type Wishes } from './experiment.ts';
import { scenarioOf, scenarios } from './scenarios.ts';
import { readSessions } from './session-file.ts';
import { readEdges } from './snap.ts';

/** Bytes of an edge list that was compressed: what the laboratory has nodes for is less. */
const MOST_INFLATED = 2_000_000_000;

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
	const graph = readEdges(inflated(path, bytesOf(path)));
	if (isRefusal(graph)) throw new OrderError(`the file ${path}: ${graph.detail}`);
	return { name: basename(path), graph };
}

/** SNAP publishes edge lists as .txt.gz. */
function inflated(path: string, bytes: Uint8Array): Uint8Array {
	if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
	try {
		return gunzipSync(bytes, { maxOutputLength: MOST_INFLATED });
	} catch (error) {
		throw new OrderError(`the file ${path} cannot be inflated: ${(error as Error).message}`);
	}
}

function readSessionFile(path: string): NonNullable<Wishes['sessions']> {
	const bytes = bytesOf(path);
	const sessions = readSessions(bytes);
	if (isRefusal(sessions)) throw new OrderError(`the file ${path}: ${sessions.detail}`);
	return { digest: createHash('sha256').update(bytes).digest('hex').slice(0, 16), sessions };
}

function bytesOf(path: string): Uint8Array {
	try {
		return readFileSync(path);
	} catch (error) {
		throw new OrderError(`the file ${path} cannot be read: ${(error as Error).message}`);
	}
}
