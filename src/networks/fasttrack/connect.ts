/**
 * Connect: a leaf's links to super-nodes. It keeps a few, pings where it has the choice; what a super-node says goes to the part that knows. Its lists
 * name third parties: few of one host are taken from one super-node (defence/seed-poisoning.ts).
 */
import { SeedPoisoning } from '../../defence/seed-poisoning.ts';
import { isRefusal } from '../../evidence/refusal.ts';
import type { Address, Link } from '../../world/world.ts';
import { formatAddress, ipv4Bytes } from '../common/address.ts';
import { Channel } from './channel.ts';
import { ours } from './limits.ts';
import { Ping } from './ping.ts';
import type { Publish } from './publish.ts';
import type { Register } from './register.ts';
import type { LinkOwner, Servent } from './servent.ts';
import { type Message, MessageType } from './wire/frame.ts';
import { decodeNodes, encodeNodeInfo } from './wire/node.ts';
import { decodePush, type Push } from './wire/push.ts';
import { decodeReply, decodeReplyEnd, type Reply } from './wire/reply.ts';

export interface Heard {
	opened(channel: Channel): void;
	closed(channel: Channel): void;
	reply(channel: Channel, reply: Reply): void;
	replyEnd(channel: Channel, query: number): void;
	/** Somebody wants to be called by us. */
	push(channel: Channel, push: Push): void;
}

export class Connect implements LinkOwner {
	readonly #servent: Servent;
	readonly #register: Register;
	readonly #publish: Publish;
	readonly #heard: Heard;
	readonly #ping: Ping;
	readonly #poisoning: SeedPoisoning;
	readonly #channels = new Map<Link, Channel>();
	/** Ports by host that a super-node has listed. */
	readonly #listed = new WeakMap<Channel, Map<string, Set<number>>>();
	/** Dialled, not yet open: by link. */
	readonly #dialling = new Map<Link, Address>();

	constructor(servent: Servent, register: Register, publish: Publish, heard: Heard) {
		this.#servent = servent;
		this.#register = register;
		this.#publish = publish;
		this.#heard = heard;
		this.#ping = new Ping(servent.world, servent.options.network);
		this.#poisoning = new SeedPoisoning(!(servent.options.defencesOff ?? []).includes('seed-poisoning'));
	}

	/** Those that stand. */
	open(): Channel[] {
		return this.channels().filter(({ isOpen }) => isOpen);
	}

	channels(): Channel[] {
		return [...this.#channels.values()];
	}

	disconnect(link: Link): void {
		const channel = this.#channels.get(link);
		if (channel === undefined) return;
		this.#register.remove(channel.remote);
		channel.end('disconnected by its user');
	}

	tick(now: number): void {
		for (const channel of this.#channels.values()) channel.tick(now);
		const busy = this.#busy();
		const room = ours.supernodes - busy.size;
		if (room <= 0) return;
		const candidates = this.#register.candidates(now, busy);
		if (candidates.length > room && this.#ping.ask(now, candidates)) return;
		for (const to of candidates.slice(0, room)) this.#dial(to);
	}

	/** Somebody has answered a datagram. */
	pong(from: Address, isFull: boolean): void {
		const to = this.#ping.answered(from);
		const busy = this.#busy();
		if (to === undefined || isFull || busy.size >= ours.supernodes || busy.has(formatAddress(to))) return;
		this.#dial(to);
	}

	stop(): void {
		for (const channel of this.#channels.values()) channel.end('this node is stopping');
	}

	opened(link: Link, remote: Address): void {
		const dialled = this.#dialling.get(link) ?? remote;
		this.#dialling.delete(link);
		const channel = new Channel(this.#servent, link, dialled, 'leaf', {
			open: (opened) => this.#open(opened),
			message: (from, message) => this.#said(from, message),
		});
		this.#channels.set(link, channel);
		channel.greet();
	}

	received(link: Link, bytes: Uint8Array): void {
		this.#channels.get(link)?.received(bytes);
	}

	drained(): void {}

	closed(link: Link): void {
		const now = this.#servent.world.now();
		const dialled = this.#dialling.get(link);
		this.#dialling.delete(link);
		if (dialled !== undefined) {
			this.#register.failed(dialled, now);
			return this.#servent.host.remember(dialled, 'failed');
		}
		const channel = this.#channels.get(link);
		if (channel === undefined) return;
		this.#channels.delete(link);
		this.#register.failed(channel.remote, now);
		this.#publish.left(channel);
		this.#heard.closed(channel);
	}

	#busy(): Set<string> {
		const busy = new Set<string>();
		for (const { remote } of this.#channels.values()) busy.add(formatAddress(remote));
		for (const address of this.#dialling.values()) busy.add(formatAddress(address));
		return busy;
	}

	#dial(to: Address): void {
		this.#dialling.set(this.#servent.dial(to, 'super-node', this), to);
	}

	#open(channel: Channel): void {
		const { announce, user } = this.#servent.options;
		// Where we are the super-node sees itself; what it needs of us is the port.
		const host = ipv4Bytes(announce.host) === undefined ? '0.0.0.0' : announce.host;
		const info = { address: { host, port: announce.port }, bandwidth: ours.bandwidth, user };
		channel.send(MessageType.NodeInfo, encodeNodeInfo(info));
		this.#register.worked(channel.remote);
		this.#servent.host.remember(channel.remote, 'ultrapeer');
		this.#heard.opened(channel);
	}

	#list(channel: Channel, body: Uint8Array): void {
		const listed = this.#listed.get(channel) ?? new Map<string, Set<number>>();
		this.#listed.set(channel, listed);
		let refused: string | undefined;
		for (const { address } of decodeNodes(body)) {
			const why = this.#poisoning.names(address, listed);
			if (why === undefined) this.#register.add(address, false);
			else refused = why;
		}
		if (refused !== undefined) channel.refuse(refused);
	}

	#said(channel: Channel, { type, body }: Message): void {
		const taken = this.#take(channel, type, body);
		if (isRefusal(taken)) channel.refuse(taken.refused, taken.detail);
	}

	#take(channel: Channel, type: number, body: Uint8Array): unknown {
		switch (type) {
			case MessageType.NodeList:
				return this.#list(channel, body);
			case MessageType.ExternalAddress:
			case MessageType.SendShares:
				return this.#publish.asked(channel);
			case MessageType.Reply: {
				const reply = decodeReply(body);
				if (!isRefusal(reply)) this.#heard.reply(channel, reply);
				return reply;
			}
			case MessageType.ReplyEnd: {
				const query = decodeReplyEnd(body);
				if (!isRefusal(query)) this.#heard.replyEnd(channel, query);
				return query;
			}
			case MessageType.Push: {
				const push = decodePush(body);
				if (!isRefusal(push)) this.#heard.push(channel, push);
				return push;
			}
			default:
				return undefined;
		}
	}
}
