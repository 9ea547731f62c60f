/**
 * The shapes of the Watch page's API. An analysis is one capture (uploaded, or named on the command line) or one
 * interface; everything about its flows is summed where they are kept, so that ten million flows are no more to the
 * page than ten. Sizes are bytes, times are milliseconds since the epoch as the capture says them.
 */
import { z } from 'zod';
import { Window } from './schemas.ts';

const Action = z.enum(['log', 'throttle', 'block', 'permit-only']);
const Counts = z.record(z.string(), z.number());

export const Analysis = z.object({
	id: z.number(),
	/** Of the file or the interface. */
	name: z.string(),
	state: z.enum(['receiving', 'reading', 'done', 'failed']),
	/** Packets still come: an interface. */
	live: z.boolean(),
	/** Bytes that have arrived or that there are; absent: it has no end. */
	size: z.number().optional(),
	/** Bytes of the capture read so far, about. */
	read: z.number(),
	packets: z.number(),
	bytes: z.number(),
	/** Flows that have ended, and those that go on. */
	flows: z.number(),
	open: z.number(),
	/** Of those that have ended: peer-to-peer. */
	recognised: z.number(),
	/** Times of the first and of the last packet. */
	from: z.number().optional(),
	to: z.number().optional(),
	/** Sentences: what was damaged, lost or left out, or why it failed. */
	notes: z.array(z.string()).readonly(),
	/** Packets of a flow can be read again. */
	packetsKept: z.boolean(),
	/** Another one when answers may have changed. */
	version: z.number(),
});
export type Analysis = z.infer<typeof Analysis>;

/** What every view is narrowed to. */
export const Narrowed = z.object({
	filter: Window.shape.filter,
	/** Flows that were there at some time between these. */
	begin: z.coerce.number().optional(),
	end: z.coerce.number().optional(),
});

export const WatchOverview = z.object({
	flows: z.number(),
	bytes: z.number(),
	/** The most bytes first; an empty name: what is no peer-to-peer, as far as is known. */
	networks: z
		.array(
			z.object({
				network: z.string(),
				flows: z.number(),
				bytes: z.number(),
				/** Flows by ground. */
				by: Counts,
				/** Programs that named themselves. */
				labels: z.array(z.object({ label: z.string(), flows: z.number() })).readonly(),
			}),
		)
		.readonly(),
	/** Begin of the first step and length of each; at most 120. */
	from: z.number(),
	step: z.number(),
	/** Bytes by step, in the order of `networks`. */
	series: z.array(z.array(z.number()).readonly()).readonly(),
});
export type WatchOverview = z.infer<typeof WatchOverview>;

export const WatchHosts = z.object({
	hosts: z.array(
		z.object({
			host: z.string(),
			/** How much it behaves like a peer: 0 to 100, and the parts of that, 0 to 1. */
			score: z.number(),
			parts: Counts,
			peers: z.number(),
			flows: z.number(),
			sent: z.number(),
			received: z.number(),
			/** Flows by network and by ground. */
			networks: Counts,
			by: Counts,
		}),
	),
	/** False: there are more hosts than are told apart. */
	whole: z.boolean(),
});
export type WatchHosts = z.infer<typeof WatchHosts>;

export const WatchFlow = z.object({
	/** Number in its analysis. */
	id: z.number(),
	start: z.number(),
	seconds: z.number(),
	protocol: z.string(),
	/** Who opened it. */
	source: z.string(),
	sourcePort: z.number(),
	destination: z.string(),
	destinationPort: z.number(),
	packets: z.number(),
	bytes: z.number(),
	/** Bytes from and to the opener. */
	up: z.number(),
	down: z.number(),
	state: z.enum(['new', 'established', 'closed']),
	network: z.string().optional(),
	by: z.string().optional(),
	evidence: z.string().optional(),
	/** The program, as it named itself. */
	label: z.string().optional(),
	/** What the policy that was tried last would have done. */
	rule: z.string().optional(),
	action: z.string().optional(),
});
export type WatchFlow = z.infer<typeof WatchFlow>;

export const WatchEvidence = z.object({
	flow: WatchFlow,
	communityId: z.string(),
	/** The first that have a payload, at most 16, of each at most 512 bytes; none where no file is there. */
	packets: z
		.array(z.object({ at: z.number(), fromOpener: z.boolean(), length: z.number(), hex: z.string() }))
		.readonly(),
});
export type WatchEvidence = z.infer<typeof WatchEvidence>;

/** What a policy would have done; nothing is done. */
export const PolicyTrial = z.object({
	/** Mistakes of the text, by line; then it was not tried. */
	faults: z.array(z.object({ line: z.number(), message: z.string() })).readonly(),
	rules: z
		.array(
			z.object({
				rule: z.string(),
				action: Action,
				rateBits: z.number().optional(),
				flows: z.number(),
				bytes: z.number(),
			}),
		)
		.readonly(),
	/** Flows judged so far. */
	judged: z.number(),
	/** What was tried; empty: nothing yet. */
	text: z.string(),
});
export type PolicyTrial = z.infer<typeof PolicyTrial>;

/** A rule that holds at an interface now, and what it has done. */
export const RuleCount = z.object({
	rule: z.string(),
	action: Action,
	rateBits: z.number().optional(),
	/** Decisions for it, and orders of them that hold now. */
	orders: z.number(),
	live: z.number(),
	packets: z.number(),
	bytes: z.number(),
	lastUse: z.number().optional(),
	/** Of a temporary one: when it ends. */
	until: z.number().optional(),
});
export type RuleCount = z.infer<typeof RuleCount>;

const Port = z.number().int().min(0).max(65_535);
const Flow = z.strictObject({
	source: z.string().max(45),
	sourcePort: Port,
	destination: z.string().max(45),
	destinationPort: Port,
	protocol: z.enum(['tcp', 'udp']),
});

/** What a person wants done for a time: to a flow, or to everything of a host. */
export const WatchOrder = z.object({
	target: z.union([z.strictObject({ flow: Flow }), z.strictObject({ host: z.string().max(45) })]),
	act: z.union([
		z.strictObject({ action: z.literal('block') }),
		z.strictObject({ action: z.literal('throttle'), rateBits: z.number().int().min(8000).max(100e9) }),
	]),
	/** At most 30 days. */
	seconds: z.number().int().min(1).max(2_592_000),
});
export type WatchOrder = z.infer<typeof WatchOrder>;
