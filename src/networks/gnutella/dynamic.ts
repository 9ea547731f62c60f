/**
 * Dynamic querying (Fisk, Dynamic Query Protocol 0.1): an ultrapeer does not flood a query, it asks
 * its neighbours one after the other and stops when there are enough answers. The rules:
 *
 * 1. Probe: up to three ultrapeers at once; those whose table may match get TTL 1 (they and their
 *    leaves answer), others TTL 2.
 * 2. Then one neighbour at a time. How rare the thing is follows from answers per host reached so far;
 *    from that, how many hosts each neighbour left has to reach; from its degree, the TTL for it.
 * 3. Between two neighbours wait `queryWaitMs`, less when there are few neighbours to go through.
 * 4. The end: enough answers, nobody left to ask, the horizon is covered, or time is up.
 *
 * A leaf's query gets the same treatment; it is told nothing but its answers. A leaf that guides
 * (BEAR/12) says how many it kept: that count replaces ours.
 */
import type { Limits } from './limits.ts';
import type { Peer } from './peer.ts';
import type { Peers } from './peers.ts';
import { patchTtlHops } from './wire/message.ts';
import type { QueryHashes } from './wire/qrp-table.ts';

export interface RunningQuery {
	/** The 16 bytes of its message id. */
	readonly guid: Uint8Array;
	/** A whole QUERY frame. Its TTL and hops are patched in copies. */
	readonly frame: Uint8Array;
	readonly hashes: QueryHashes;
	/** The leaf that asked; undefined: we did. */
	readonly owner: Peer | undefined;
	/** The leaf says how many answers it kept when it is asked (query flag 1000). */
	readonly guided: boolean;
	readonly target: number;
	readonly startedAt: number;
	readonly ended: (why: string) => void;
	/** Answers that went through here. */
	results: number;
	/** What the leaf says that it kept, doubled by us into answers; -1: it does not say. */
	kept: number;
	/** Hosts that the query may have reached. */
	horizon: number;
	nextAt: number;
	probed: boolean;
	readonly asked: Set<number>;
}

/** Milliseconds that a search without any neighbour waits for one. */
const FIRST_NEIGHBOUR = 10_000;

/** Hosts that a query with this TTL reaches behind one neighbour of this degree (a tree: optimistic). */
export function horizonOf(degree: number, ttl: number): number {
	let hosts = 0;
	let ring = 1;
	for (let hop = 0; hop < ttl; hop++) {
		hosts += ring;
		ring *= Math.max(1, degree - 1);
	}
	return hosts;
}

/** The smallest TTL that reaches this many hosts behind one neighbour. */
export function ttlFor(hosts: number, degree: number, most: number): number {
	for (let ttl = 1; ttl < most; ttl++) if (horizonOf(degree, ttl) >= hosts) return ttl;
	return most;
}

export class DynamicQueries {
	readonly #peers: Peers;
	readonly #limits: Limits;
	readonly #askKept: (leaf: Peer, guid: Uint8Array) => void;
	readonly #running = new Map<string, RunningQuery>();

	/** `askKept`: asks a leaf how many answers it kept. */
	constructor(peers: Peers, limits: Limits, askKept: (leaf: Peer, guid: Uint8Array) => void) {
		this.#peers = peers;
		this.#limits = limits;
		this.#askKept = askKept;
	}

	get size(): number {
		return this.#running.size;
	}

	start(
		query: Pick<RunningQuery, 'guid' | 'frame' | 'hashes' | 'owner' | 'guided' | 'target' | 'ended'>,
		now: number,
	): void {
		if (this.#running.size >= this.#limits.dynamicQueries) {
			query.ended('too many searches are running at this ultrapeer');
			return;
		}
		const running: RunningQuery = {
			...query,
			startedAt: now,
			results: 0,
			kept: -1,
			horizon: 0,
			nextAt: now,
			probed: false,
			asked: new Set(),
		};
		this.#running.set(key(query.guid), running);
		this.#step(running, now);
	}

	/** Answers to this query have passed. */
	counted(guid: Uint8Array, results: number): void {
		const running = this.#running.get(key(guid));
		if (running !== undefined) running.results += results;
	}

	/** The leaf says how many answers it kept (BEAR/12); 0xffff: it wants no more. */
	guided(guid: Uint8Array, kept: number, by: Peer): void {
		const running = this.#running.get(key(guid));
		if (running === undefined || running.owner !== by) return;
		if (kept === 0xffff) this.#end(running, 'the leaf has enough');
		else running.kept = kept;
	}

	stop(guid: Uint8Array): void {
		this.#running.delete(key(guid));
	}

	/** How far a search of our own has come, for people. */
	progress(guid: Uint8Array): { asked: number; left: number } | undefined {
		const running = this.#running.get(key(guid));
		if (running === undefined) return undefined;
		const left = this.#peers.ultrapeers.filter((peer) => !running.asked.has(peer.link)).length;
		return { asked: running.asked.size, left };
	}

	left(peer: Peer): void {
		for (const running of this.#running.values()) {
			if (running.owner === peer) this.#end(running, 'the leaf has left');
		}
	}

	tick(now: number): void {
		for (const running of this.#running.values()) if (running.nextAt <= now) this.#step(running, now);
	}

	#step(running: RunningQuery, now: number): void {
		const found = running.kept >= 0 ? running.kept : running.results;
		if (found >= running.target) return this.#end(running, 'enough answers');
		if (running.horizon >= this.#limits.queryHorizon) return this.#end(running, 'far enough');
		if (now - running.startedAt >= this.#limits.queryMinutes * 60_000)
			return this.#end(running, 'time is up');
		const candidates = this.#candidates(running);
		if (candidates.length === 0) {
			// A search of ours waits a while for the first neighbour.
			if (!running.probed && running.owner === undefined && now - running.startedAt < FIRST_NEIGHBOUR) {
				running.nextAt = now + 1000;
				return;
			}
			return this.#end(running, running.asked.size === 0 ? 'no ultrapeer to ask' : 'everyone was asked');
		}
		if (!running.probed) this.#probe(running, candidates);
		else this.#askOne(running, candidates, found);
		running.probed = true;
		// Guidance is asked for every three neighbours: often enough, and cheap.
		if (running.guided && running.owner !== undefined && running.asked.size % 3 === 0) {
			this.#askKept(running.owner, running.guid);
		}
		const wait = this.#limits.queryWaitMs - 10 * candidates.length;
		running.nextAt = now + Math.max(this.#limits.queryWaitLeastMs, wait);
	}

	#candidates(running: RunningQuery): Peer[] {
		return this.#peers.ultrapeers.filter(
			(peer) => peer !== running.owner && !running.asked.has(peer.link) && peer.blockedSince === 0,
		);
	}

	#probe(running: RunningQuery, candidates: Peer[]): void {
		const likely = candidates.filter((peer) => peer.table?.mayMatch(running.hashes) === true);
		for (const peer of likely.slice(0, this.#limits.queryProbes)) this.#ask(running, peer, 1);
		for (const peer of candidates) {
			if (running.asked.size >= this.#limits.queryProbes) break;
			if (!running.asked.has(peer.link)) this.#ask(running, peer, 2);
		}
	}

	#askOne(running: RunningQuery, candidates: Peer[], found: number): void {
		const peer = candidates[0];
		if (peer === undefined) return;
		const perHost = Math.max(found, 0.5) / Math.max(running.horizon, 1);
		const hosts = (running.target - found) / perHost / candidates.length;
		const most = Math.min(peer.features.maxTtl, this.#limits.maxTtl);
		this.#ask(running, peer, ttlFor(hosts, peer.features.degree, most));
	}

	#ask(running: RunningQuery, peer: Peer, ttl: number): void {
		const frame = running.frame.slice();
		// Hops 0 is the origin's mark; a leaf's query has already come one hop.
		patchTtlHops(frame, ttl, running.owner === undefined ? 0 : 1);
		this.#peers.send(peer, frame);
		running.asked.add(peer.link);
		running.horizon += horizonOf(peer.features.degree, ttl);
	}

	#end(running: RunningQuery, why: string): void {
		if (this.#running.delete(key(running.guid))) running.ended(why);
	}
}

/** Searches number in the hundreds, not thousands a second: a text key is clear and good enough here. */
function key(guid: Uint8Array): string {
	return String.fromCharCode(...guid);
}
