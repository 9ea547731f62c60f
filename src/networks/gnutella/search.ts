/**
 * Searches of this node: the query goes out, hits come in. The rules:
 *
 * - A leaf sends its query to each of its ultrapeers, which do the rest; an ultrapeer runs a dynamic
 *   query. Nothing in the query names us; hops 0 tells only the neighbours that it began here.
 * - A hit counts only if its message id is one of our running (or lately ended) searches, and each
 *   record is judged (defence/forged-hits.ts) before anyone sees it. Judged, not dropped: what is
 *   refused is shown as refused, with the reason.
 * - A search ends when everyone was asked and no answer came for `searchQuietSeconds`, when it has
 *   enough, or when it is stopped. Late hits are still taken for a while.
 */
import { isRefusal } from '../../evidence/refusal.ts';
import { base32, hex } from '../common/hash.ts';
import type { Host } from '../network.ts';
import type { DynamicQueries } from './dynamic.ts';
import type { Guards } from './guards.ts';
import { type Limits, ours } from './limits.ts';
import type { Peer } from './peer.ts';
import type { Peers } from './peers.ts';
import type { Servent } from './servent.ts';
import { newGuid } from './wire/guid.ts';
import { decodeHit, type HitRecord, type QueryHit } from './wire/hit.ts';
import { encodeMessage, guidOf, MessageType, payloadOf } from './wire/message.ts';
import { queryHashes } from './wire/qrp-table.ts';
import { encodeQuery } from './wire/query.ts';

export interface Asked {
	readonly id: number;
	readonly guid: Uint8Array;
	readonly text: string;
	readonly urn: string | undefined;
	readonly frame: Uint8Array;
	readonly startedAt: number;
	readonly asked: Set<Peer>;
	hits: number;
	lastHitAt: number;
	/** Nobody is left to ask: the end comes when the answers stop. */
	exhausted: boolean;
	endedAt: number;
}

export interface SearchParts {
	readonly peers: Peers;
	readonly dynamic: DynamicQueries;
	readonly guards: Guards;
	readonly limits: Limits;
	/** A message id is ours from now on (route.ts). */
	readonly began: (guid: Uint8Array) => void;
	/** A leaf tells its ultrapeer how many answers it kept (vendor.ts). */
	readonly guide: (peer: Peer, guid: Uint8Array, kept: number) => void;
}

export class Search {
	readonly #servent: Servent;
	readonly #peers: Peers;
	readonly #queries: DynamicQueries;
	readonly #limits: Limits;
	readonly #parts: SearchParts;
	readonly #running = new Map<number, Asked>();
	readonly #byGuid = new Map<string, Asked>();

	constructor(servent: Servent, parts: SearchParts) {
		this.#servent = servent;
		this.#peers = parts.peers;
		this.#queries = parts.dynamic;
		this.#limits = parts.limits;
		this.#parts = parts;
	}

	/** Asks the network for words, or for a content by urn (`urn:sha1:` and 32 letters of base32). */
	start(id: number, text: string, urn?: string): void {
		const { world } = this.#servent;
		const guid = newGuid(world.random(16));
		const payload = encodeQuery({
			text,
			urns: urn === undefined ? [] : [urn],
			// Whether we are firewalled is not told: it says something of the origin.
			leafGuided: this.#servent.role === 'leaf',
			ggepH: true,
		});
		const now = world.now();
		const frame = encodeMessage(MessageType.Query, guid, 1, 0, payload);
		const asked: Asked = {
			id,
			guid,
			text,
			urn,
			frame,
			startedAt: now,
			asked: new Set(),
			hits: 0,
			lastHitAt: now,
			exhausted: false,
			endedAt: 0,
		};
		this.#running.set(id, asked);
		this.#byGuid.set(hex(guid), asked);
		this.#parts.began(guid);
		if (this.#servent.role === 'ultrapeer') this.#askAround(asked, now);
		else for (const peer of this.#peers.ultrapeers) this.#ask(asked, peer);
		// Servents of before ultrapeers know no dynamic querying: they get the query and flood it.
		for (const peer of this.#peers.legacies) this.#ask(asked, peer);
	}

	stop(id: number): void {
		const asked = this.#running.get(id);
		if (asked !== undefined) this.#end(asked, 'stopped');
	}

	/** A HIT that answers one of our searches. */
	received(peer: Peer, frame: Uint8Array, host: Host): void {
		const asked = this.#byGuid.get(hex(guidOf(frame)));
		if (asked === undefined) return;
		const hit = decodeHit(payloadOf(frame));
		if (isRefusal(hit)) return this.#servent.refuse(hit.refused, peer.name, hit.detail);
		const now = this.#servent.world.now();
		asked.lastHitAt = now;
		asked.hits += hit.records.length;
		this.#queries.counted(asked.guid, hit.records.length);
		for (const record of hit.records) this.#record(asked, hit, record, host);
		if (this.#servent.role === 'leaf') this.#parts.guide(peer, asked.guid, Math.min(asked.hits, 0xfffe));
	}

	/** Answers kept of a running search, by its message id. */
	kept(guid: Uint8Array): number | undefined {
		const asked = this.#byGuid.get(hex(guid));
		return asked?.endedAt === 0 ? Math.min(asked.hits, 0xfffe) : undefined;
	}

	/** A new ultrapeer gets the searches that run. */
	joined(peer: Peer): void {
		if (this.#servent.role !== 'leaf' || peer.role !== 'ultrapeer') return;
		for (const asked of this.#running.values()) if (asked.endedAt === 0) this.#ask(asked, peer);
	}

	/** A sentence on how a search stands. */
	why(id: number): { asked: number; sentence: string } {
		const asked = this.#running.get(id);
		if (asked === undefined) return { asked: 0, sentence: 'ended' };
		const dynamic = this.#queries.progress(asked.guid);
		const count = asked.asked.size + (dynamic?.asked ?? 0);
		if (count === 0) return { asked: 0, sentence: 'waiting for a peer to ask' };
		const who = `asked ${count} ${count === 1 ? 'peer' : 'peers'}`;
		if (asked.endedAt > 0) return { asked: count, sentence: who };
		if (dynamic !== undefined && dynamic.left > 0) {
			return { asked: count, sentence: `${who}, ${dynamic.left} still to ask` };
		}
		const silence = this.#servent.world.now() - asked.lastHitAt;
		const left = Math.max(0, Math.ceil(this.#limits.searchQuietSeconds - silence / 1000));
		return { asked: count, sentence: `${who}, ${left} s left` };
	}

	tick(now: number): void {
		for (const asked of this.#running.values()) {
			if (asked.endedAt > 0) {
				if (now - asked.endedAt > this.#limits.lateHitSeconds * 1000) this.#forget(asked);
			} else if (now - asked.startedAt > this.#limits.searchSeconds * 1000) this.#end(asked, 'time is up');
			else if (asked.exhausted && now - asked.lastHitAt > this.#limits.searchQuietSeconds * 1000) {
				this.#end(asked, asked.hits === 0 ? 'everyone was asked and nobody has it' : 'no more answers');
			}
		}
	}

	/** An ultrapeer asks its leaves whose table may match, and others by dynamic querying. */
	#askAround(asked: Asked, now: number): void {
		const hashes = queryHashes(asked.text, asked.urn === undefined ? [] : [asked.urn]);
		for (const leaf of this.#peers.leaves) if (leaf.table?.mayMatch(hashes) === true) this.#ask(asked, leaf);
		this.#queries.start(
			{
				guid: asked.guid,
				frame: asked.frame,
				hashes,
				owner: undefined,
				guided: false,
				target: this.#limits.searchTarget,
				ended: (why) => {
					asked.exhausted = true;
					if (why === 'enough answers') this.#end(asked, why);
				},
			},
			now,
		);
	}

	#ask(asked: Asked, peer: Peer): void {
		if (asked.asked.has(peer)) return;
		asked.asked.add(peer);
		asked.exhausted = this.#servent.role === 'leaf';
		asked.lastHitAt = this.#servent.world.now();
		const frame = asked.frame.slice();
		frame[17] = Math.min(this.#limits.maxTtl, peer.features.maxTtl);
		this.#peers.send(peer, frame);
	}

	#record(asked: Asked, hit: QueryHit, record: HitRecord, host: Host): void {
		const sha1 = record.sha1 === undefined ? undefined : base32(record.sha1);
		const judged = this.#parts.guards.judge(asked, hit, record);
		const proxies = hit.pushProxies
			.filter((one) => this.#servent.options.usable(one.host))
			.slice(0, ours.pushProxiesAsked);
		host.hit(asked.id, {
			name: record.name,
			size: record.size,
			...(sha1 === undefined ? {} : { sha1 }),
			...(record.tth === undefined ? {} : { tth: base32(record.tth) }),
			network: 'gnutella',
			source: {
				network: 'gnutella',
				host: hit.address.host,
				port: hit.address.port,
				id: hex(hit.guid),
				index: record.index,
				firewalled: hit.flags.push,
				agent: hit.vendor,
				...(proxies.length === 0 ? {} : { proxies }),
			},
			verdict: judged.verdict,
			reasons: judged.reasons,
		});
	}

	#end(asked: Asked, why: string): void {
		if (asked.endedAt > 0) return;
		asked.endedAt = this.#servent.world.now();
		this.#queries.stop(asked.guid);
		if (this.#servent.role === 'leaf') {
			for (const peer of asked.asked)
				if (this.#peers.get(peer.link) === peer) this.#parts.guide(peer, asked.guid, 0xffff);
		}
		this.#servent.host.searchEnded(asked.id, why);
	}

	#forget(asked: Asked): void {
		this.#running.delete(asked.id);
		this.#byGuid.delete(hex(asked.guid));
	}
}
