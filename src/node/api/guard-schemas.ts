/** The shapes of the Guard page's API: the program that runs behind the guard, its questions, and what was decided. */
import { z } from 'zod';

const GuardAction = z.enum(['allow', 'log', 'ask', 'deny', 'kill']);
export const GuardReply = z.enum(['once', 'session', 'always', 'no', 'never']);
export type GuardReply = z.infer<typeof GuardReply>;

export const GuardRun = z.object({
	/** The command, as it was given. */
	words: z.array(z.string()).readonly(),
	program: z.string(),
	policy: z.object({
		name: z.string(),
		about: z.string(),
		/** What it grants, in sentences. */
		aloud: z.array(z.string()).readonly(),
		/** Files that the user wrote of it. */
		files: z.array(z.string()).readonly(),
	}),
	/** Nothing is refused. */
	learn: z.boolean(),
	/** silent: the kernel alone judges files, and what is opened is not told. */
	opens: z.enum(['heard', 'silent']),
	state: z.enum(['running', 'ended']),
	startedAt: z.number(),
	endedAt: z.number().optional(),
	/** As a shell has it. */
	status: z.number().optional(),
	/** A sentence: why it was not started. */
	note: z.string().optional(),
});
export type GuardRun = z.infer<typeof GuardRun>;

export const GuardQuestion = z.object({
	id: z.number(),
	program: z.string(),
	/** Programs that started it, the nearest first. */
	startedBy: z.array(z.string()).readonly(),
	/** As a policy says it: `out tcp 192.0.2.1:80`, `read /etc/hosts`, `run /bin/sh`. */
	act: z.string(),
	/** FILE:LINE that asks. */
	rule: z.string(),
	because: z.string().optional(),
	askedAt: z.number(),
	/** No answer until then is no. */
	until: z.number(),
	/** What "always" writes, and where; absent: it cannot be written. */
	always: z.object({ rule: z.string(), file: z.string() }).optional(),
	/** Absent: it is open. */
	answer: z.union([GuardReply, z.literal('late')]).optional(),
});
export type GuardQuestion = z.infer<typeof GuardQuestion>;

/** The evidence record of a decision. */
export const GuardDecision = z.object({
	id: z.number(),
	at: z.number(),
	code: z.string(),
	short: z.string(),
	sentence: z.string(),
	/** Who: program[process]. */
	subject: z.string(),
	program: z.string(),
	pid: z.number(),
	act: z.string(),
	action: GuardAction,
	/** FILE:LINE that decided; none: nothing permits it. */
	rule: z.string(),
	because: z.string().optional(),
	/** How often. */
	count: z.number(),
	/** Of a refusal: the rule that would grant it. */
	grant: z.string().optional(),
});
export type GuardDecision = z.infer<typeof GuardDecision>;

export const GuardProcess = z.object({
	pid: z.number(),
	/** Absent: it is the first one, or its parent had ended. */
	parent: z.number().optional(),
	/** What it has run, the latest last. */
	programs: z.array(z.string()).readonly(),
	acts: z.array(z.object({ act: z.string(), action: GuardAction })).readonly(),
	/** Left out. */
	more: z.number(),
});
export type GuardProcess = z.infer<typeof GuardProcess>;

export const GuardProfile = z.object({
	name: z.string(),
	about: z.string(),
	aloud: z.array(z.string()).readonly(),
});
export type GuardProfile = z.infer<typeof GuardProfile>;

export const GuardAnswer = z.strictObject({ answer: GuardReply });
