/** A console without a node, for this run and this machine: `watch --open`, `server --open`, `guard run --open`. */
import { randomBytes } from 'node:crypto';
import type { Standing } from '../node/api/backend.ts';
import type { Beside } from '../node/api/routes.ts';
import type { Status } from '../node/api/schemas.ts';
import { type RunningApi, startApi } from '../node/api/server.ts';
import { makeLog } from './run-node.ts';
import { ownVersion } from './version.ts';

export interface ConsoleAlone {
	readonly api: RunningApi;
	/** The page's address, with a token that lets one browser in, once. */
	readonly entrance: string;
}

export async function openConsoleAlone(
	page: Exclude<Status['offers'][number], 'node'>,
	beside: Beside,
	/** Somebody has come in by the address, whose token is void from now on. */
	entered?: () => void,
): Promise<ConsoleAlone> {
	const api = await startApi(standing(page), {
		...beside,
		host: '127.0.0.1',
		port: 0,
		key: randomBytes(32),
		password: undefined,
		version: ownVersion(),
		log: makeLog(),
		now: () => Date.now(),
		entered,
	});
	return { api, entrance: `${api.entrance()}#/${page}` };
}

function standing(page: Status['offers'][number]): Standing {
	const startedAt = Date.now();
	return {
		status: () => ({
			version: ownVersion(),
			scope: 'practice',
			offers: [page],
			startedAt,
			now: Date.now(),
			guid: '',
			listen: '',
			networks: [],
			shared: { files: 0, bytes: 0, hashing: 0 },
			rates: { down: 0, up: 0 },
			counts: { searches: 0, active: 0, evidence: 0 },
		}),
	};
}

export function interrupted(signal: AbortSignal): Promise<void> {
	return new Promise((resolve) => {
		if (signal.aborted) resolve();
		signal.addEventListener('abort', () => resolve());
	});
}
