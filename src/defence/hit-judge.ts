/**
 * One answer to a search of ours, before anyone sees it: by its name and its source (forged-hits.ts), by what else its
 * host and its content have answered (answers-everything.ts), by the sizes that come back (size-family.ts). The worst
 * of them counts; what is refused is shown as refused, with all reasons.
 */
import { AnswersEverything } from './answers-everything.ts';
import { ForgedHits, type HitFacts, type Judgement } from './forged-hits.ts';
import { SizeFamily } from './size-family.ts';

export interface JudgedFacts extends HitFacts {
	/** Address and port of who answers, or another name for him. */
	readonly who: string;
}

export class HitJudge {
	readonly #forged: ForgedHits;
	readonly #everything: AnswersEverything;
	readonly #family: SizeFamily;

	/** `on`: which defences there are, by name. */
	constructor(on: (name: string) => boolean) {
		this.#forged = new ForgedHits(on('forged-hits'));
		this.#everything = new AnswersEverything(on('answers-everything'));
		this.#family = new SizeFamily(on('size-family'));
	}

	judge(now: number, facts: JudgedFacts): Judgement {
		const judged = this.#forged.judge(facts);
		const said = { ...facts, host: facts.who };
		const answers = this.#everything.judge(now, said);
		const family = this.#family.judge(said);
		const refused = answers.filter(({ verdict }) => verdict === 'refused').map(({ code }) => code);
		if (family !== undefined) refused.unshift(family);
		const suspicious = answers.filter(({ verdict }) => verdict === 'suspicious').map(({ code }) => code);
		const reasons = [...refused, ...judged.reasons, ...suspicious];
		if (refused.length > 0 || judged.verdict === 'refused') return { verdict: 'refused', reasons };
		return { verdict: reasons.length > 0 ? 'suspicious' : 'ok', reasons };
	}
}
