/**
 * Policies that were read before, by the hash of their text: reading YAML takes a quarter of the time in which a
 * guarded program must have started. A file that is not wholly ours is not believed; one that cannot be written is not
 * missed.
 */
import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from './own-places.ts';
import type { PolicyPart } from './policy.ts';

/** Changes with what is in a PolicyPart. */
const version = 1;

function pathOf(text: string, file: string): string {
	return join(
		cacheFolder(),
		`${createHash('sha256').update(`${version}\0${file}\0${text}`).digest('hex')}.json`,
	);
}

export function remembered(text: string, file: string): PolicyPart | undefined {
	let descriptor: number | undefined;
	try {
		descriptor = openSync(pathOf(text, file), 'r');
		const { uid, mode } = fstatSync(descriptor);
		if (uid !== process.geteuid!() || (mode & 0o022) !== 0) return undefined;
		return JSON.parse(readFileSync(descriptor, 'utf8')) as PolicyPart;
	} catch {
		return undefined;
	} finally {
		if (descriptor !== undefined) closeSync(descriptor);
	}
}

export function remember(text: string, file: string, part: PolicyPart): void {
	const path = pathOf(text, file);
	try {
		writeFileSync(`${path}.${process.pid}`, JSON.stringify(part), { mode: 0o600 });
		renameSync(`${path}.${process.pid}`, path);
	} catch {
		// Read again next time.
	}
}
