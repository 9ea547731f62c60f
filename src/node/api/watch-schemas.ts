/**
 * The shapes of the watch page's API: a run is one capture that was dropped on the page (or named on the command
 * line), read in a worker; everything about its flows is summed there, so that ten million flows are no more to
 * the page than ten. Sizes are bytes, times are milliseconds since the epoch, as the capture says them.
 */
import { z } from 'zod';

export const By = z.enum(['payload', 'seed', 'learned', 'behaviour', 'port']);

export const WatchNetwork = z.object({
	network: z.string(),
	flows: z.number(),
	bytes: z.number(),
	/** Flows by reason. */
	by: z.partialRecord(By, z.number()),
	/** Programs that named themselves, the most frequent first, at most ten. */
	programs: z.array(z.object({ name: z.string(), flows: z.number() })),
});
export type WatchNetwork = z.infer<typeof WatchNetwork>;

export const WatchRun = z.object({
	id: z.number(),
	/** Name of the file. */
	name: z.string(),
	state: z.enum(['reading', 'done', 'failed']),
	/** Bytes of the capture that were read, and that it has (null: not known). */
	read: z.number(),
	size: z.number().nullable(),
	packets: z.number(),
	flows: z.number(),
	p2pFlows: z.number(),
	/** Capture time of the first and of the last packet; null: no packet yet. */
	from: z.number().nullable(),
	to: z.number().nullable(),
	networks: z.array(WatchNetwork),
	/** What could not be read, was evicted or failed: sentences. */
	notes: z.array(z.string()),
});
export type WatchRun = z.infer<typeof WatchRun>;

/** What a chart or a table is narrowed to; every chart sets one of these. */
export const WatchFilter = z.object({
	network: z.string().max(40).optional(),
	by: By.optional(),
	/** An address; flows from or to it. */
	host: z.string().max(45).optional(),
	port: z.coerce.number().int().min(0).max(65_535).optional(),
	/** Begin and end of a time range. */
	from: z.coerce.number().optional(),
	to: z.coerce.number().optional(),
	/** Flows that are not peer-to-peer too. */
	all: z.coerce.boolean().optional(),
});
export type WatchFilter = z.infer<typeof WatchFilter>;

/** Bytes and flows in equal steps of time, by network: a stacked chart. At most 200 steps. */
export const WatchTimeline = z.object({
	from: z.number(),
	step: z.number(),
	networks: z.array(
		z.object({ network: z.string(), bytes: z.array(z.number()), flows: z.array(z.number()) }),
	),
});
export type WatchTimeline = z.infer<typeof WatchTimeline>;

export const WatchHost = z.object({
	host: z.string(),
	/** 0 to 100, and the parts that make it, each 0 to 1 (docs/commands/watch.md). */
	score: z.number(),
	parts: z.record(z.string(), z.number()),
	peers: z.number(),
	flows: z.number(),
	bytesOut: z.number(),
	bytesIn: z.number(),
	/** Flows by network. */
	networks: z.record(z.string(), z.number()),
});
export type WatchHost = z.infer<typeof WatchHost>;

export const WatchFlow = z.object({
	/** Number in the run, from 1. */
	number: z.number(),
	start: z.number(),
	end: z.number(),
	proto: z.string(),
	source: z.string(),
	sourcePort: z.number(),
	destination: z.string(),
	destinationPort: z.number(),
	bytesToServer: z.number(),
	bytesToClient: z.number(),
	packetsToServer: z.number(),
	packetsToClient: z.number(),
	state: z.enum(['new', 'established', 'closed']),
	network: z.string().nullable(),
	by: By.nullable(),
	evidence: z.string().nullable(),
	program: z.string().nullable(),
	communityId: z.string(),
});
export type WatchFlow = z.infer<typeof WatchFlow>;

export const WatchFlows = z.object({
	/** How many match, and how many of them are held (a run keeps the records of its first million). */
	total: z.number(),
	rows: z.array(WatchFlow),
});
export type WatchFlows = z.infer<typeof WatchFlows>;

/** What a policy would have done to the run: nothing is done. */
export const PolicyTrial = z.object({
	/** Mistakes of the text, by line; then nothing else is there. */
	errors: z.array(z.object({ line: z.number(), sentence: z.string() })),
	rules: z.array(
		z.object({
			rule: z.string(),
			action: z.enum(['log', 'throttle', 'block', 'permit-only']),
			flows: z.number(),
			bytes: z.number(),
			hosts: z.array(z.string()),
			/** The first flow it meets: from the record to its rule and back. */
			example: WatchFlow.nullable(),
		}),
	),
});
export type PolicyTrial = z.infer<typeof PolicyTrial>;
