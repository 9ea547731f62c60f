/**
 * Route: searches that go from super-node to super-node, and the results that come back the way the search went. An
 * extension of ours (docs/networks/fasttrack.md). The rules:
 *
 * - What a leaf of ours asks goes to all neighbours, and from each to its own, three links far, without a word on who
 *   asked. A search that was here is ended at once, wherever it comes from, and none goes back to whom it came from.
 * - Neighbours and leaves may ask so much a minute. One over it, or one too many under way, is answered from here alone.
 * - Results are taken from whom was asked, while it was asked, as many as one search gets, and no more than its part from
 *   one neighbour. Each must answer the search and name somebody who can be dialled; nobody else's word is there for it.
 * - Call-backs are not passed on, and leaves that need one are not named to neighbours: whom such a leaf would be told to
 *   dial, nobody on the way could prove.
 */
import { Rate } from '../../defence/rate.ts';
import { isRefusal } from '../../evidence/refusal.ts';
import type { Address, Link } from '../../world/world.ts';
import { hex } from '../common/hash.ts';
import { words } from '../common/words.ts';
import { answers, type Wanted } from './catalogue.ts';
import type { Channel } from './channel.ts';
import { ours } from './limits.ts';
import type { Servent } from './servent.ts';
import { wantedOf } from './wanted.ts';
import { MessageType } from './wire/frame.ts';
import {
	decodeNeighbourQuery,
	decodeNeighbourResults,
	encodeNeighbourEnd,
	encodeNeighbourQuery,
	encodeNeighbourResults,
	type NeighbourQuery,
	numberIn,
} from './wire/neighbour.ts';
import { encodeQuery, type Query } from './wire/query.ts';
import type { Result } from './wire/reply.ts';

const minute = 60_000;

/** What is done with results, and at the end; of a leaf of ours, or of a neighbour. */
export interface Asker {
	readonly take: (results: readonly Result[]) => unknown;
	readonly end: () => void;
}

interface Asked extends Asker {
	readonly wanted: Wanted;
	readonly until: number;
	/** Who asked, where a neighbour did. */
	readonly from: Channel | undefined;
	/** Who has yet to say that it is done, and how many results it may still bring. */
	readonly waiting: Map<Channel, number>;
	/** Files of whom that it has: two super-nodes may know one leaf. */
	readonly told: Set<string>;
	/** Results that it may still get. */
	left: number;
	/** Its asker has heard the end: what comes later is dropped without a word. */
	isOver: boolean;
}

export interface RouteParts {
	readonly neighbours: () => Iterable<Channel>;
	/** What leaves of ours, and we, share. */
	readonly match: (wanted: Wanted, most: number) => Result[];
	/** One more message of a neighbour was refused. */
	readonly strike: (channel: Channel, code: string, detail?: string) => void;
}

export class Route {
	readonly #servent: Servent;
	readonly #parts: RouteParts;
	/** By the number that we gave it. */
	readonly #asked = new Map<number, Asked>();
	/** By id and words: when it was here. */
	readonly #seen = new Map<string, number>();
	/** What neighbours ask of us, what leaves ask of them, and what we send to each for both. */
	readonly #quotas = new Rate<Link>(ours.neighbourQueries, minute, ours.neighbours);
	readonly #leaves = new Rate<Link>(ours.queriesPassed, minute, ours.leaves);
	readonly #ours = new Rate<Link>(ours.neighbourQueries / 2, minute, ours.neighbours);
	readonly #theirs = new Rate<Link>(ours.neighbourQueries / 2, minute, ours.neighbours);
	#number = 0;
	/** Searches of neighbours since the start. */
	searches = 0;

	constructor(servent: Servent, parts: RouteParts) {
		this.#servent = servent;
		this.#parts = parts;
	}

	/** Searches that neighbours are being asked. */
	get underWay(): number {
		return this.#asked.size;
	}

	/** A leaf of ours asks. False: nobody else is asked. */
	ask(leaf: Link, query: Query, found: readonly Result[], most: number, asker: Asker): boolean {
		const wanted = wantedOf(query);
		if (wanted.hash === undefined && words(wanted.text).length === 0) return false;
		if (encodeQuery(query).length > ours.queryPassed) return false;
		if (!this.#leaves.take(this.#servent.world.now(), leaf)) return false;
		const { queryLinks: left } = ours;
		const id = this.#servent.world.random(8);
		return this.#pass({ number: 0, id, left, passed: 0, query }, undefined, found, most, asker);
	}

	/** A neighbour asks. */
	query(from: Channel, body: Uint8Array): void {
		this.searches++;
		const asked = decodeNeighbourQuery(body);
		if (isRefusal(asked)) return this.#parts.strike(from, asked.refused, asked.detail);
		const why = this.#refuses(from, asked);
		if (why !== undefined) this.#parts.strike(from, why);
		const end = () => void from.send(MessageType.NeighbourEnd, encodeNeighbourEnd(asked.number));
		if (why !== undefined || !this.#isNew(asked)) return end();
		const take = (results: readonly Result[]) => {
			const named = results.filter(({ source }) => this.#mayName(from, source));
			const message = encodeNeighbourResults({ number: asked.number, results: named });
			if (named.length > 0) from.send(MessageType.NeighbourResults, message);
		};
		const most = Math.min(asked.query.most, ours.resultsOfNeighbour);
		const found = this.#parts.match(wantedOf(asked.query), most);
		for (let at = 0; at < found.length; at += ours.resultsOfReply)
			take(found.slice(at, at + ours.resultsOfReply));
		if (!this.#pass(asked, from, found, most, { take, end })) end();
	}

	results(from: Channel, body: Uint8Array): void {
		const number = numberIn(body);
		if (isRefusal(number)) return this.#parts.strike(from, number.refused, number.detail);
		const asked = this.#asked.get(number);
		const part = asked?.waiting.get(from);
		if (asked === undefined || part === undefined)
			return this.#parts.strike(from, 'fasttrack.neighbour.unasked');
		const message = decodeNeighbourResults(body);
		if (isRefusal(message)) return this.#parts.strike(from, message.refused, message.detail);
		const all = message.results;
		const good = this.#isOn('forged-hits')
			? all.filter((one) => answers(asked.wanted, one) && this.#mayName(from, one.source))
			: all;
		if (good.length < all.length)
			this.#parts.strike(from, 'fasttrack.neighbour.forged', `${all.length - good.length} results`);
		if (part < good.length) this.#parts.strike(from, 'fasttrack.neighbour.unasked', 'too many');
		const taken = good
			.slice(0, part)
			.filter((one) => isNew(asked.told, one))
			.slice(0, asked.left);
		asked.waiting.set(from, Math.max(0, part - good.length));
		asked.left -= taken.length;
		if (taken.length > 0 && !asked.isOver) asked.take(taken);
		if (asked.left === 0) this.#end(asked);
	}

	/** A neighbour has no more results. Of a search that is over by now it may say so too. */
	end(from: Channel, body: Uint8Array): void {
		const number = numberIn(body);
		if (isRefusal(number)) return this.#parts.strike(from, number.refused, number.detail);
		const asked = this.#asked.get(number);
		if (asked !== undefined) this.#isDone(number, asked, from);
	}

	left(neighbour: Channel): void {
		for (const rate of [this.#quotas, this.#ours, this.#theirs]) rate.forget(neighbour.link);
		for (const [number, asked] of this.#asked) {
			if (asked.from === neighbour) asked.isOver = true;
			this.#isDone(number, asked, neighbour);
		}
	}

	tick(now: number): void {
		for (const [number, asked] of this.#asked) {
			if (now >= asked.until) this.#end(asked);
			if (now >= asked.until + ours.lateSeconds * 1000) this.#asked.delete(number);
		}
		for (const [key, at] of this.#seen) {
			if (now - at < ours.seenSeconds * 1000) return;
			this.#seen.delete(key);
		}
	}

	/** Sends it to whom may be asked, for what is missing to `most`. False: to nobody. */
	#pass(
		query: NeighbourQuery,
		from: Channel | undefined,
		found: readonly Result[],
		most: number,
		asker: Asker,
	): boolean {
		const now = this.#servent.world.now();
		const left = most - found.length;
		if (query.left === 0 || left <= 0 || this.#asked.size >= ours.queriesUnderWay) return false;
		this.#number = (this.#number + 1) >>> 0;
		const number = this.#number;
		const waiting: Asked['waiting'] = new Map();
		const onward = { ...query, number, left: query.left - 1, passed: query.passed + 1 };
		const message = encodeNeighbourQuery({ ...onward, query: { ...query.query, most: left } });
		const rate = from === undefined ? this.#ours : this.#theirs;
		for (const neighbour of this.#parts.neighbours()) {
			if (neighbour === from || !rate.take(now, neighbour.link)) continue;
			if (neighbour.send(MessageType.NeighbourQuery, message))
				waiting.set(neighbour, ours.resultsOfNeighbour);
		}
		if (waiting.size === 0) return false;
		if (from === undefined) this.#isNew(query);
		const told = new Set<string>();
		for (const one of found) isNew(told, one);
		const until = now + query.left * ours.linkSeconds * 1000;
		const wanted = wantedOf(query.query);
		this.#asked.set(number, { ...asker, wanted, until, from, waiting, told, left, isOver: false });
		return true;
	}

	#refuses(from: Channel, { left, passed }: NeighbourQuery): string | undefined {
		const now = this.#servent.world.now();
		if (this.#isOn('query-flood') && !this.#quotas.take(now, from.link)) return 'fasttrack.neighbour.flood';
		if (this.#isOn('time-to-live-abuse') && left + passed > ours.queryLinks)
			return 'fasttrack.neighbour.hops';
		return undefined;
	}

	/** Its words are part of it: whoever knows the id of a search cannot end it by another one. */
	#isNew({ id, query }: NeighbourQuery): boolean {
		const key = hex(id) + hex(encodeQuery({ ...query, id: 0, most: 0 }));
		if (this.#seen.has(key)) return false;
		if (this.#seen.size >= ours.queriesSeen) this.#seen.delete(this.#seen.keys().next().value ?? '');
		this.#seen.set(key, this.#servent.world.now());
		return true;
	}

	/** Somebody who can be dialled, by that neighbour's word or, from us, to that neighbour. */
	#mayName({ remote }: Channel, { host, port }: Address): boolean {
		const { usable, mayName } = this.#servent.options;
		return port >= ours.leastPort && usable(host) && (mayName?.(remote.host, host) ?? true);
	}

	/** It has nothing more to say on it. */
	#isDone(number: number, asked: Asked, neighbour: Channel): void {
		asked.waiting.delete(neighbour);
		if (asked.waiting.size > 0) return;
		this.#asked.delete(number);
		this.#end(asked);
	}

	#end(asked: Asked): void {
		if (!asked.isOver) asked.end();
		asked.isOver = true;
	}

	#isOn(defence: string): boolean {
		return !(this.#servent.options.defencesOff ?? []).includes(defence);
	}
}

function isNew(told: Set<string>, { source, hash, size }: Result): boolean {
	const before = told.size;
	told.add(`${source.host}:${source.port} ${hex(hash)} ${size}`);
	return told.size > before;
}
