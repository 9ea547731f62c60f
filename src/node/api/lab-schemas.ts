/**
 * The shapes of the Lab page's API. A run is one experiment: every row of a scenario, played several times. What a
 * browser may order is smaller than what the command line may; `most` says how small.
 */
import { z } from 'zod';

const Figures = z.record(z.string(), z.number());
const Name = z.string().min(1).max(60);

export const LabScenario = z.object({
	name: z.string(),
	/** What it rehearses, in a line. */
	about: z.string(),
	/** Servents where nothing is said, and how many there may be. */
	nodes: z.number(),
	mostNodes: z.number(),
	settings: z
		.array(
			z.object({
				name: z.string(),
				about: z.string(),
				preset: z.union([z.number(), z.string()]),
				/** What a word may be. */
				words: z.array(z.string()).readonly().optional(),
				/** Bounds of a number; a most of 1: a share. */
				least: z.number().optional(),
				most: z.number().optional(),
			}),
		)
		.readonly(),
	/** With the presets; a row without a name: the measures stand by themselves. */
	rows: z.array(z.string()).readonly(),
	/** It has a page: lab/scenarios/NAME/page. */
	page: z.boolean(),
	/** Servents of a picture of it, at most; 0: it has no messages to watch. */
	mostWatched: z.number(),
});
export type LabScenario = z.infer<typeof LabScenario>;

/** What `sallyport lab run --json` prints. */
export const LabOutcome = z.object({
	scenario: z.string(),
	randomSeed: z.number(),
	nodes: z.number(),
	/** By name; or by row, and then by name. */
	measures: z.union([Figures, z.record(z.string(), Figures)]),
	/** Half the width of the interval that holds the true mean with 95 %. */
	confidence: z.union([Figures, z.record(z.string(), Figures)]),
	settings: z.record(z.string(), z.union([z.number(), z.string()])),
	topology: z.string(),
	runs: z.number(),
	/** Not all plays were played. */
	partial: z.boolean(),
	digest: z.string(),
});
export type LabOutcome = z.infer<typeof LabOutcome>;

export const LabRun = z.object({
	id: z.number(),
	scenario: z.string(),
	randomSeed: z.number(),
	nodes: z.number(),
	state: z.enum(['running', 'done', 'stopped', 'failed']),
	progress: z.object({
		/** Plays. */
		done: z.number(),
		of: z.number(),
		/** By the pace so far; absent: not known yet, or it has ended. */
		secondsLeft: z.number().optional(),
	}),
	/** The command that gives the same digest. */
	command: z.string(),
	/** Of the plays so far; absent: none has ended. */
	result: LabOutcome.optional(),
	/** A sentence: why it was stopped, or failed. */
	note: z.string().optional(),
});
export type LabRun = z.infer<typeof LabRun>;

export const LabOrder = z.strictObject({
	scenario: Name,
	randomSeed: z.number().int().min(0).max(2_147_483_647).default(1),
	nodes: z.number().int().min(1).optional(),
	fail: z.number().min(0).max(1).optional(),
	/** Settings by name. */
	set: z.record(Name, z.union([z.number(), z.string().max(60)])).default({}),
});
export type LabOrder = z.infer<typeof LabOrder>;

export const LabPictureOrder = LabOrder.extend({
	/** As the scenario names it. */
	row: z.string().max(80),
});
export type LabPictureOrder = z.infer<typeof LabPictureOrder>;

/** What is seen while a row is played: each message that arrives somewhere. */
export const LabPicture = z.object({
	hosts: z
		.array(
			z.object({
				host: z.string(),
				role: z.enum(['ultrapeer', 'leaf', 'server', 'gone', 'other', 'attacker', 'victim']),
			}),
		)
		.readonly(),
	/** Places in `hosts`. */
	links: z.array(z.tuple([z.number(), z.number()]).readonly()).readonly(),
	/** Milliseconds since the beginning, from, to, kind (0 query, 1 answer, 2 PUSH or call-back, 3 dial), 1: first sight there, hops. */
	sights: z
		.array(
			z
				.tuple([
					z.number(),
					z.number(),
					z.number(),
					z.number(),
					z.union([z.literal(0), z.literal(1)]),
					z.number(),
				])
				.readonly(),
		)
		.readonly(),
	/** Milliseconds that a message takes. */
	latency: z.number(),
	/** There was more than a picture holds. */
	cut: z.boolean(),
});
export type LabPicture = z.infer<typeof LabPicture>;
