/**
 * Programs that run under a profile of their own (`programs: - run: PROGRAM, under: PROFILE`).
 *
 * Rules:
 * 1. Such a program, and all that it starts, has what the policy grants and the profile grants as well: it can only
 *    have less than who started it. So nothing is won by starting it in another way.
 * 2. Whom it concerns is known by a mark that is inherited and cannot be taken off (kernel/tags.ts). A mark that is not
 *    known is refused everything that is heard.
 * 3. Who is under a profile stays under it, whatever else it starts.
 * 4. The kernel's walls are those of the whole policy. So what such a program opens is opened in its place
 *    (kernel/paths.ts), and never goes on by itself; and it opens nothing of other processes in /proc.
 */
import { expand, isBeneath, type Surroundings } from './grants.ts';
import { Judge, type Verdict } from './judge.ts';
import { real } from './kernel/paths.ts';
import { Tags } from './kernel/tags.ts';
import type { Action, Policy } from './policy.ts';

interface Domain {
	readonly where: string;
	readonly path: string;
	readonly judge: Judge;
}

export type Narrower = Judge | 'unknown';

const unnamed: Verdict = { action: 'deny', rule: 'none' };
const order: readonly Action[] = ['allow', 'log', 'ask', 'deny', 'kill'];

export class Domains {
	/** Mark k is the domain k - 1. */
	readonly #domains: readonly Domain[];
	readonly #tags: Tags;

	/** undefined: the policy has no such program. */
	static of(policy: Policy, around: Surroundings, resolvers: readonly string[]): Domains | undefined {
		const domains = policy.programs.flatMap(({ under, where, path }) =>
			under === undefined
				? []
				: expand(path, around).map((program) => {
						const own = { ...around, program, called: program, arguments: [] };
						return { where, path: program, judge: new Judge(policy.under[under]!, own, resolvers, real) };
					}),
		);
		return domains.length === 0 ? undefined : new Domains(domains);
	}

	constructor(domains: readonly Domain[]) {
		this.#domains = domains;
		this.#tags = new Tags(domains.length);
	}

	begin(thread: number): boolean {
		return this.#tags.begin(thread);
	}

	tell(name: string, addresses: readonly string[]): void {
		for (const { judge } of this.#domains) judge.tell(name, addresses);
	}

	/** undefined: the policy alone judges it. */
	of(thread: number): Narrower | undefined {
		const tag = this.#tags.of(thread);
		return tag === 0 ? undefined : tag === undefined ? 'unknown' : this.#domains[tag - 1]!.judge;
	}

	/** It is about to become a program that `rule` permits. False: it has to be under a profile, and cannot be. */
	enter(thread: number, rule: string, paths: readonly string[]): boolean {
		const index = this.#domains.findIndex(
			({ where, path }) => where === rule && paths.some((one) => isBeneath(one, path)),
		);
		return index < 0 || this.of(thread) !== undefined || this.#tags.mark(thread, index + 1);
	}
}

/** The stricter of what the policy says and what the profile says. */
export function narrowed(
	verdict: Verdict,
	narrower: Narrower | undefined,
	ask: (judge: Judge) => Verdict,
): Verdict {
	if (narrower === undefined) return verdict;
	if (narrower === 'unknown') return { action: 'deny', rule: 'none', because: 'it has taken off its mark' };
	const said = ask(narrower);
	// What every program has of its own (/tmp) is not what the policy grants to the whole tree in the same place.
	const own = said.rule === 'always' && verdict.rule !== 'always' ? unnamed : said;
	return order.indexOf(own.action) > order.indexOf(verdict.action) ? own : verdict;
}
