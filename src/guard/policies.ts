/** Finds a policy by its file or by the name of a profile that comes with us, with all that it uses. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { isRefusal, type Refusal } from '../evidence/refusal.ts';
import { compose, type Policy, type PolicyPart } from './policy.ts';
import { remember, remembered } from './policy-cache.ts';

const profiles = join(import.meta.dirname, 'profiles');
const mostParts = 32;

/** Names of the profiles that come with us. */
export function profileNames(): string[] {
	return readdirSync(profiles)
		.filter((name) => name.endsWith('.yaml'))
		.map((name) => basename(name, '.yaml'))
		.sort();
}

export interface Found {
	readonly policy: Policy;
	/** What the user wrote of it: profiles that come with us are not among them. */
	readonly files: readonly string[];
}

/**
 * `name`: of a profile, or the path of a file (with a slash or a dot in it). `additions`: where the file with what was
 * always allowed is, by the policy's name; it need not be there.
 */
export async function findPolicy(
	name: string,
	additions?: (policy: string) => string,
): Promise<Found | Refusal> {
	const parts: PolicyPart[] = [];
	const files = new Set<string>();
	const refused = await collect(name, process.cwd(), parts, files);
	if (refused !== undefined) return refused;
	const own: PolicyPart[] = [];
	const added = additions?.(parts[0]!.name);
	const refusedToo =
		added !== undefined && existsSync(added) ? await collect(added, '/', own, files) : undefined;
	if (refusedToo !== undefined) return refusedToo;
	const policy = compose([...own, ...parts]);
	const under = await underOf(policy, dirname([...files][0]!), files);
	if (isRefusal(under)) return under;
	return {
		policy: { ...policy, under: under.policies },
		files: [...files].filter((path) => dirname(path) !== profiles),
	};
}

/** The profiles that programs run under. What these say of programs under others is not followed: who is under one stays. */
async function underOf(
	policy: Policy,
	folder: string,
	files: Set<string>,
): Promise<{ readonly policies: Record<string, Policy> } | Refusal> {
	const policies: Record<string, Policy> = {};
	for (const { under, where } of policy.programs) {
		if (under === undefined || policies[under] !== undefined) continue;
		const parts: PolicyPart[] = [];
		const seen = new Set<string>();
		const refused = await collect(under, folder, parts, seen);
		if (refused !== undefined) return { refused: refused.refused, detail: `${where}: ${refused.detail}` };
		for (const file of seen) files.add(file);
		policies[under] = compose(parts);
	}
	return { policies };
}

async function collect(
	name: string,
	folder: string,
	parts: PolicyPart[],
	seen: Set<string>,
): Promise<Refusal | undefined> {
	const path = /^[a-z0-9-]+$/.test(name) ? join(profiles, `${name}.yaml`) : resolve(folder, name);
	// One that is used twice counts once.
	if (seen.has(path)) return undefined;
	seen.add(path);
	if (seen.size > mostParts)
		return { refused: 'guard.policy.malformed', detail: `more than ${mostParts} files` };
	let text: string;
	try {
		text = readFileSync(path, 'utf8');
	} catch (error) {
		return { refused: 'guard.policy.missing', detail: `${name}: ${(error as NodeJS.ErrnoException).code}` };
	}
	const part = await read(text, basename(path));
	if (isRefusal(part)) return { refused: part.refused, detail: `${name}: ${part.detail}` };
	parts.push(part);
	for (const used of part.uses) {
		const refused = await collect(used, dirname(path), parts, seen);
		if (refused !== undefined) return refused;
	}
	return undefined;
}

async function read(text: string, file: string): Promise<PolicyPart | Refusal> {
	const before = remembered(text, file);
	if (before !== undefined) return before;
	const { readPolicy } = await import('./policy-file.ts');
	const part = readPolicy(text, file);
	if (!isRefusal(part)) remember(text, file, part);
	return part;
}
