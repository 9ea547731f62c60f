/** What an overlay engine can be told: links, uplinks, and which of the servents' rules hold. */
import { overlay as limits } from '../networks/gnutella/limits.ts';

export interface OverlaySettings {
	readonly seed: number;
	/** Milliseconds, one way: each link has its own in between, the same in both directions. */
	readonly latencyLeast: number;
	readonly latencyMost: number;
	/** Bytes a second of uplinks, by class; each servent has one. What is beyond it waits. Empty: no queues. */
	readonly uplinks: readonly number[];
	/** Share of the messages that is lost on a link. */
	readonly loss: number;
	/** TTL + hops of what is passed on. */
	readonly maxTtl: number;
	/** Whether leaves, and at the last hop all servents, get only what their table says that they may answer (QRP). */
	readonly queryRouting: boolean;
	/** TTL + hops beyond which a message is refused: defence/time-to-live-abuse.ts; 255: the defence is off. */
	readonly ttlHard: number;
}

export const overlayDefaults: Omit<OverlaySettings, 'seed'> = {
	latencyLeast: 20,
	latencyMost: 200,
	uplinks: [],
	loss: 0,
	maxTtl: limits.maxTtl,
	queryRouting: false,
	ttlHard: 255,
};
