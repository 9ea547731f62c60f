/**
 * Walkers (Lv, Cao, Cohen, Li, Shenker 2002): a query goes to k neighbours and from each to one neighbour at random,
 * step by step; every few steps a walker asks the origin whether there are enough answers. The frame is a real
 * QUERY, read and patched at each step as in a flood.
 */
import { isRefusal } from '../evidence/refusal.ts';
import { newGuid } from '../networks/gnutella/wire/guid.ts';
import {
	encodeMessage,
	hopsOf,
	MessageType,
	patchTtlHops,
	payloadOf,
} from '../networks/gnutella/wire/message.ts';
import { encodeQuery, queryText } from '../networks/gnutella/wire/query.ts';
import type { Chance } from './chance.ts';
import type { Content } from './content.ts';
import { degreeOf, type Graph } from './graph.ts';

export interface Walked {
	readonly messages: number;
	readonly checks: number;
	readonly hits: number;
	/** Steps until the first answer; -1: none. */
	readonly hops: number;
	readonly visited: number;
}

export interface Walk {
	readonly walkers: number;
	/** Steps between two questions to the origin. */
	readonly every: number;
	/** Answers that are enough. */
	readonly enough: number;
	readonly steps: number;
}

export function walk(
	graph: Graph,
	content: Content,
	origin: number,
	text: string,
	walk: Walk,
	chance: Chance,
): Walked {
	const guid = newGuid(chance.bytes(16));
	const frames = Array.from({ length: walk.walkers }, () =>
		encodeMessage(MessageType.Query, guid, 1, 0, encodeQuery({ text })),
	);
	const at = new Int32Array(walk.walkers).fill(origin);
	const going = new Uint8Array(walk.walkers).fill(1);
	const visited = new Set<number>([origin]);
	let [messages, checks, hits, hops] = [0, 0, 0, -1];
	for (let step = 1; step <= walk.steps; step++) {
		let left = 0;
		for (const [walker, frame] of frames.entries()) {
			if (going[walker] === 0) continue;
			const node = at[walker];
			const degree = degreeOf(graph, node);
			if (degree === 0) {
				going[walker] = 0;
				continue;
			}
			at[walker] = graph.neighbours[graph.starts[node] + chance.below(degree)];
			patchTtlHops(frame, 1, Math.min(255, hopsOf(frame) + 1));
			messages++;
			const asked = queryText(payloadOf(frame));
			if (!visited.has(at[walker])) {
				visited.add(at[walker]);
				if (!isRefusal(asked) && content.hit(at[walker], asked) !== undefined) {
					hits++;
					if (hops < 0) hops = step;
				}
			}
			if (step % walk.every === 0) {
				checks++;
				if (hits >= walk.enough) going[walker] = 0;
			}
			left += going[walker];
		}
		if (left === 0) break;
	}
	return { messages, checks, hits, hops, visited: visited.size - 1 };
}
