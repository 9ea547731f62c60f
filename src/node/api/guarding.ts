/** What the API needs of whoever guards a program. The command line joins it (cli/guard-open.ts). */
import type {
	GuardDecision,
	GuardProcess,
	GuardProfile,
	GuardQuestion,
	GuardReply,
	GuardRun,
} from './guard-schemas.ts';
import type { Source } from './ordering.ts';

export interface Guarding {
	run(): GuardRun;
	/** The oldest first. */
	questions(): readonly GuardQuestion[];
	/** False: there is no such open question, or this answer cannot be given to it. */
	answer(id: number, answer: GuardReply): boolean;
	/** Newest first. */
	readonly decisions: Source<GuardDecision>;
	tree(): readonly GuardProcess[];
	profiles(): Promise<readonly GuardProfile[]>;
}
