import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Of package.json, which is further up in a published package than in a clone. */
export function ownVersion(): string {
	let folder = import.meta.dirname;
	while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
	return (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }).version;
}
