/** The shapes of the Server page's API: what whoever runs a server sees of it. */
import { z } from 'zod';
import { Network } from './schemas.ts';

export const ServerView = z.object({
	network: Network,
	/** Where clients reach it. */
	address: z.string(),
	/** Opened in a client, it adds the server; absent: the network has no such links. */
	link: z.string().optional(),
	startedAt: z.number(),
	/** Numbers as they are now, by name; which there are depends on the network. */
	figures: z.record(z.string(), z.number()),
	/** Of those that only grow, by name: so many a second, over the last seconds; empty at the first look. */
	rates: z.record(z.string(), z.number()),
	/** How often what was refused since the start, the most frequent first. */
	refused: z.array(
		z.object({
			code: z.string(),
			short: z.string(),
			sentence: z.string(),
			fault: z.string(),
			count: z.number(),
		}),
	),
	/** Until null: for good. */
	bans: z.array(z.object({ host: z.string(), until: z.number().nullable() })),
	/** Those that offer most. */
	clients: z.array(
		z.object({
			host: z.string(),
			port: z.number(),
			/** none: its login is not over. */
			id: z.enum(['high', 'low', 'none']),
			files: z.number(),
			since: z.number(),
		}),
	),
});
export type ServerView = z.infer<typeof ServerView>;

/** Body of POST /server/bans. Without seconds: for good. */
export const Ban = z.object({
	host: z.string().max(60),
	seconds: z.number().int().min(60).max(31_536_000).optional(),
});
export type Ban = z.infer<typeof Ban>;
