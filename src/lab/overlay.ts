/**
 * The `overlay` fidelity: a network of up to ten million servents without an object for any of them. The bytes
 * and the rules are the node's own (networks/gnutella): frames with their 23-byte headers travel, every
 * delivery reads type, TTL, hops and message id from them with the node's decoder, a first sight decodes the
 * payload, and forwarding patches a copy. State is in typed arrays.
 *
 * What a servent does with a query (route.ts, the same order):
 * 1. A message id that it has seen is a duplicate and goes no further.
 * 2. TTL + hops beyond the hard limit, or a payload that cannot be decoded, is refused.
 * 3. It remembers the neighbour that the query came from, answers if it has the file, and forwards with one hop
 *    more and the TTL of `onwardTtl`, to all neighbours but that one. A leaf forwards nothing, and gets even what has
 *    no TTL left.
 * 4. A hit goes back by what the servents on its way remember.
 *
 * Message ids: one table of the node's own kind (wire/guid.ts) leads from the 128 bits to the number of the
 * query, and each query has an array of who was told by whom. It says the same as a table in each servent
 * that forgets nothing, in 4 bytes a servent and query.
 *
 * Missing on purpose: handshakes, pings, QRP messages, flow control. The `protocol` fidelity has them.
 */
import { isRefusal } from '../evidence/refusal.ts';
import { newGuid } from '../networks/gnutella/wire/guid.ts';
import {
	encodeMessage,
	HEADER_BYTES,
	hopsOf,
	MessageType,
	onwardTtl,
	patchTtlHops,
	payloadLength,
	ttlOf,
	typeOf,
} from '../networks/gnutella/wire/message.ts';
import { decodeQuery, encodeQuery } from '../networks/gnutella/wire/query.ts';
import { Chance, threshold } from './chance.ts';
import type { Content } from './content.ts';
import { Links } from './links.ts';
import { type OverlaySettings, overlayDefaults } from './overlay-settings.ts';
import { noCounts, type QueryCounts } from './query-counts.ts';
import { QueryIds } from './query-ids.ts';
import { Slab } from './slab.ts';
import type { Topology } from './topologies.ts';
import { Wheel } from './wheel.ts';

const NOBODY = 0;

export class Overlay {
	readonly nodes: number;
	readonly settings: OverlaySettings;
	/** 0: the servent has failed; its links are gone. */
	readonly alive: Uint8Array;
	readonly wheel = new Wheel();
	readonly slab = new Slab();
	/** What servents share, where a scenario is about answers. */
	content: Content | undefined;
	/** Called at each first sight of a query. */
	sighted: ((node: number, query: number) => void) | undefined;
	/** Called for each query that is delivered, duplicates too. */
	delivered: ((node: number) => void) | undefined;
	/** Called for each hit that a servent sends. */
	answered: ((node: number) => void) | undefined;
	#starts: Int32Array;
	#neighbours: Int32Array;
	readonly #leaf: Uint8Array | undefined;
	readonly #chance: Chance;
	readonly #links: Links;
	readonly #lossBelow: number;
	#ids: QueryIds;
	#touched = 0;
	/** By query: who told each servent, plus one; 0: nobody. */
	readonly #told: Int32Array[] = [];
	readonly #counts: QueryCounts[] = [];
	readonly #began: number[] = [];
	/** Who was reached, to forget them fast; only while one query is under way. */
	#reached: Int32Array;
	#reachedCount = 0;

	constructor(topology: Topology, settings: Partial<OverlaySettings> & { readonly seed: number }) {
		const { graph, leaf } = topology;
		this.nodes = graph.nodes;
		this.settings = { ...overlayDefaults, ...settings };
		this.alive = new Uint8Array(this.nodes).fill(1);
		this.#starts = graph.starts;
		this.#neighbours = graph.neighbours;
		this.#leaf = leaf;
		this.#chance = new Chance(this.settings.seed, 'overlay');
		this.#links = new Links(this.nodes, this.settings);
		this.#lossBelow = threshold(this.settings.loss);
		this.#ids = this.#freshIds();
		this.#reached = new Int32Array(1024);
	}

	/** The links from now on: repair has made others. */
	rewire(starts: Int32Array, neighbours: Int32Array): void {
		this.#starts = starts;
		this.#neighbours = neighbours;
	}

	/** A servent asks: a real QUERY frame leaves to its neighbours. The number of the query. */
	ask(origin: number, text: string, ttl: number): number {
		const guid = newGuid(this.#chance.bytes(16));
		const frame = encodeMessage(MessageType.Query, guid, ttl, 0, encodeQuery({ text }));
		const query = this.#counts.length;
		this.#ids.add(guid, query);
		this.#counts.push(noCounts());
		this.#began.push(this.wheel.now);
		this.#told[query] ??= new Int32Array(this.nodes);
		this.#told[query][origin] = origin + 1;
		this.#mark(origin);
		this.#spread(origin, origin, this.slab.put(frame, 0), query);
		return query;
	}

	/** Until nothing is on its way; or until this time, if something still is. */
	run(until = Infinity): void {
		const { wheel } = this;
		while (wheel.now < until && wheel.take()) {
			if (wheel.first) this.#touched ^= this.#touch();
			this.#deliver(wheel.to, wheel.from, wheel.frame);
		}
	}

	/**
	 * Reads a word of everything that the next events need, so that a processor fetches all of it at once instead of
	 * waiting for each (a million servents do not fit into its caches). The result only keeps the loop from being left out.
	 */
	#touch(): number {
		const { wheel, slab, alive } = this;
		const told = this.#told[this.#ids.last];
		let sum = 0;
		for (let event = wheel.left; event-- > 0; ) {
			const to = wheel.toAhead(event);
			sum ^= slab.idWord(wheel.frameAhead(event), 0) ^ alive[to];
			if (told !== undefined) sum ^= told[to];
		}
		return sum;
	}

	counts(query: number): QueryCounts {
		return this.#counts[query];
	}

	/** Who told this servent of the query; -1: nobody. */
	teller(query: number, node: number): number {
		return this.#told[query][node] - 1;
	}

	/** Forgets all queries. Nothing may be on its way. */
	forget(): void {
		if (this.wheel.waiting > 0) throw new Error('messages are on their way');
		if (this.#counts.length === 1) {
			const told = this.#told[0];
			for (let at = 0; at < this.#reachedCount; at++) told[this.#reached[at]] = NOBODY;
		} else for (const told of this.#told) told.fill(NOBODY);
		this.#reachedCount = 0;
		this.#counts.length = 0;
		this.#began.length = 0;
		this.#ids = this.#freshIds();
	}

	#freshIds(): QueryIds {
		return new QueryIds(this.#chance.bytes(8));
	}

	#deliver(to: number, from: number, place: number): void {
		const { slab } = this;
		const at = slab.at(place);
		const { bytes } = slab;
		const query = this.#ids.of(slab, place);
		const length = HEADER_BYTES + payloadLength(bytes, at);
		if (this.alive[to] === 0) this.#counts[query].lost++;
		else if (typeOf(bytes, at) === MessageType.Query) this.#query(to, from, place, at, length, query);
		else this.#hit(to, from, place, at, length, query);
		slab.done(place);
	}

	#query(to: number, from: number, place: number, at: number, length: number, query: number): void {
		const counts = this.#counts[query];
		counts.messages++;
		counts.bytes += length;
		this.delivered?.(to);
		const told = this.#told[query];
		if (told[to] !== NOBODY) {
			counts.duplicates++;
			return;
		}
		const { bytes } = this.slab;
		const hops = hopsOf(bytes, at);
		const decoded =
			ttlOf(bytes, at) + hops > this.settings.ttlHard
				? undefined
				: decodeQuery(bytes.subarray(at + HEADER_BYTES, at + length));
		if (decoded === undefined || isRefusal(decoded)) {
			counts.refused++;
			return;
		}
		told[to] = from + 1;
		this.#mark(to);
		counts.reached++;
		counts.hops += hops + 1;
		counts.lasted = this.wheel.now - this.#began[query];
		this.sighted?.(to, query);
		const ttl = onwardTtl(bytes, this.settings.maxTtl, at);
		if (this.content !== undefined) this.#answer(to, from, at, decoded.text, hops + 1, query);
		if (this.#leaf === undefined ? ttl === 0 : this.#leaf[to] === 1) return;
		const copy = this.slab.copy(place, length);
		patchTtlHops(this.slab.bytes, Math.max(1, ttl), hops + 1, this.slab.at(copy));
		const asked = this.settings.queryRouting ? decoded.text : '';
		this.#spread(to, from, copy, query, asked, ttl);
	}

	/**
	 * To all neighbours that live, but not to the one that it came from; with TTL 0 only to leaves. With `asked`, to a
	 * leaf, and at the last hop to anybody, only where its table says that it may answer these words.
	 */
	#spread(node: number, except: number, place: number, query: number, asked = '', ttl = 2): void {
		const { wheel, alive, content } = this;
		const leaf = this.#leaf;
		const neighbours = this.#neighbours;
		const end = this.#starts[node + 1];
		const length = HEADER_BYTES + payloadLength(this.slab.bytes, this.slab.at(place));
		let sent = 0;
		for (let at = this.#starts[node]; at < end; at++) {
			const to = neighbours[at];
			if (to === except || alive[to] === 0) continue;
			const toLeaf = leaf?.[to] === 1;
			if (ttl === 0 && !toLeaf) continue;
			if (asked !== '' && (ttl === 1 || toLeaf) && content?.mayAnswer(to, asked) !== true) continue;
			if (this.#lossBelow > 0 && this.#chance.uint32() < this.#lossBelow) {
				this.#counts[query].lost++;
				continue;
			}
			wheel.add(this.#links.delay(this.wheel.now, node, to, length), to, node, place);
			sent++;
		}
		this.slab.count(place, sent);
	}

	#answer(node: number, back: number, at: number, text: string, hops: number, query: number): void {
		const guid = this.slab.bytes.slice(at, at + 16);
		const payload = this.content?.hit(node, text);
		if (payload === undefined) return;
		const frame = encodeMessage(MessageType.Hit, guid, Math.min(hops + 2, 15), 0, payload);
		this.#counts[query].hits++;
		this.answered?.(node);
		this.wheel.add(
			this.#links.delay(this.wheel.now, node, back, frame.length),
			back,
			node,
			this.slab.put(frame, 1),
		);
	}

	#hit(to: number, _from: number, place: number, at: number, length: number, query: number): void {
		const counts = this.#counts[query];
		counts.hitMessages++;
		counts.hitBytes += length;
		const back = this.#told[query][to] - 1;
		const hops = hopsOf(this.slab.bytes, at) + 1;
		if (back === to) {
			if (counts.firstHit < 0) {
				counts.firstHit = this.wheel.now - this.#began[query];
				counts.firstHitHops = hops;
			}
			return;
		}
		if (this.alive[back] === 0) {
			counts.lost++;
			return;
		}
		const ttl = Math.max(1, ttlOf(this.slab.bytes, at) - 1);
		const copy = this.slab.copy(place, length);
		patchTtlHops(this.slab.bytes, ttl, Math.min(255, hops), this.slab.at(copy));
		this.slab.count(copy, 1);
		this.wheel.add(this.#links.delay(this.wheel.now, to, back, length), back, to, copy);
	}

	#mark(node: number): void {
		if (this.#counts.length > 1) return;
		if (this.#reachedCount === this.#reached.length) {
			const grown = new Int32Array(Math.min(this.nodes + 1, this.#reached.length * 2));
			grown.set(this.#reached);
			this.#reached = grown;
		}
		this.#reached[this.#reachedCount++] = node;
	}
}
