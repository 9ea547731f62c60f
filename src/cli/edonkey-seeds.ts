/** Seeds of eDonkey are lists of servers: a file server.met, or links `ed2k://|server|HOST|PORT|/`. */
import { readFileSync, statSync } from 'node:fs';
import { isRefusal } from '../evidence/refusal.ts';
import type { ServerAddress } from '../networks/edonkey/register.ts';
import { decodeServerMet } from '../networks/edonkey/wire/server-met.ts';
import { UsageError } from './context.ts';
import { isServerList, serverOfLink } from './values.ts';

/** Real lists have some tens of servers, 100 bytes each. */
const mostBytes = 1 << 20;

/** The servers that these seeds name; other seeds are passed over. */
export function serversOf(seeds: readonly string[]): ServerAddress[] {
	return seeds.flatMap((seed) => {
		const server = serverOfLink(seed);
		if (server !== undefined) return [server];
		return isServerList(seed) ? serversIn(seed) : [];
	});
}

function serversIn(path: string): ServerAddress[] {
	let bytes: Uint8Array;
	try {
		if (statSync(path).size > mostBytes) throw new Error('it is too large');
		bytes = readFileSync(path);
	} catch (error) {
		throw new UsageError(`--seed ${path}: ${(error as Error).message}`);
	}
	const servers = decodeServerMet(bytes);
	if (isRefusal(servers)) throw new UsageError(`--seed ${path}: it is no list of servers`);
	return servers.map(({ address, obfuscatedPort }) =>
		obfuscatedPort === undefined ? address : { ...address, obfuscatedPort },
	);
}
