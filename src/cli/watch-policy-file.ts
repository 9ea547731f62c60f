import { readFileSync } from 'node:fs';
import { isRefusal } from '../evidence/refusal.ts';
import type { Policy } from '../watch/policy.ts';
import { readPolicy } from '../watch/policy-file.ts';
import { networkNames } from '../watch/recognise/signatures.ts';
import { CommandFailed } from './context.ts';
import { sentenceOf } from './watch-refusal.ts';

/** Of `--policy FILE`. */
export function policyOf(path: string): Policy {
	let text: string;
	try {
		text = readFileSync(path, 'utf8');
	} catch (error) {
		throw new CommandFailed(`${path} cannot be read: ${(error as Error).message}`);
	}
	const policy = readPolicy(text, networkNames);
	if (isRefusal(policy)) throw new CommandFailed(`${path}: ${sentenceOf(policy)}`);
	return policy;
}
