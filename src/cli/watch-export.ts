import { formats } from '../watch/export/rules/formats.ts';
import { Gatherer } from '../watch/export/rules/refused.ts';
import type { FlowRecord } from '../watch/flows/record.ts';
import { localByDefault } from '../watch/policy-file.ts';
import type { Verdict } from '../watch/recognise/verdict.ts';
import { policyOf } from './watch-policy-file.ts';

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
