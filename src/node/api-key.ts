/** api.json in the home: how a program of the same user finds the API and is let in. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface ApiKey {
	readonly url: string;
	/** Bearer token of this run. */
	readonly token: string;
}

export function writeApiKey(home: string, key: ApiKey): void {
	const path = join(home, 'api.json');
	writeFileSync(`${path}.new`, `${JSON.stringify(key)}\n`, { mode: 0o600 });
	renameSync(`${path}.new`, path);
}

/** undefined: no node runs on this home (or it was killed before it could write). */
export function readApiKey(home: string): ApiKey | undefined {
	try {
		const said = JSON.parse(readFileSync(join(home, 'api.json'), 'utf8')) as Partial<ApiKey>;
		if (typeof said.url === 'string' && typeof said.token === 'string')
			return { url: said.url, token: said.token };
	} catch {
		// Absent.
	}
	return undefined;
}
