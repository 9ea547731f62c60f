/**
 * Where the guard keeps what decides: what was always allowed, and policies that were read before. Neither lies in the
 * node's home, which a guarded node may write; and over both, and over the policy itself, something is put in every
 * view, so that no program writes the rules that it will run under next time.
 */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { makeFolder } from '../world/folder.ts';
import type { FileRule } from './policy.ts';

function base(variable: string, folder: string): string {
	const given = process.env[variable];
	// The XDG specification: a relative path is invalid and is to be ignored.
	return join(given?.startsWith('/') ? given : join(homedir(), folder), 'sallyport', 'guard');
}

/** Of a policy, by its name. */
export function additionsPath(policy: string): string {
	return join(base('XDG_CONFIG_HOME', '.config'), `${policy}.yaml`);
}

export function cacheFolder(): string {
	return base('XDG_CACHE_HOME', '.cache');
}

/** What Node.js compiled before, and runs: bin/sallyport.js names the same folder. */
export function compiledFolder(): string {
	return join(cacheFolder(), 'compiled');
}

/** `files`: the policy's own. */
export function hidingRules(files: readonly string[]): FileRule[] {
	const folders = [base('XDG_CONFIG_HOME', '.config'), cacheFolder()];
	for (const folder of folders) {
		try {
			makeFolder(folder, 0o700);
		} catch {
			// Where we cannot write, the program cannot either.
		}
	}
	const because = 'the rules of the guard itself';
	return [...folders, ...files].map((path) => ({
		verb: 'read',
		path,
		action: 'deny',
		because,
		where: 'always',
	}));
}

/** Folders that the user lets guarded nodes see. */
export function folderListPath(): string {
	return join(base('XDG_CONFIG_HOME', '.config'), 'folders.json');
}
