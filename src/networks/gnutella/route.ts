/**
 * Routing as a learning bridge (Gnutella 0.4, section 2.2.2; the talk's "unknown ids are flooded,
 * answers are routed back"). The rules, cheapest test first:
 *
 * 1. The message id is looked up before anything else. A query seen before is dropped: four of five
 *    flooded messages are.
 * 2. TTL and hops: lowered where TTL + hops exceed `maxTtl`; hops counted up, TTL down; at 0 it stops.
 * 3. A query is remembered (id -> link). A leaf's query goes to the dynamic querying of this ultrapeer,
 *    any other goes on to ultrapeers by flood, at its last hop only to those whose table may match, and
 *    always to leaves whose table may match. A leaf forwards nothing.
 * 4. A hit goes back on the link that its query came from, and teaches the way to its servent's GUID.
 * 5. A PUSH follows that way. Nothing else is routed: pings are answered from the cache (pongs.ts).
 *
 * Tables are open-addressed, of bounded size, in two generations: what is old is forgotten, and a late
 * hit for a forgotten query is dropped and counted.
 */
import { isRefusal } from '../../evidence/refusal.ts';
import type { Answer } from './answer.ts';
import type { DynamicQueries } from './dynamic.ts';
import type { Guards } from './guards.ts';
import { type Limits, ours } from './limits.ts';
import type { Peer } from './peer.ts';
import type { Peers } from './peers.ts';
import type { Search } from './search.ts';
import type { Ids, Servent } from './servent.ts';
import { GuidTable } from './wire/guid.ts';
import {
	encodeMessage,
	guidOf,
	HEADER_BYTES,
	hopsOf,
	MessageType,
	onwardTtl,
	patchTtlHops,
	payloadLength,
	payloadOf,
	ttlOf,
} from './wire/message.ts';
import { decodePush, type Push } from './wire/push.ts';
import { type QueryHashes, queryHashes, type RouteTable } from './wire/qrp-table.ts';
import { decodeQuery, type Query } from './wire/query.ts';

/** Stands for ourselves in the tables; links count from 1. */
const SELF = 0;
/** A hit ends with the GUID of the servent that has the file. */
const GUID = 16;
const HIT_SHORTEST = 27;

export interface RouteParts {
	readonly peers: Peers;
	readonly limits: Limits;
	readonly guards: Guards;
	readonly answer: Answer;
	readonly search: Search;
	readonly dynamic: DynamicQueries;
	/** Answers to a query have passed. */
	counted(guid: Uint8Array, results: number): void;
	/** A PUSH that is for us. */
	pushed(push: Push, from: Peer): void;
}

export class Route {
	readonly #servent: Servent;
	readonly #parts: RouteParts;
	readonly #queries: Ids;
	readonly #servents: GuidTable;

	constructor(servent: Servent, parts: RouteParts) {
		this.#servent = servent;
		this.#parts = parts;
		const seed = servent.world.random(8);
		const { routedQueries } = parts.limits;
		this.#queries = servent.options.keeping?.queries(routedQueries) ?? new GuidTable(routedQueries, seed);
		this.#servents = new GuidTable(parts.limits.routedServents, servent.world.random(8));
	}

	/** A query of our own is known, so that its echo is a duplicate and its hits are ours. */
	own(guid: Uint8Array): void {
		this.#queries.set(guid, SELF);
	}

	query(peer: Peer, frame: Uint8Array): void {
		const { guards, limits } = this.#parts;
		const before = this.#queries.get(frame);
		if (before !== -1) return guards.duplicate(peer, before === peer.link);
		const now = this.#servent.world.now();
		const hops = hopsOf(frame);
		if (!guards.ttl(peer, ttlOf(frame), hops)) return;
		const query = decodeQuery(frame, HEADER_BYTES);
		if (isRefusal(query)) return this.#parts.guards.weird(peer, query.refused, query.detail);
		if (!guards.query(now, peer, hops, ttlOf(frame), query)) return;
		this.#queries.set(frame, peer.link);
		for (const hit of this.#parts.answer.to(query, frame, hops + 1)) this.#parts.peers.send(peer, hit);
		if (this.#servent.role === 'leaf' && peer.role !== 'legacy') return;
		if (payloadLength(frame) > ours.payloadQueryForwarded) return;
		const ttl = onwardTtl(frame, limits.maxTtl);
		this.#forward(peer, frame, query, hops + 1, ttl, now);
	}

	hit(peer: Peer, frame: Uint8Array): void {
		const { peers, guards } = this.#parts;
		if (frame.length < HIT_SHORTEST + 23)
			return this.#parts.guards.weird(peer, 'gnutella.hit.malformed', 'too short');
		const link = this.#queries.get(frame);
		if (link === -1) return guards.unasked(this.#servent.world.now(), peer);
		const servent = frame.subarray(frame.length - GUID);
		if (!guards.hit(this.#servent.world.now(), peer, servent, hopsOf(frame))) return;
		this.#servents.set(servent, peer.link);
		if (link === SELF) return this.#parts.search.received(peer, frame, this.#servent.host);
		const back = peers.get(link);
		if (back === undefined || back === peer || frame.length > ours.payloadHitForwarded) return;
		this.#parts.counted(guidOf(frame), frame[23] ?? 0);
		// Some servents count the TTL of hits too low: on a known way back it may not run out.
		const onward = frame.slice();
		patchTtlHops(onward, Math.max(1, ttlOf(frame) - 1), Math.min(255, hopsOf(frame) + 1));
		peers.send(back, onward);
	}

	push(peer: Peer, frame: Uint8Array): void {
		const push = decodePush(payloadOf(frame));
		if (isRefusal(push)) return this.#parts.guards.weird(peer, push.refused, push.detail);
		if (equal(push.guid, this.#servent.options.guid)) return this.#parts.pushed(push, peer);
		if (this.#servent.role === 'leaf') return;
		const ttl = Math.min(ttlOf(frame), this.#parts.limits.maxTtl) - 1;
		const to = this.#way(push.guid);
		if (to === undefined || to === peer || (ttl <= 0 && to.role !== 'leaf')) return;
		const onward = frame.slice();
		patchTtlHops(onward, Math.max(1, ttl), Math.min(255, hopsOf(frame) + 1));
		this.#parts.peers.send(to, onward);
	}

	/** Sends a PUSH of ours on the way that the servent's hit has come. False: no way is known. */
	sendPush(guid: Uint8Array, payload: Uint8Array): boolean {
		const to = this.#way(guid);
		if (to === undefined) return false;
		const id = this.#servent.world.random(16);
		this.#parts.peers.send(to, encodeMessage(MessageType.Push, id, this.#parts.limits.maxTtl, 0, payload));
		return true;
	}

	/** A way to a servent, learned otherwise than by its hits (a leaf asked us to be its push proxy). */
	learn(guid: Uint8Array, peer: Peer): void {
		this.#servents.set(guid, peer.link);
	}

	#way(guid: Uint8Array): Peer | undefined {
		const link = this.#servents.get(guid);
		return link === -1 ? undefined : this.#parts.peers.get(link);
	}

	#forward(peer: Peer, frame: Uint8Array, query: Query, hops: number, ttl: number, now: number): void {
		const { peers } = this.#parts;
		// Made where somebody's table is asked: most queries meet none.
		let hashes: QueryHashes | undefined;
		const mayHave = (table: RouteTable): boolean =>
			table.mayMatch((hashes ??= queryHashes(query.text, query.urns)));
		// One patched copy serves every neighbour: all get the same TTL and hops.
		const onward = frame.slice();
		patchTtlHops(onward, Math.max(1, ttl), hops);
		for (const leaf of peers.leaves) {
			if (leaf !== peer && leaf.hopsFlow >= hops && leaf.table !== undefined && mayHave(leaf.table))
				peers.send(leaf, onward);
		}
		if (peer.role === 'leaf') return this.#dynamic(peer, frame, query, now);
		if (ttl <= 0) return;
		for (const ultrapeer of peers.ultrapeers) {
			if (ultrapeer === peer || ultrapeer.hopsFlow < hops) continue;
			if (ttl === 1 && ultrapeer.table !== undefined && !mayHave(ultrapeer.table)) continue;
			peers.send(ultrapeer, onward);
		}
		for (const legacy of peers.legacies) if (legacy !== peer) peers.send(legacy, onward);
	}

	/** A leaf's query: we ask around for it (dynamic.ts). */
	#dynamic(leaf: Peer, frame: Uint8Array, query: Query, now: number): void {
		this.#parts.dynamic.start(
			{
				guid: guidOf(frame).slice(),
				frame: frame.slice(),
				hashes: queryHashes(query.text, query.urns),
				owner: leaf,
				guided: query.leafGuided,
				target: this.#parts.limits.searchTargetLeaf,
				ended: () => {},
			},
			now,
		);
	}
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
	for (let i = 0; i < GUID; i++) if (a[i] !== b[i]) return false;
	return true;
}
