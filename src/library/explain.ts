/** Whether a path is shared, and why not: the rules, asked anew for the path and for each folder above it. */
import type { Stats } from 'node:fs';
import { lstat, realpath } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import type { Oversharing } from '../defence/oversharing.ts';
import { refusals as defenceRefusals } from '../defence/refusals.ts';
import { advice, adviceOn } from './advice.ts';
import { equalStamps } from './open.ts';
import { refusals } from './refusals.ts';
import { isWithin, realOrSame } from './roots.ts';
import { factsOf, sharingRule } from './scan.ts';
import { type SharedFolder, stampOf } from './shared-folder.ts';

export interface Explanation {
	/** Absolute. */
	readonly path: string;
	readonly shared: boolean;
	/** Code of the rule that leaves it out. */
	readonly code?: string;
	/** A sentence. */
	readonly reason: string;
	/** What to do if it is to be shared; a sentence. Absent where it is shared. */
	readonly advice?: string;
}

export async function explain(
	given: string,
	folders: readonly SharedFolder[],
	never: readonly string[],
	defence: Oversharing,
): Promise<Explanation> {
	const path = await withoutLinksAbove(resolve(given));
	const folder = folders.find((one) => isWithin(path, one.path));
	const no = (reason: string, advice: string): Explanation => ({ path, shared: false, reason, advice });
	if (folder === undefined) return no('It is in none of the shared folders.', advice.outside);
	if (path === folder.path) return { path, shared: true, reason: 'This folder is shared.' };
	const inside = path.slice(folder.path.length + 1).split(sep);
	const rule = sharingRule(defence);
	const root = await lookAt(folder.path);
	const own = await Promise.all(never.map(realOrSame));
	let last: Stats | undefined;
	for (let depth = 1; depth <= inside.length; depth++) {
		const part = inside.slice(0, depth).join('/');
		const absolute = join(folder.path, part);
		const stats = (last = await lookAt(absolute));
		if (stats === undefined) return no('There is no such file.', advice.missing);
		const code = own.includes(absolute) ? 'library.entry.private' : rule(factsOf(part, stats, root));
		if (code === undefined) continue;
		const where = depth === inside.length ? '' : `Of "${part}", in which it lies: `;
		return leftOut(path, code, where);
	}
	if (last?.isDirectory() === true)
		return { path, shared: true, reason: 'What is in this folder is shared.' };
	return ofFile(path, inside.join('/'), folder, last!);
}

function ofFile(path: string, inside: string, folder: SharedFolder, stats: Stats): Explanation {
	const left = folder.leftOutReason(inside);
	if (left !== undefined) return leftOut(path, left);
	const entry = folder.entries.get(inside);
	const wait = { path, shared: false, advice: advice.wait };
	if (entry === undefined) return { ...wait, reason: 'It is new: the folder will be scanned.' };
	if (entry.sha1 === undefined)
		return { ...wait, reason: 'It waits for its hash, and is shared when that is known.' };
	const now = { size: stats.size, mtime: stats.mtimeMs, ino: stats.ino };
	if (!equalStamps(stampOf(entry), now)) {
		return leftOut(path, 'library.file.changed');
	}
	return { path, shared: true, reason: `It is shared as "${entry.name}", urn:sha1:${entry.sha1}.` };
}

function leftOut(path: string, code: string, where = ''): Explanation {
	return { path, shared: false, code, reason: where + sentenceOf(code), advice: adviceOn(code) };
}

/** The folder's links are followed, the last name is not: a link is what is asked about. */
async function withoutLinksAbove(path: string): Promise<string> {
	const above = await realpath(dirname(path)).catch(() => dirname(path));
	return above === path ? path : join(above, path.slice(dirname(path).length).replace(/^[/\\]+/, ''));
}

async function lookAt(path: string): Promise<Stats | undefined> {
	return lstat(path).catch(() => undefined);
}

function sentenceOf(code: string): string {
	return [...refusals, ...defenceRefusals].find((reason) => reason.code === code)?.sentence ?? code;
}
