/** What the API needs of whoever analyses captures. The command line joins them (cli/watching.ts). */
import type { Refusal } from '../../evidence/refusal.ts';
import type { Term } from './filter.ts';
import type {
	Analysis,
	PolicyTrial,
	RuleCount,
	WatchEvidence,
	WatchFlow,
	WatchHosts,
	WatchOrder,
	WatchOverview,
} from './watch-schemas.ts';

export interface WatchLook {
	readonly terms: readonly Term[];
	readonly from?: number;
	readonly to?: number;
}

/** One analysis that has begun. */
export interface Watched {
	overview(look: WatchLook): Promise<WatchOverview>;
	hosts(look: WatchLook, by: 'moved' | 'score', most: number): Promise<WatchHosts>;
	flows(
		look: WatchLook,
		order: { readonly field?: string | undefined; readonly descending: boolean },
		from: number,
		count: number,
	): Promise<{ readonly total: number; readonly all: number; readonly rows: readonly WatchFlow[] }>;
	/** undefined: there is no such flow. */
	flow(id: number): Promise<WatchEvidence | Refusal | undefined>;
	try(text: string): Promise<PolicyTrial>;
	trial(): Promise<PolicyTrial>;
}

/** Who carries out rules at an interface (watch/block/enforcer.ts). */
export interface Enforcing {
	rules(): readonly RuleCount[];
	/** Answers the name of the temporary rule. */
	order(target: WatchOrder['target'], act: WatchOrder['act'], seconds: number): string | Refusal;
	/** Ends a temporary rule before its time; false: there is none of that name. */
	end(name: string): boolean;
}

export interface Watching {
	list(): Promise<(Omit<Analysis, 'refusal'> & { readonly refusal?: Refusal })[]>;
	/** Takes an upload to its end. */
	receive(name: string, chunks: AsyncIterable<Uint8Array>): Promise<{ readonly id: number } | Refusal>;
	/** False: there is none. */
	remove(id: number): Promise<boolean>;
	of(id: number): Watched | undefined;
	/** undefined: nothing is enforced here. */
	readonly enforcing?: Enforcing | undefined;
}
