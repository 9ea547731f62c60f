/**
 * The super-node: leaves hang on it, it knows what they share, answers their searches and passes call-backs on.
 * The rules:
 *
 * - A leaf is told where it is (2C) and asked for its shares (03): giFT publishes on the first, mldonkey on the
 *   second alone. Users and files are not told (09): giFT leaves a network that is small.
 * - Where a leaf is, its link says, never its message: a claimed address would point downloads, and with call-backs
 *   strangers, at somebody else. The port is the leaf's word.
 * - A call-back goes to a leaf of ours, and names the requester's own host. Nobody is called for others.
 * - Shares, queries and call-backs of a leaf are bounded; equal queries are answered once (giFT sends three).
 * - A published hash is passed on as a name; it says nothing about the content.
 */
import { PushDiversion } from '../../defence/push-diversion.ts';
import { isRefusal } from '../../evidence/refusal.ts';
import type { Address, Link } from '../../world/world.ts';
import { formatAddress, ipv4Bytes } from '../common/address.ts';
import { hex } from '../common/hash.ts';
import { Catalogue } from './catalogue.ts';
import { Channel } from './channel.ts';
import { ours } from './limits.ts';
import { type OwnFiles, shareOf } from './own-files.ts';
import type { LinkOwner, Servent } from './servent.ts';
import { fits, wantedOf } from './wanted.ts';
import { type Message, MessageType } from './wire/frame.ts';
import {
	decodeNodeInfo,
	encodeExternalAddress,
	encodeNodes,
	type ListedNode,
	type NodeInfo,
} from './wire/node.ts';
import { decodePushRequest, encodePush } from './wire/push.ts';
import { decodeQuery, type Query } from './wire/query.ts';
import { encodeReply, encodeReplyEnd, type Result } from './wire/reply.ts';
import { decodeShare, decodeUnshare, type Share } from './wire/share.ts';

const tenSeconds = 10_000;

interface Leaf {
	readonly channel: Channel;
	info: NodeInfo | undefined;
	/** Queries by their bytes, and when they were answered: those of the last seconds. */
	readonly answered: Map<string, number>;
	queries: number;
	countedFrom: number;
	/** It was said once that its shares are too many. */
	isFull: boolean;
}

export class Supernode implements LinkOwner {
	readonly #servent: Servent;
	readonly #own: OwnFiles;
	readonly #nodes: () => readonly ListedNode[];
	readonly #leaves = new Map<Link, Leaf>();
	readonly #catalogue = new Catalogue<Leaf>();
	readonly #diversion: PushDiversion;

	/** `nodes`: other super-nodes that leaves are told of. */
	constructor(servent: Servent, own: OwnFiles, nodes: () => readonly ListedNode[]) {
		this.#servent = servent;
		this.#own = own;
		this.#nodes = nodes;
		this.#diversion = new PushDiversion(!(servent.options.defencesOff ?? []).includes('push-diversion'));
	}

	get leaves(): number {
		return this.#leaves.size;
	}

	get files(): number {
		return this.#catalogue.files;
	}

	/** Percent. */
	get load(): number {
		return Math.min(100, Math.floor((100 * this.#leaves.size) / ours.leaves));
	}

	channels(): Channel[] {
		return Array.from(this.#leaves.values(), ({ channel }) => channel);
	}

	/** Somebody whose first bytes are neither HTTP nor GIVE. */
	accepted(link: Link, remote: Address): void {
		if (this.#leaves.size >= ours.leaves || ipv4Bytes(remote.host) === undefined) {
			this.#servent.refuse('fasttrack.leaf.unusable', formatAddress(remote));
			return this.#servent.world.hangup(link, 'no room for another leaf');
		}
		const channel = new Channel(this.#servent, link, remote, 'supernode', {
			open: (opened) => this.#welcome(opened),
			message: (_channel, message) => this.#said(leaf, message),
		});
		const leaf: Leaf = {
			channel,
			info: undefined,
			answered: new Map(),
			queries: 0,
			countedFrom: 0,
			isFull: false,
		};
		this.#leaves.set(link, leaf);
		this.#servent.own(link, this);
	}

	opened(): void {}

	drained(): void {}

	received(link: Link, bytes: Uint8Array): void {
		this.#leaves.get(link)?.channel.received(bytes);
	}

	closed(link: Link): void {
		const leaf = this.#leaves.get(link);
		if (leaf === undefined) return;
		this.#leaves.delete(link);
		this.#catalogue.left(leaf);
	}

	tick(now: number): void {
		for (const { channel } of this.#leaves.values()) channel.tick(now);
	}

	/** What our own user searches among our leaves. */
	match(text: string, hash: Uint8Array | undefined): Result[] {
		const wanted = hash === undefined ? { text } : { text, hash };
		const found = this.#catalogue.match(wanted, ours.resultsOfQuery);
		return found.map(({ owner, share }) => this.#resultOf(owner, share));
	}

	/** Our own user wants to be called by a leaf of ours. False: it is not here. */
	push(id: number, target: Address, user: string): boolean {
		const { announce } = this.#servent.options;
		const leaf = this.#find(target, user);
		const body = encodePush({ id, requester: announce });
		return leaf?.channel.send(MessageType.Push, body) ?? false;
	}

	#welcome(channel: Channel): void {
		channel.send(MessageType.NodeList, encodeNodes(this.#nodes()));
		channel.send(MessageType.ExternalAddress, encodeExternalAddress(channel.remote.host));
		channel.send(MessageType.SendShares, new Uint8Array(0));
	}

	#said(leaf: Leaf, { type, body }: Message): void {
		const taken = this.#take(leaf, type, body);
		if (isRefusal(taken)) leaf.channel.refuse(taken.refused, taken.detail);
	}

	#take(leaf: Leaf, type: number, body: Uint8Array): unknown {
		switch (type) {
			case MessageType.NodeInfo: {
				const info = decodeNodeInfo(body);
				if (!isRefusal(info)) leaf.info = info;
				return info;
			}
			case MessageType.Share:
				return this.#share(leaf, body);
			case MessageType.Unshare: {
				const file = decodeUnshare(body);
				if (!isRefusal(file)) this.#catalogue.remove(leaf, file);
				return file;
			}
			case MessageType.Query: {
				const query = decodeQuery(body);
				if (!isRefusal(query)) this.#query(leaf, query, body);
				return query;
			}
			case MessageType.Push:
				return this.#passPush(leaf, body);
			default:
				return undefined;
		}
	}

	#share(leaf: Leaf, body: Uint8Array): unknown {
		// A copy: what is kept must not be a view of what comes next.
		const kept = body.slice();
		const share = kept.length <= ours.shareBody ? decodeShare(kept) : undefined;
		if (isRefusal(share)) return share;
		if (share !== undefined && this.#catalogue.add(leaf, share, kept)) return undefined;
		if (!leaf.isFull) leaf.channel.refuse('fasttrack.share.full', `${this.#catalogue.filesOf(leaf)} files`);
		leaf.isFull = true;
		return undefined;
	}

	#query(leaf: Leaf, query: Query, body: Uint8Array): void {
		const { channel } = leaf;
		if (this.#isFresh(leaf, hex(body.subarray(0, 64)) + body.length)) {
			const wanted = wantedOf(query);
			const most = Math.min(query.most, ours.resultsOfQuery);
			const found = this.#catalogue
				.match(wanted, most, leaf)
				.map(({ owner, share }) => this.#resultOf(owner, share));
			const own =
				wanted.hash === undefined ? this.#own.match(wanted.text, most) : [this.#own.byHash(wanted.hash)];
			for (const file of own) {
				const share = file && shareOf(file);
				if (share !== undefined && found.length < most && fits(share, wanted.ranges ?? []))
					found.push(this.#ownResult(share));
			}
			for (let at = 0; at < found.length; at += ours.resultsOfReply) {
				const results = found.slice(at, at + ours.resultsOfReply);
				const reply = encodeReply({ supernode: this.#servent.options.announce, id: query.id, results });
				if (!channel.send(MessageType.Reply, reply)) break;
			}
		}
		channel.send(MessageType.ReplyEnd, encodeReplyEnd(query.id));
	}

	/** Not answered just now, and not one too many. */
	#isFresh(leaf: Leaf, key: string): boolean {
		const now = this.#servent.world.now();
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

	#passPush(leaf: Leaf, body: Uint8Array): unknown {
		const push = decodePushRequest(body);
		if (isRefusal(push)) return push;
		const requester = { host: leaf.channel.remote.host, port: push.requester.port };
		const target = this.#find(push.target, push.user);
		if (target === undefined || requester.port === 0) {
			leaf.channel.refuse('fasttrack.push.unusable', formatAddress(push.target));
			return undefined;
		}
		const now = this.#servent.world.now();
		const why = this.#diversion.relays(now, requester, leaf.channel.remote.host, target.channel.link);
		if (why !== undefined) leaf.channel.refuse(why, formatAddress(requester));
		else target.channel.send(MessageType.Push, encodePush({ id: push.id, requester }));
		return undefined;
	}

	/** The leaf that a result named: by where it is and by its user. */
	#find(target: Address, user: string): Leaf | undefined {
		for (const leaf of this.#leaves.values()) {
			if (leaf.channel.remote.host !== target.host) continue;
			if (leaf.info?.user === user && leaf.info.address.port === target.port) return leaf;
		}
		return undefined;
	}

	#resultOf({ channel, info }: Leaf, share: Share): Result {
		return {
			...share,
			source: { host: channel.remote.host, port: info?.address.port ?? 0 },
			bandwidth: info?.bandwidth ?? 0,
			user: info?.user ?? '',
			networkName: this.#servent.options.network,
		};
	}

	#ownResult(share: Share): Result {
		const { announce, user, network } = this.#servent.options;
		return { ...share, source: announce, bandwidth: 0, user, networkName: network };
	}
}
