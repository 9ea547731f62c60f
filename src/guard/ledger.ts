/**
 * What is shown of a guarded program while it runs: decisions, open questions, and what it did as a tree. Whatever the
 * program names comes from a stranger: characters that are not seen are replaced, and lists are bounded.
 *
 * Rules of questions:
 * 1. No answer in time is no, to this alone.
 * 2. More than `mostOpen` at once: no. A program does not bury one question under a thousand.
 * 3. A question that was answered stays in its place for a while: what stood beneath it does not slip under the pointer.
 */

import { alwaysRule } from './additions.ts';
import type { Asked, Reply } from './asking.ts';
import type { Deed } from './deeds.ts';
import type { Action } from './policy.ts';
import type { GuardRecord } from './record.ts';
import { refusals } from './refusals.ts';
import { whyPrecious } from './review.ts';

export interface LedgerClock {
	now(): number;
	/** Answers what takes it back. */
	after(milliseconds: number, call: () => void): () => void;
}

export interface ShownQuestion {
	readonly id: number;
	readonly program: string;
	/** Programs that started it, the nearest first, as far as they were heard. */
	readonly startedBy: readonly string[];
	readonly act: string;
	readonly rule: string;
	readonly because?: string;
	readonly askedAt: number;
	readonly until: number;
	/** The rule that "always" writes, and where; absent: it cannot be written. */
	readonly always?: { readonly rule: string; readonly file: string };
	/** Answered; `late`: by nobody, which is no. */
	readonly answer?: Reply | 'late';
}

export interface ShownDecision {
	readonly id: number;
	readonly at: number;
	readonly code: string;
	/** What the code means, short and as a sentence. */
	readonly short: string;
	readonly sentence: string;
	readonly subject: string;
	readonly program: string;
	readonly pid: number;
	readonly act: string;
	readonly action: Action;
	readonly rule: string;
	readonly because?: string;
	readonly count: number;
	/** Of a refusal: the rule that would grant it; not of what is precious. */
	readonly grant?: string;
}

export interface ShownProcess {
	readonly pid: number;
	/** Absent: it is the first one, or its parent had ended. */
	readonly parent?: number;
	/** What it has run, the latest last. */
	readonly programs: readonly string[];
	readonly acts: readonly { readonly act: string; readonly action: Action }[];
	/** Left out: there were too many. */
	readonly more: number;
}

interface Open {
	readonly question: ShownQuestion;
	readonly answer: (reply: Reply) => void;
	readonly forget: () => void;
}

const mostOpen = 64;
const mostDecisions = 2000;
const mostProcesses = 500;
const mostActs = 400;
const mostPrograms = 8;
const lingers = 10_000;

/** Control characters, and those that are not seen but change how others are. */
const unseen = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

function shown(text: string): string {
	return text.replace(unseen, '\ufffd');
}

/** None for what cannot be shown as it is. */
function ruleFor(act: string): string | undefined {
	return act.search(unseen) < 0 ? alwaysRule(act) : undefined;
}

interface Process {
	parent: number;
	programs: string[];
	acts: Map<string, Action>;
	more: number;
}

export class Ledger {
	readonly #clock: LedgerClock;
	readonly #always: string;
	readonly #home: string;
	#decisions: ShownDecision[] = [];
	#version = 0;
	readonly #open = new Map<number, Open>();
	readonly #closed = new Map<number, ShownQuestion>();
	readonly #processes = new Map<number, Process>();

	/** `always`: the file that "always" writes to. */
	constructor(clock: LedgerClock, always: string, home: string) {
		this.#clock = clock;
		this.#always = always;
		this.#home = home;
	}

	record(record: GuardRecord): void {
		const reason = refusals.find(({ code }) => code === record.code);
		const { at, code, pid, action, rule, because, count = 1 } = record;
		const grant = action === 'deny' && !this.#isPrecious(record.act) ? ruleFor(record.act) : undefined;
		this.#version++;
		this.#decisions.push({
			...{ id: this.#version, at, code, pid, action, rule, count },
			short: reason?.short ?? code,
			sentence: reason?.sentence ?? code,
			subject: shown(record.subject),
			program: shown(record.program),
			act: shown(record.act),
			...(because === undefined ? {} : { because: shown(because) }),
			...(grant === undefined ? {} : { grant }),
		});
		if (this.#decisions.length > mostDecisions) this.#decisions = this.#decisions.slice(-mostDecisions / 2);
	}

	/** A key is not a click away. */
	#isPrecious(act: string): boolean {
		return whyPrecious(act.slice(act.indexOf(' ') + 1), this.#home) !== undefined;
	}

	/** Changes with each decision. */
	version(): number {
		return this.#version;
	}

	/** Newest first. */
	rows(): readonly ShownDecision[] {
		return this.#decisions.toReversed();
	}

	ask(asked: Asked, seconds: number): Promise<Reply> {
		if (this.#open.size >= mostOpen) return Promise.resolve('no');
		const askedAt = this.#clock.now();
		const rule = ruleFor(asked.act);
		const question: ShownQuestion = {
			...{ id: asked.token, rule: asked.rule, askedAt, until: askedAt + seconds * 1000 },
			program: shown(asked.program),
			startedBy: this.#ancestors(asked.thread),
			act: shown(asked.act),
			...(asked.because === undefined ? {} : { because: shown(asked.because) }),
			...(rule === undefined ? {} : { always: { rule, file: this.#always } }),
		};
		return new Promise((resolve) => {
			const forget = this.#clock.after(seconds * 1000, () => this.#close(asked.token, 'late'));
			this.#open.set(asked.token, { question, answer: resolve, forget });
		});
	}

	/** False: there is no such question, or it is answered, or "always" cannot be written. */
	answer(id: number, reply: Reply): boolean {
		const open = this.#open.get(id);
		if (open === undefined || (reply === 'always' && open.question.always === undefined)) return false;
		this.#close(id, reply);
		return true;
	}

	#close(id: number, answer: Reply | 'late'): void {
		const open = this.#open.get(id)!;
		open.forget();
		this.#open.delete(id);
		this.#closed.set(id, { ...open.question, answer });
		this.#clock.after(lingers, () => this.#closed.delete(id));
		open.answer(answer === 'late' ? 'no' : answer);
	}

	/** The oldest first, with those that were answered a moment ago. */
	questions(): ShownQuestion[] {
		return [...this.#closed.values(), ...[...this.#open.values()].map(({ question }) => question)].sort(
			(one, other) => one.id - other.id,
		);
	}

	did({ process, parent, program, act, action }: Deed): void {
		let known = this.#processes.get(process);
		if (known === undefined) {
			if (this.#processes.size >= mostProcesses) return;
			known = { parent, programs: [], acts: new Map(), more: 0 };
			this.#processes.set(process, known);
		}
		// The first one is our launcher until it becomes the program.
		const launched = this.#processes.size === 1 && known.acts.size === 0 && act.startsWith('run ');
		const name = shown(launched ? act.slice('run '.length) : program);
		if (known.programs.at(-1) !== name) known.programs = [...known.programs, name].slice(-mostPrograms);
		const text = shown(act);
		if (known.acts.has(text) || known.acts.size < mostActs) known.acts.set(text, action);
		else known.more++;
	}

	/** In the order in which they were first heard. */
	tree(): ShownProcess[] {
		return [...this.#processes].map(([pid, { parent, programs, acts, more }]) => ({
			...{ pid, programs, more },
			...(this.#processes.has(parent) ? { parent } : {}),
			acts: [...acts].map(([act, action]) => ({ act, action })),
		}));
	}

	/** A thread is found by its process's number where it is the first one of it. */
	#ancestors(thread: number): string[] {
		const found: string[] = [];
		let process = this.#processes.get(this.#processes.get(thread)?.parent ?? -1);
		while (process !== undefined && found.length < mostPrograms) {
			found.push(process.programs.at(-1) ?? '');
			process = this.#processes.get(process.parent);
		}
		return found;
	}

	/** The program has ended: nobody waits for an answer. */
	end(): void {
		for (const id of [...this.#open.keys()]) this.#close(id, 'late');
	}
}
