/**
 * Answer: what a super-node says to a search of one of its leaves. From its own catalogue at once, from its neighbours as it
 * comes, and that it is over when they are done. Equal queries are answered once (giFT sends three), and so many in ten
 * seconds.
 */
import type { Link } from '../../world/world.ts';
import { hex } from '../common/hash.ts';
import type { Catalogue, Wanted } from './catalogue.ts';
import type { Channel } from './channel.ts';
import { ours } from './limits.ts';
import { type OwnFiles, shareOf } from './own-files.ts';
import type { Asker } from './route.ts';
import type { Servent } from './servent.ts';
import { fits, wantedOf } from './wanted.ts';
import { MessageType } from './wire/frame.ts';
import type { NodeInfo } from './wire/node.ts';
import type { Query } from './wire/query.ts';
import { encodeReply, encodeReplyEnd, type Result } from './wire/reply.ts';
import type { Share } from './wire/share.ts';

const tenSeconds = 10_000;

export interface Leaf {
	readonly channel: Channel;
	info: NodeInfo | undefined;
	/** Queries by their bytes, and when they were answered: those of the last seconds. */
	readonly answered: Map<string, number>;
	/** Numbers of its queries that neighbours are still asked. */
	readonly asking: Set<number>;
	queries: number;
	countedFrom: number;
	/** It was said once that its shares are too many. */
	isFull: boolean;
}

export interface AnswerParts {
	readonly servent: Servent;
	readonly catalogue: Catalogue<Leaf>;
	readonly own: OwnFiles;
	/** Asks neighbours. False: nobody is asked. */
	readonly ask: (leaf: Link, query: Query, found: readonly Result[], most: number, asker: Asker) => boolean;
}

export class Answer {
	readonly #parts: AnswerParts;
	/** Since the start. */
	searches = 0;

	constructor(parts: AnswerParts) {
		this.#parts = parts;
	}

	query(leaf: Leaf, query: Query, body: Uint8Array): void {
		this.searches++;
		const { channel } = leaf;
		const end = () => void channel.send(MessageType.ReplyEnd, encodeReplyEnd(query.id));
		// The end of the first one ends it: what comes behind an end is thrown away by programs.
		if (!this.#isFresh(leaf, hex(body.subarray(0, 64)) + body.length))
			return leaf.asking.has(query.id) ? undefined : end();
		const most = Math.min(query.most, ours.resultsOfQuery);
		const found = this.find(wantedOf(query), most, leaf);
		const supernode = this.#parts.servent.options.announce;
		const take = (results: readonly Result[]): boolean =>
			channel.send(MessageType.Reply, encodeReply({ supernode, id: query.id, results }));
		for (let at = 0; at < found.length; at += ours.resultsOfReply)
			if (!take(found.slice(at, at + ours.resultsOfReply))) break;
		const over = () => {
			leaf.asking.delete(query.id);
			end();
		};
		leaf.asking.add(query.id);
		if (!this.#parts.ask(channel.link, query, found, most, { take, end: over })) over();
	}

	/** What leaves share, but for the asker, and what we do; `look`: among so many files. */
	find(wanted: Wanted, most: number, asker?: Leaf, look?: number): Result[] {
		const { catalogue, own: files } = this.#parts;
		const found = catalogue
			.match(wanted, most, asker, look)
			.map(({ owner, share }) => this.resultOf(owner, share));
		const own = wanted.hash === undefined ? files.match(wanted.text, most) : [files.byHash(wanted.hash)];
		for (const file of own) {
			const share = file && shareOf(file);
			if (share !== undefined && found.length < most && fits(share, wanted.ranges ?? []))
				found.push(this.#ownResult(share));
		}
		return found;
	}

	resultOf({ channel, info }: Leaf, share: Share): Result {
		return {
			...share,
			source: { host: channel.remote.host, port: info?.address.port ?? 0 },
			bandwidth: info?.bandwidth ?? 0,
			user: info?.user ?? '',
			networkName: this.#parts.servent.options.network,
		};
	}

	#ownResult(share: Share): Result {
		const { announce, user, network } = this.#parts.servent.options;
		return { ...share, source: announce, bandwidth: 0, user, networkName: network };
	}

	/** Not answered just now, and not one too many. */
	#isFresh(leaf: Leaf, key: string): boolean {
		const now = this.#parts.servent.world.now();
		if (now - leaf.countedFrom >= tenSeconds) {
			leaf.countedFrom = now;
			leaf.queries = 0;
			for (const [old, at] of leaf.answered)
				if (now - at >= ours.sameQuerySeconds * 1000) leaf.answered.delete(old);
		}
		if (++leaf.queries > ours.queries) {
			if (leaf.queries === ours.queries + 1) leaf.channel.refuse('fasttrack.query.flood');
			return false;
		}
		const before = leaf.answered.get(key);
		if (before !== undefined && now - before < ours.sameQuerySeconds * 1000) return false;
		leaf.answered.set(key, now);
		return true;
	}
}
