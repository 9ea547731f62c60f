/**
 * Links from super-node to super-node: who is linked. An extension of ours (docs/networks/fasttrack.md). The rules:
 *
 * - Neighbours are those that the operator has named, on either side; whoever else asks is hung up on. Nobody else is dialled.
 * - A link begins as a leaf's. Who dialled says hello in place of what leaves say of themselves, and is answered by one.
 * - Two links to one super-node are one too many: the one dialled by the smaller id stays. One to ourselves goes.
 * - Who stays out, by too many refused messages or by the operator's word, is not dialled.
 */
import type { Bans } from '../../defence/bans.ts';
import { isRefusal } from '../../evidence/refusal.ts';
import type { Address, Link } from '../../world/world.ts';
import { formatAddress } from '../common/address.ts';
import { hex } from '../common/hash.ts';
import { Channel } from './channel.ts';
import { ours } from './limits.ts';
import { Register } from './register.ts';
import type { LinkOwner, Servent } from './servent.ts';
import { type Message, MessageType } from './wire/frame.ts';
import { decodeNeighbourHello, encodeNeighbourHello } from './wire/neighbour.ts';

interface Neighbour {
	readonly channel: Channel;
	/** The address that we have dialled; undefined: it has dialled us. */
	readonly dialled: Address | undefined;
	/** In hex, and where it listens, once it has said so. */
	id: string | undefined;
	listens: Address | undefined;
}

export interface NeighboursHeard {
	message(channel: Channel, message: Message): void;
	left(channel: Channel): void;
	/** A message of it was. */
	refused(channel: Channel, code: string, detail?: string): void;
}

export class Neighbours implements LinkOwner {
	readonly #servent: Servent;
	readonly #heard: NeighboursHeard;
	readonly #id: Uint8Array;
	readonly #register: Register;
	readonly #hosts: ReadonlySet<string>;
	readonly #links = new Map<Link, Neighbour>();
	/** Dialled, not yet open. */
	readonly #dialling = new Map<Link, Address>();
	/** By the address that we dialled: who is there. */
	readonly #ids = new Map<string, string>();
	readonly #bans: Bans;

	constructor(servent: Servent, bans: Bans, heard: NeighboursHeard) {
		this.#servent = servent;
		this.#bans = bans;
		this.#heard = heard;
		this.#id = servent.world.random(8);
		this.#register = new Register(servent.options.usable);
		const named = servent.options.neighbours ?? [];
		for (const address of named) this.#register.add(address, true);
		this.#hosts = new Set(named.map(({ host }) => host));
	}

	/** Those that have said hello. */
	*linked(): Iterable<Channel> {
		for (const { channel, id } of this.#links.values()) if (id !== undefined && channel.isOpen) yield channel;
	}

	/** Also those that have not said hello yet. */
	channels(): Channel[] {
		return Array.from(this.#links.values(), ({ channel }) => channel);
	}

	/** Where they listen: leaves are told of them. */
	addresses(): Address[] {
		return [...this.#links.values()].flatMap(({ listens }) => (listens === undefined ? [] : [listens]));
	}

	has(link: Link): boolean {
		return this.#links.has(link);
	}

	/** Somebody who hangs on us says that it is a super-node. */
	accept(channel: Channel, body: Uint8Array): void {
		const { host } = channel.remote;
		if (!this.#hosts.has(host) || this.#links.size >= 2 * ours.neighbours)
			return channel.refuse('fasttrack.neighbour.stranger', undefined, 'nobody here has named it');
		const neighbour: Neighbour = { channel, dialled: undefined, id: undefined, listens: undefined };
		this.#links.set(channel.link, neighbour);
		this.#servent.own(channel.link, this);
		this.#greet(channel);
		this.#hello(neighbour, body);
	}

	tick(now: number): void {
		for (const { channel, id } of this.#links.values()) {
			channel.tick(now);
			if (id === undefined && now - channel.since >= ours.handshakeSeconds * 1000)
				channel.end('it is no super-node that links with others');
		}
		for (const to of this.#register.candidates(now, this.#busy())) {
			if (this.#links.size + this.#dialling.size >= ours.neighbours) return;
			if (this.#bans.isOut(now, to.host)) continue;
			this.#dialling.set(this.#servent.dial(to, 'neighbouring super-node', this), to);
		}
	}

	stop(): void {
		for (const { channel } of this.#links.values()) channel.end('this node is stopping');
	}

	opened(link: Link, remote: Address): void {
		const dialled = this.#dialling.get(link) ?? remote;
		this.#dialling.delete(link);
		const channel = new Channel(this.#servent, link, dialled, 'leaf', {
			open: (opened) => this.#greet(opened),
			message: (from, message) => this.said(from, message),
		});
		channel.isOfSupernodes = true;
		this.#links.set(link, { channel, dialled, id: undefined, listens: undefined });
		channel.greet();
	}

	received(link: Link, bytes: Uint8Array): void {
		this.#links.get(link)?.channel.received(bytes);
	}

	drained(): void {}

	closed(link: Link): void {
		const now = this.#servent.world.now();
		const neighbour = this.#links.get(link);
		const dialled = this.#dialling.get(link) ?? neighbour?.dialled;
		this.#dialling.delete(link);
		this.#links.delete(link);
		if (dialled !== undefined) this.#register.failed(dialled, now);
		if (neighbour !== undefined) this.#heard.left(neighbour.channel);
	}

	/** Of a neighbour, by whichever side the link was dialled. */
	said(channel: Channel, message: Message): void {
		const neighbour = this.#links.get(channel.link);
		if (neighbour === undefined) return;
		if (message.type === MessageType.NeighbourHello) this.#hello(neighbour, message.body);
		// Before its hello it speaks as to a leaf.
		else if (neighbour.id !== undefined) this.#heard.message(channel, message);
	}

	#greet(channel: Channel): void {
		const { port } = this.#servent.options.announce;
		channel.send(MessageType.NeighbourHello, encodeNeighbourHello({ id: this.#id, port, features: 0 }));
	}

	#hello(neighbour: Neighbour, body: Uint8Array): void {
		const { channel, dialled } = neighbour;
		const hello = decodeNeighbourHello(body);
		if (isRefusal(hello)) return this.#heard.refused(channel, hello.refused, hello.detail);
		if (neighbour.id !== undefined) return;
		const id = hex(hello.id);
		if (dialled !== undefined) this.#ids.set(formatAddress(dialled), id);
		if (id === hex(this.#id)) {
			if (dialled !== undefined) this.#register.remove(dialled);
			return channel.end('this is ourselves');
		}
		const twin = [...this.#links.values()].find((one) => one.id === id && one.channel.isOpen);
		if (twin !== undefined) {
			const oursStays = hex(this.#id) < id;
			const goes = (dialled !== undefined) === oursStays ? twin : neighbour;
			goes.channel.end('there is another link to this super-node');
			if (goes === neighbour) return;
			twin.id = twin.listens = undefined;
		}
		neighbour.id = id;
		neighbour.listens = { host: channel.remote.host, port: dialled?.port ?? hello.port };
		channel.isOfSupernodes = true;
		if (dialled !== undefined) this.#register.worked(dialled);
	}

	/** Addresses that are linked or being dialled, by whichever side. */
	#busy(): Set<string> {
		const busy = new Set<string>();
		for (const address of this.#dialling.values()) busy.add(formatAddress(address));
		for (const { dialled, listens, id } of this.#links.values()) {
			for (const address of [dialled, listens]) if (address !== undefined) busy.add(formatAddress(address));
			for (const [address, who] of this.#ids) if (who === id) busy.add(address);
		}
		return busy;
	}
}
