/**
 * Search: a leaf asks its super-nodes, a super-node its own leaves. By words, or by FTHash (`urn:fthash:` and 40 hex
 * digits); another hash means nothing here. It ends when all that were asked have said so, or after a while.
 */
import type { World } from '../../world/world.ts';
import { hex, unhex } from '../common/hash.ts';
import type { Host } from '../network.ts';
import type { Channel } from './channel.ts';
import type { Guards } from './guards.ts';
import { ours, specification } from './limits.ts';
import { MessageType } from './wire/frame.ts';
import { Compare, encodeQuery, Realm, type Term } from './wire/query.ts';
import type { Reply, Result } from './wire/reply.ts';
import { nameIn, Tag } from './wire/tags.ts';
import { encodeText } from './wire/text.ts';

interface Asked {
	readonly id: number;
	/** In the protocol: 16 bits. */
	readonly query: number;
	readonly text: string;
	readonly terms: readonly Term[];
	readonly startedAt: number;
	readonly waiting: Set<Channel>;
	/** Files of whom that were found: two super-nodes may know one leaf. */
	readonly found: Set<string>;
	asked: number;
	hits: number;
}

export interface SearchParts {
	readonly world: World;
	readonly host: Host;
	readonly guards: Guards;
	/** Super-nodes that can be asked. */
	readonly channels: () => readonly Channel[];
	/** What our own leaves share, where we are a super-node. */
	readonly leaves: ((text: string, hash: Uint8Array | undefined) => readonly Result[]) | undefined;
}

export class Search {
	readonly #parts: SearchParts;
	readonly #byQuery = new Map<number, Asked>();
	#nextQuery: number;

	constructor(parts: SearchParts) {
		this.#parts = parts;
		const [high, low] = parts.world.random(2);
		this.#nextQuery = high * 256 + low;
	}

	start(id: number, text: string, urn?: string): void {
		const { host, world, leaves } = this.#parts;
		const hash = urn === undefined ? undefined : hashOf(urn);
		if (urn !== undefined && hash === undefined)
			return host.searchEnded(id, 'FastTrack cannot be asked by this kind of hash');
		if (this.#byQuery.size >= ours.searches) return host.searchEnded(id, 'too many searches run');
		const asked: Asked = {
			id,
			query: this.#freeQuery(),
			text,
			terms: [
				hash === undefined
					? { compare: Compare.Substring, tag: Tag.Any, value: encodeText(text) }
					: { compare: Compare.Equals, tag: Tag.Hash, value: hash },
			],
			startedAt: world.now(),
			waiting: new Set(),
			found: new Set(),
			asked: 0,
			hits: 0,
		};
		if (leaves !== undefined) {
			for (const result of leaves(text, hash)) this.#hit(asked, result, undefined);
			return host.searchEnded(id, asked.hits === 0 ? 'no leaf has it' : 'all leaves were asked');
		}
		this.#byQuery.set(asked.query, asked);
		for (const channel of this.#parts.channels()) this.#ask(asked, channel);
	}

	stop(id: number): void {
		for (const [query, asked] of this.#byQuery) if (asked.id === id) this.#byQuery.delete(query);
	}

	/** A new super-node gets the searches that run. */
	joined(channel: Channel): void {
		for (const asked of this.#byQuery.values()) this.#ask(asked, channel);
	}

	left(channel: Channel): void {
		for (const asked of this.#byQuery.values()) this.#answered(asked, channel);
	}

	reply(channel: Channel, { id, results, supernode }: Reply): void {
		const asked = this.#byQuery.get(id);
		if (asked === undefined || !asked.waiting.has(channel)) return channel.refuse('fasttrack.reply.unasked');
		for (const result of results) this.#hit(asked, result, supernode.port === 0 ? channel.remote : supernode);
	}

	replyEnd(channel: Channel, query: number): void {
		const asked = this.#byQuery.get(query);
		if (asked !== undefined) this.#answered(asked, channel);
	}

	/** A sentence on how a search stands. */
	why(id: number): { asked: number; sentence: string } {
		const asked = [...this.#byQuery.values()].find((one) => one.id === id);
		if (asked === undefined) return { asked: 0, sentence: 'ended' };
		if (asked.asked === 0) return { asked: 0, sentence: 'waiting for a super-node to ask' };
		return { asked: asked.asked, sentence: `asked ${asked.asked}, ${asked.waiting.size} have yet to answer` };
	}

	tick(now: number): void {
		for (const asked of this.#byQuery.values())
			if (now - asked.startedAt >= ours.searchSeconds * 1000) this.#end(asked, 'time is up');
	}

	#ask(asked: Asked, channel: Channel): void {
		const { query, terms } = asked;
		const body = encodeQuery({ most: ours.resultsOfQuery, id: query, realm: Realm.All, terms });
		if (asked.waiting.has(channel) || !channel.send(MessageType.Query, body)) return;
		asked.waiting.add(channel);
		asked.asked++;
	}

	#answered(asked: Asked, channel: Channel): void {
		if (!asked.waiting.delete(channel) || asked.waiting.size > 0) return;
		this.#end(asked, asked.hits === 0 ? 'everyone was asked and nobody has it' : 'no more answers');
	}

	#hit(asked: Asked, result: Result, supernode: Result['source'] | undefined): void {
		const name = nameIn(result.tags);
		const key = `${result.source.host}:${result.source.port} ${hex(result.hash)} ${result.size}`;
		if (name === '' || asked.found.has(key)) return;
		if (asked.found.size < ours.results) asked.found.add(key);
		asked.hits++;
		this.#parts.host.hit(asked.id, {
			name,
			size: result.size,
			fthash: hex(result.hash),
			network: 'fasttrack',
			source: {
				network: 'fasttrack',
				host: result.source.host,
				port: result.source.port,
				id: result.user,
				index: 0,
				firewalled: result.source.port === 0,
				agent: result.networkName,
				...(supernode === undefined ? {} : { proxies: [supernode] }),
			},
			...this.#parts.guards.judge(asked.id, asked.text, result, name),
		});
	}

	#end(asked: Asked, why: string): void {
		this.#byQuery.delete(asked.query);
		this.#parts.host.searchEnded(asked.id, why);
	}

	#freeQuery(): number {
		do this.#nextQuery = (this.#nextQuery + 1) & 0xffff;
		while (this.#byQuery.has(this.#nextQuery));
		return this.#nextQuery;
	}
}

function hashOf(urn: string): Uint8Array | undefined {
	const match = /^urn:(?:fthash:([0-9a-f]{40})|kzhash:([0-9a-f]{40})[0-9a-f]{32})$/i.exec(urn);
	const hash = match === null ? undefined : unhex(match[1] ?? match[2]);
	return hash?.length === specification.hash ? hash : undefined;
}
