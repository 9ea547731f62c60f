/**
 * What the live stream said over the last minutes, kept in this page only: the curves of the Network
 * page. Rates come with the status; messages are the difference of what the peers have counted.
 */
import type { Peer, Status } from '../node/api/schemas.ts';
import { createStore } from './store.ts';

/** Ten minutes at one point a second. */
const most = 600;

export interface Point {
	/** Seconds since the epoch. */
	readonly at: number;
	readonly values: readonly (number | null)[];
}

/** Down and up, bytes a second. */
export const rateHistory = createStore<readonly Point[]>([]);
/** In, out and refused, messages a second. */
export const messageHistory = createStore<readonly Point[]>([]);

function push(store: typeof rateHistory, point: Point): void {
	const points = store.get();
	if ((points.at(-1)?.at ?? 0) >= point.at) return;
	store.set([...points.slice(Math.max(0, points.length + 1 - most)), point]);
}

export function recordStatus(status: Status): void {
	push(rateHistory, { at: Math.floor(status.now / 1000), values: [status.rates.down, status.rates.up] });
}

let before: { at: number; counted: ReadonlyMap<number, readonly number[]> } | undefined;

/** The rows of all peers in sight, and the node's time. A peer counts from the second time it is seen. */
export function recordPeers(peers: readonly Peer[], now: number): void {
	const at = Math.floor(now / 1000);
	if (before !== undefined && at <= before.at) return;
	const counted = new Map(
		peers.map((peer) => [peer.id, [peer.in.messages, peer.out.messages, peer.refused]] as const),
	);
	if (before !== undefined && at - before.at < 10) {
		const sums = [0, 0, 0];
		for (const [id, values] of counted) {
			const old = before.counted.get(id);
			if (old === undefined) continue;
			for (const [index, value] of values.entries()) sums[index]! += Math.max(0, value - old[index]!);
		}
		const seconds = at - before.at;
		push(messageHistory, { at, values: sums.map((sum) => sum / seconds) });
	}
	before = { at, counted };
}
