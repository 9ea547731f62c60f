/**
 * The super-node: leaves hang on it, it knows what they share, answers their searches and passes call-backs on.
 * The rules:
 *
 * - A leaf is told where it is (2C) and asked for its shares (03): giFT publishes on the first, mldonkey on the
 *   second alone. Users and files are not told (09): giFT leaves a network that is small.
 * - Where a leaf is, its link says, never its message: a claimed address would point downloads, and with call-backs
 *   strangers, at somebody else. The port is the leaf's word.
 * - A call-back goes to a leaf of ours, and names the requester's own host. Nobody is called for others.
 * - Shares and call-backs of a leaf are bounded here, its searches in answer.ts.
 * - Other super-nodes that the operator names are asked as well (neighbours.ts, route.ts); call-backs do not go so far.
 * - A published hash is passed on as a name; it says nothing about the content.
 */
import type { Bans } from '../../defence/bans.ts';
import { PushDiversion } from '../../defence/push-diversion.ts';
import { isRefusal } from '../../evidence/refusal.ts';
import type { Address, Link } from '../../world/world.ts';
import { formatAddress, ipv4Bytes } from '../common/address.ts';
import { Answer, type Leaf } from './answer.ts';
import { Catalogue } from './catalogue.ts';
import { Channel } from './channel.ts';
import { ours } from './limits.ts';
import { Neighbours } from './neighbours.ts';
import type { OwnFiles } from './own-files.ts';
import { Route } from './route.ts';
import type { LinkOwner, Servent } from './servent.ts';
import { type Message, MessageType } from './wire/frame.ts';
import { decodeNodeInfo, encodeExternalAddress, encodeNodes, type ListedNode } from './wire/node.ts';
import { decodePushRequest, encodePush } from './wire/push.ts';
import { decodeQuery } from './wire/query.ts';
import type { Result } from './wire/reply.ts';
import { decodeShare, decodeUnshare } from './wire/share.ts';

export class Supernode implements LinkOwner {
	readonly #servent: Servent;
	readonly #nodes: () => readonly ListedNode[];
	readonly #leaves = new Map<Link, Leaf>();
	readonly #catalogue = new Catalogue<Leaf>();
	readonly #diversion: PushDiversion;
	readonly #neighbours: Neighbours;
	readonly #route: Route;
	readonly #answer: Answer;
	readonly #bans: Bans;
	/** Since the start. */
	#came = 0;
	#offered = 0;

	/** `nodes`: other super-nodes that leaves are told of. */
	constructor(servent: Servent, own: OwnFiles, bans: Bans, nodes: () => readonly ListedNode[]) {
		this.#servent = servent;
		this.#bans = bans;
		this.#nodes = nodes;
		this.#diversion = new PushDiversion(!(servent.options.defencesOff ?? []).includes('push-diversion'));
		const refused = (channel: Channel, code: string, detail?: string) => this.#strike(channel, code, detail);
		this.#neighbours = new Neighbours(servent, bans, {
			refused,
			message: (channel, message) => this.#heard(channel, message),
			left: (channel) => this.#route.left(channel),
		});
		this.#route = new Route(servent, {
			neighbours: () => this.#neighbours.linked(),
			match: (wanted, most) => this.#answer.find(wanted, most, undefined, ours.lookedForNeighbour),
			strike: refused,
		});
		this.#answer = new Answer({
			...{ servent, own, catalogue: this.#catalogue },
			ask: (leaf, query, found, most, asker) => this.#route.ask(leaf, query, found, most, asker),
		});
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
		return [...Array.from(this.#leaves.values(), ({ channel }) => channel), ...this.#neighbours.channels()];
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
			asking: new Set(),
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
		this.#forget(link);
	}

	#forget(link: Link): void {
		const leaf = this.#leaves.get(link);
		if (leaf === undefined) return;
		this.#leaves.delete(link);
		this.#bans.forget(link);
		this.#catalogue.left(leaf);
	}

	tick(now: number): void {
		for (const { channel } of this.#leaves.values()) channel.tick(now);
		this.#bans.expire(now);
		this.#neighbours.tick(now);
		this.#route.tick(now);
	}

	stop(): void {
		for (const { channel } of this.#leaves.values()) channel.end('this node is stopping');
		this.#neighbours.stop();
	}

	/** Its leaves: how they are linked, where they listen (0: nowhere), what they share. */
	all() {
		return Array.from(this.#leaves.values(), (leaf) => ({
			channel: leaf.channel,
			port: leaf.info?.address.port ?? 0,
			files: this.#catalogue.filesOf(leaf),
		}));
	}

	figures() {
		const open = this.all().filter(({ channel }) => channel.isOpen);
		return {
			users: open.length,
			lowIds: open.filter(({ port }) => port === 0).length,
			checking: this.#leaves.size - open.length,
			files: this.#catalogue.files,
			words: this.#catalogue.words,
			neighbours: this.neighbours().length,
			passedOn: this.#route.underWay,
			logins: this.#came,
			offered: this.#offered,
			searches: this.#answer.searches,
			neighbourSearches: this.#route.searches,
		};
	}

	/** Super-nodes that are linked with us: where they listen. */
	neighbours(): Address[] {
		return this.#neighbours.addresses();
	}

	/** What our own user searches among our leaves. */
	match(text: string, hash: Uint8Array | undefined): Result[] {
		const wanted = hash === undefined ? { text } : { text, hash };
		const found = this.#catalogue.match(wanted, ours.resultsOfQuery);
		return found.map(({ owner, share }) => this.#answer.resultOf(owner, share));
	}

	/** Our own user wants to be called by a leaf of ours. False: it is not here. */
	push(id: number, target: Address, user: string): boolean {
		const { announce } = this.#servent.options;
		const leaf = this.#find(target, user);
		const body = encodePush({ id, requester: announce });
		return leaf?.channel.send(MessageType.Push, body) ?? false;
	}

	/** What it said is refused, and one too many ends it. */
	#strike(channel: Channel, code: string, detail?: string): void {
		channel.refuse(code, detail);
		const { link, remote } = channel;
		if (!channel.isOpen || !this.#bans.strike(this.#servent.world.now(), link, remote.host)) return;
		channel.refuse('fasttrack.supernode.ban', undefined, 'far too many messages');
	}

	#welcome(channel: Channel): void {
		channel.send(MessageType.NodeList, encodeNodes(this.#nodes()));
		channel.send(MessageType.ExternalAddress, encodeExternalAddress(channel.remote.host));
		channel.send(MessageType.SendShares, new Uint8Array(0));
	}

	#said(leaf: Leaf, message: Message): void {
		const { channel } = leaf;
		if (this.#neighbours.has(channel.link)) return this.#neighbours.said(channel, message);
		if (message.type === MessageType.NeighbourHello) {
			this.#forget(channel.link);
			return this.#neighbours.accept(channel, message.body);
		}
		const taken = this.#take(leaf, message.type, message.body);
		if (isRefusal(taken)) this.#strike(channel, taken.refused, taken.detail);
	}

	#take(leaf: Leaf, type: number, body: Uint8Array): unknown {
		switch (type) {
			case MessageType.NodeInfo: {
				const info = decodeNodeInfo(body);
				if (leaf.info === undefined) this.#came++;
				// What is no letter would end the name in a result of somebody else's.
				if (!isRefusal(info)) leaf.info = { ...info, user: info.user.replace(/[\0-\x1f]/g, '') };
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
				if (!isRefusal(query)) this.#answer.query(leaf, query, body);
				return query;
			}
			case MessageType.Push:
				return this.#passPush(leaf, body);
			default:
				return undefined;
		}
	}

	#share(leaf: Leaf, body: Uint8Array): unknown {
		this.#offered++;
		// A copy: what is kept must not be a view of what comes next.
		const kept = body.slice();
		const share = kept.length <= ours.shareBody ? decodeShare(kept) : undefined;
		if (isRefusal(share)) return share;
		if (share !== undefined && this.#catalogue.add(leaf, share, kept)) return undefined;
		if (!leaf.isFull) leaf.channel.refuse('fasttrack.share.full', `${this.#catalogue.filesOf(leaf)} files`);
		leaf.isFull = true;
		return undefined;
	}

	/** What a neighbouring super-node says. */
	#heard(channel: Channel, { type, body }: Message): void {
		if (type === MessageType.NeighbourQuery) this.#route.query(channel, body);
		else if (type === MessageType.NeighbourResults) this.#route.results(channel, body);
		else if (type === MessageType.NeighbourEnd) this.#route.end(channel, body);
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
}
