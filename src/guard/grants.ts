/**
 * What the file rules of a policy come to on this machine: each path followed through its links to what it is. The
 * view (kernel/view.ts) and Landlock (kernel/landlock.ts) are made from the same list.
 *
 * Rules:
 * 1. A path that does not exist grants nothing; with a slash at its end the folder is made, and where it cannot be, the policy
 *    is refused.
 * 2. What may be written is never run: the kernel gets it without exec, whatever else the policy says; unless that is
 *    what the policy allows in so many words (dropper: allow).
 * 3. A refusal within a permission is put over it. Where it does not exist yet, and the program could make it, the
 *    policy is refused: nothing can be put over nothing.
 */
import { lstatSync, readlinkSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { makeFolder } from '../world/folder.ts';
import type { FileRule, Policy } from './policy.ts';

export interface Surroundings {
	readonly home: string;
	/** Absolute, without links. */
	readonly program: string;
	/** The path that it was called by. */
	readonly called: string;
	readonly here: string;
	readonly arguments: readonly string[];
}

export interface Grant {
	/** Without links. */
	readonly path: string;
	readonly folder: boolean;
	readonly read: boolean;
	readonly write: boolean;
	readonly create: boolean;
	/** Libraries: code may be mapped from it. */
	readonly load: boolean;
	/** Programs: may be started. */
	readonly run: boolean;
}

export interface Grants {
	/** Outer ones before inner ones. */
	readonly granted: readonly Grant[];
	readonly refused: readonly { readonly path: string; readonly folder: boolean }[];
	/** Links on the way to what is granted, and what they say. */
	readonly links: ReadonlyMap<string, string>;
	/** Why the policy cannot be kept. */
	readonly faults: readonly string[];
}

interface Found {
	readonly path: string;
	readonly folder: boolean;
}

const mostLinks = 40;

export function grantsOf(policy: Policy, around: Surroundings): Grants {
	const links = new Map<string, string>();
	const granted = new Map<string, Grant>();
	const unmade: string[] = [];
	const grant = (path: string, what: Partial<Grant>): void => {
		const found = follow(path, links);
		if (found === undefined) return;
		granted.set(found.path, merged(granted.get(found.path), found, what, policy.dropper === 'allow'));
	};
	for (const rule of policy.files) {
		if (rule.action !== 'allow' && rule.action !== 'log') continue;
		for (const path of expand(rule.path, around)) {
			if (rule.path.endsWith('/') && rule.verb !== 'read' && rule.verb !== 'exec') {
				const why = notMade(path);
				if (why !== undefined) unmade.push(`${rule.where}: ${why}`);
			}
			grant(path, wanted(rule));
		}
	}
	for (const rule of policy.programs)
		if (rule.action !== 'deny' && rule.action !== 'kill')
			for (const path of expand(rule.path, around)) grant(path, { read: true, run: true });
	for (const rule of policy.sockets)
		if (rule.action !== 'deny' && rule.action !== 'kill')
			for (const path of expand(rule.path, around)) grant(path, { read: true });
	grant(around.called, { read: true, run: true });
	const outerFirst = [...granted.values()].sort((one, other) => (one.path < other.path ? -1 : 1));
	const { refused, faults } = refusedOf(policy, around, outerFirst);
	if (granted.has('/')) faults.push('the whole file system is granted: name the folders that are needed');
	return { granted: outerFirst, links, refused, faults: [...unmade, ...faults] };
}

function wanted({ verb }: FileRule): Partial<Grant> {
	if (verb === 'exec') return { read: true, load: true };
	return { read: true, write: verb !== 'read', create: verb === 'create' };
}

function merged(before: Grant | undefined, found: Found, what: Partial<Grant>, drops: boolean): Grant {
	const write = (before?.write ?? false) || (what.write ?? false);
	return {
		...found,
		read: true,
		write,
		create: (before?.create ?? false) || (what.create ?? false),
		load: (drops || !write) && ((before?.load ?? false) || (what.load ?? false)),
		run: (drops || !write) && ((before?.run ?? false) || (what.run ?? false)),
	};
}

function refusedOf(
	policy: Policy,
	around: Surroundings,
	granted: readonly Grant[],
): { refused: Found[]; faults: string[] } {
	const refused = new Map<string, Found>();
	const faults: string[] = [];
	for (const rule of policy.files) {
		if (rule.action === 'allow' || rule.action === 'log') continue;
		for (const path of expand(rule.path, around)) {
			const found = follow(path, new Map());
			const over = granted.find(({ path: outer }) => isBeneath(found?.path ?? path, outer));
			if (over === undefined) continue;
			if (found !== undefined) refused.set(found.path, found);
			else if (over.create)
				faults.push(
					`${rule.where}: ${path} is refused, but does not exist, and the program could make it: make it first, or grant less`,
				);
		}
	}
	return { refused: [...refused.values()], faults };
}

export function isBeneath(path: string, folder: string): boolean {
	return path === folder || folder === '/' || path.startsWith(`${folder}/`);
}

/** `~` and the names; several paths for $ARGUMENTS. */
export function expand(path: string, around: Surroundings): string[] {
	const [head, ...rest] = path.split('/');
	const inside = rest.join('/');
	if (head === '~') return [resolve(around.home, inside)];
	if (head === '$HERE') return [resolve(around.here, inside)];
	if (head === '$PROGRAM') return [resolve(around.program, inside)];
	if (head === '$ARGUMENTS')
		return around.arguments.map((text) => resolve(around.here, text, inside)).filter((one) => one !== '/');
	return [resolve(path)];
}

/** Makes the folder; why it could not. */
function notMade(path: string): string | undefined {
	try {
		makeFolder(path, 0o700);
		return undefined;
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		return `the folder ${path} cannot be made (${code}): make it, or take the slash from its end`;
	}
}

/** Where a path leads, component by component; its links are noted. undefined: nowhere. */
function follow(path: string, links: Map<string, string>): Found | undefined {
	let todo = resolve(path).split('/').slice(1);
	let at = '/';
	let followed = 0;
	try {
		while (todo.length > 0) {
			const next = join(at, todo.shift()!);
			if (!lstatSync(next).isSymbolicLink()) {
				at = next;
				continue;
			}
			if (++followed > mostLinks) return undefined;
			const says = readlinkSync(next);
			links.set(next, says);
			todo = [...resolve(dirname(next), says).split('/').slice(1), ...todo].filter((part) => part !== '');
			at = '/';
		}
		return { path: at, folder: statSync(at).isDirectory() };
	} catch {
		return undefined;
	}
}
