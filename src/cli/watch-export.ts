import { readFileSync } from 'node:fs';
import { isRefusal } from '../evidence/refusal.ts';
import { formats } from '../watch/export/rules/formats.ts';
import { Gatherer } from '../watch/export/rules/refused.ts';
import type { FlowRecord } from '../watch/flows/record.ts';
import { localByDefault, readPolicy } from '../watch/policy-file.ts';
import { signatures } from '../watch/recognise/signatures.ts';
import type { Verdict } from '../watch/recognise/verdict.ts';
import { CommandFailed } from './context.ts';

/** `sallyport watch --export FORMAT`: rules for another system, on standard output when all flows have ended. */
export class RulesExport {
	readonly #write: NonNullable<ReturnType<typeof formats.get>>;
	readonly #gatherer: Gatherer;

	constructor(format: string, policyFile: string | undefined) {
		this.#write = formats.get(format)!;
		this.#gatherer = new Gatherer(
			localByDefault,
			policyFile === undefined ? undefined : policyOf(policyFile),
		);
	}

	ended(flow: FlowRecord, verdict: Verdict | undefined): void {
		this.#gatherer.add(flow, verdict);
	}

	print(): void {
		process.stdout.write(this.#write(this.#gatherer.refused()));
	}
}

function policyOf(path: string) {
	let text: string;
	try {
		text = readFileSync(path, 'utf8');
	} catch (error) {
		throw new CommandFailed(`${path} cannot be read: ${(error as Error).message}`);
	}
	const policy = readPolicy(text, [...signatures.map(({ network }) => network), 'gnutella2']);
	if (isRefusal(policy)) throw new CommandFailed(`${path}: ${policy.detail}`);
	return policy;
}
