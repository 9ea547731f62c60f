/**
 * Policies that were read before, with their whole text beside them: reading YAML takes a quarter of the time in which
 * a guarded program must have started, and so does loading what makes a hash. A file that is not wholly ours is not
 * believed; one that cannot be written is not missed.
 */
import { closeSync, fstatSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from './own-places.ts';
import type { PolicyPart } from './policy.ts';

/** Changes with what is in a PolicyPart. */
const version = 3;

interface Kept {
	readonly version: number;
	readonly text: string;
	readonly part: PolicyPart;
}

/** Of files with the same name the last one is kept. */
function pathOf(file: string): string {
	return join(cacheFolder(), `${encodeURIComponent(file).slice(0, 200)}.json`);
}

export function remembered(text: string, file: string): PolicyPart | undefined {
	let descriptor: number | undefined;
	try {
		descriptor = openSync(pathOf(file), 'r');
		const { uid, mode } = fstatSync(descriptor);
		if (uid !== process.geteuid!() || (mode & 0o022) !== 0) return undefined;
		const kept = JSON.parse(readFileSync(descriptor, 'utf8')) as Kept;
		return kept.version === version && kept.text === text ? kept.part : undefined;
	} catch {
		return undefined;
	} finally {
		if (descriptor !== undefined) closeSync(descriptor);
	}
}

export function remember(text: string, file: string, part: PolicyPart): void {
	const path = pathOf(file);
	try {
		const kept: Kept = { version, text, part };
		writeFileSync(`${path}.${process.pid}`, JSON.stringify(kept), { mode: 0o600 });
		renameSync(`${path}.${process.pid}`, path);
	} catch {
		// Read again next time.
	}
}
