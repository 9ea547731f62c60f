/** What lies beside the program: beside its source in a clone, or beside the few files that are made of it (dist/program). */
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** The folder of package.json. */
export function packageRoot(): string {
	let folder = import.meta.dirname;
	while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
	return folder;
}

/**
 * The file of a thread, for new Worker. `source`: './NAME.ts', as seen from the module that asks, written where this is
 * called: by these calls the build knows which threads there are. `from`: its import.meta.url.
 */
export function threadFile(source: string, from: string): URL {
	return new URL(from.endsWith('.ts') ? source : `./${basename(source, '.ts')}.js`, from);
}
