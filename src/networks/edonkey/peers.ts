/**
 * Links with other clients, whoever has dialled, and their first words. The rules:
 *
 * - Whether a link is obfuscated its first byte says; when who does so, obfuscation.ts.
 * - Who dials says HELLO, who is dialled answers; nothing else is heard before. A server that tries whether we can
 *   be dialled does the same and leaves.
 * - So many links in all and from one host, and so many new ones in a minute; a hello comes in time; a link that nobody has business on is closed.
 * - What is asked of us goes to serve.ts, what is answered to us to retrieve.ts.
 */

import { ConnectionFlood } from '../../defence/connection-flood.ts';
import { isLoopback } from '../../defence/rate.ts';
import { isRefusal } from '../../evidence/refusal.ts';
import type { Address, Link } from '../../world/world.ts';
import { formatAddress } from '../common/address.ts';
import { Tally } from '../common/tally.ts';
import type { Neighbour } from '../network.ts';
import type { Client } from './client.ts';
import { ClientCovers, Cover } from './client-covers.ts';
import { agentOf, helloOf } from './identity.ts';
import { ours } from './limits.ts';
import { optionsOfFeatures, wayTo } from './obfuscation.ts';
import { next, type PeerEvent, type PeerState } from './peer-states.ts';
import type { LinkOwner } from './servent.ts';
import { EDONKEY, EMULE, encodeFrame, type Frame, FrameSplitter, unpackFrame } from './wire/frames.ts';
import { decodeHello, encodeHello, type Hello } from './wire/hello.ts';
import { ClientMessage } from './wire/messages.ts';

export class Peer {
	readonly link: Link;
	readonly remote: Address;
	readonly dialled: boolean;
	readonly since: number;
	readonly frames = new FrameSplitter();
	readonly tally = new Tally();
	state: PeerState;
	readonly cover: Cover;
	/** What it said of itself; set once it talks. */
	hello: Hello | undefined;
	lastAt: number;

	constructor(link: Link, remote: Address, dialled: boolean, now: number, user?: Uint8Array) {
		this.link = link;
		this.remote = remote;
		this.dialled = dialled;
		this.cover = new Cover(dialled, user);
		this.since = now;
		this.lastAt = now;
		this.state = dialled ? 'dialling' : 'awaiting';
	}

	get agent(): string {
		return this.hello === undefined ? '' : agentOf(this.hello);
	}

	get name(): string {
		return formatAddress(this.remote);
	}

	/** Where it listens, as far as it can be dialled. */
	get listen(): Address {
		return { host: this.remote.host, port: this.hello?.port ?? this.remote.port };
	}

	move(event: PeerEvent): void {
		this.state = next(this.state, event);
	}
}

/** Serve and retrieve, each with its side of the conversation. */
export interface PeerParts {
	/** It talks now. */
	arrived(peer: Peer): void;
	/** False: it is nothing of theirs. */
	frame(peer: Peer, frame: Frame): boolean;
	left(peer: Peer, why: string): void;
	/** There is business on this link. */
	needs(peer: Peer): boolean;
}

export class Peers implements LinkOwner {
	readonly #client: Client;
	readonly #parts: readonly PeerParts[];
	readonly #flood: ConnectionFlood;
	readonly #covers: ClientCovers;
	readonly #byLink = new Map<Link, Peer>();

	constructor(client: Client, parts: readonly PeerParts[]) {
		this.#client = client;
		this.#flood = new ConnectionFlood(!(client.options.defencesOff ?? []).includes('connection-flood'));
		this.#parts = parts;
		this.#covers = new ClientCovers(client);
	}

	/** undefined: he cannot be dialled, as obfuscation is required and not known to be there. */
	dial(to: Address, purpose: string): Peer | undefined {
		const { users, options, world, refuse } = this.#client;
		const user = users.at(to);
		const way = wayTo(options.obfuscation, user);
		if (way === 'none') {
			refuse('edonkey.seal.unknown', formatAddress(to), purpose);
			return undefined;
		}
		const link = this.#client.dial(to, purpose, this);
		const peer = new Peer(link, to, true, world.now(), way === 'sealed' ? user?.hash : undefined);
		this.#byLink.set(link, peer);
		return peer;
	}

	/** Somebody has connected. False: he was sent away. */
	accepted(link: Link, remote: Address): boolean {
		const { limits, world } = this.#client;
		const ofHost = [...this.#byLink.values()].filter((peer) => peer.remote.host === remote.host).length;
		const isCrowd =
			(ofHost >= limits.peersFromHost && !isLoopback(remote.host)) || this.#byLink.size >= limits.peers;
		const why = isCrowd ? 'edonkey.peers.crowd' : this.#flood.connects(world.now(), remote.host);
		if (why !== undefined) {
			this.#client.refuse(why, formatAddress(remote));
			world.hangup(link, 'not now');
			return false;
		}
		this.#byLink.set(link, new Peer(link, remote, false, world.now()));
		return true;
	}

	/** The peer that listens there and talks. */
	at(address: Address): Peer | undefined {
		const name = formatAddress(address);
		return [...this.#byLink.values()].find(
			(peer) => peer.state === 'talking' && formatAddress(peer.listen) === name,
		);
	}

	get(link: Link): Peer | undefined {
		return this.#byLink.get(link);
	}

	/** Sends a frame. A peer that does not read is left; true: it was taken. */
	say(peer: Peer, opcode: number, body?: Uint8Array, protocol: number = EDONKEY): boolean {
		return this.sayBytes(peer, encodeFrame(opcode, body, protocol));
	}

	sayBytes(peer: Peer, bytes: Uint8Array): boolean {
		if (peer.state === 'closed') return false;
		if (this.#client.world.send(peer.link, bytes)) {
			peer.tally.said(bytes.length);
			return true;
		}
		this.end(peer, 'the other end does not read');
		return false;
	}

	refuse(peer: Peer, code: string, detail?: string): void {
		peer.tally.refuse();
		this.#client.refuse(code, peer.name, detail);
	}

	end(peer: Peer, why: string, event: PeerEvent = 'closed'): void {
		if (peer.state === 'closed') return;
		this.#over(peer, why, event);
		this.#client.world.hangup(peer.link, why);
	}

	goodbye(): void {
		for (const { link } of this.#byLink.values()) this.#client.world.hangup(link, 'this node is stopping');
	}

	neighbours(): Neighbour[] {
		return [...this.#byLink.values()]
			.filter(({ state }) => state === 'talking')
			.map((peer) => {
				const { link, remote, dialled, agent, since, tally } = peer;
				const counts = tally.counts(this.#client.world.queued(link));
				return { link, remote, dialled, role: 'client', agent, since, compressed: false, ...counts };
			});
	}

	tick(now: number): void {
		const { helloSeconds, idleSeconds } = this.#client.limits;
		for (const peer of this.#byLink.values()) {
			if (peer.state === 'talking') {
				const isIdle = now - peer.lastAt >= idleSeconds * 1000;
				if (isIdle && !this.#parts.some((part) => part.needs(peer))) this.end(peer, 'nothing is left to do');
			} else if (now - peer.since >= helloSeconds * 1000) {
				if (!peer.dialled) this.refuse(peer, 'edonkey.hello.missing', 'late');
				this.end(peer, 'no hello in time', 'late');
			}
		}
	}

	opened(link: Link): void {
		const peer = this.#byLink.get(link);
		if (peer?.state !== 'dialling') return;
		if (this.#covers.begin(link, peer.cover)) peer.move('covered');
		else this.#greet(peer, 'opened');
	}

	received(link: Link, bytes: Uint8Array): void {
		const peer = this.#byLink.get(link);
		if (peer === undefined) return;
		const plain = this.#covers.plain(link, peer.cover, bytes);
		if (plain === 'more') return;
		if (isRefusal(plain)) {
			this.refuse(peer, plain.refused, plain.detail);
			return this.end(peer, 'its obfuscation does not fit');
		}
		if (peer.state === 'sealing') this.#greet(peer, 'sealed');
		peer.lastAt = this.#client.world.now();
		peer.frames.push(plain);
		for (let cut = peer.frames.next(); cut !== undefined; cut = peer.frames.next()) {
			const frame = isRefusal(cut) ? cut : unpackFrame(cut, EMULE, ours.unpackedFromClient);
			if (isRefusal(frame)) {
				this.refuse(peer, frame.refused, frame.detail);
				return this.end(peer, 'what it says is not eDonkey');
			}
			peer.tally.heard(frame.body.length + 6);
			this.#frame(peer, frame);
			if (peer.state === 'closed') return;
		}
	}

	closed(link: Link, why: string): void {
		const peer = this.#byLink.get(link);
		if (peer !== undefined) this.#over(peer, why, 'closed');
	}

	#greet(peer: Peer, event: PeerEvent): void {
		peer.move(event);
		this.say(peer, ClientMessage.Hello, encodeHello(helloOf(this.#client), false));
	}

	#frame(peer: Peer, frame: Frame): void {
		if (frame.protocol === EDONKEY && frame.opcode === ClientMessage.Hello)
			return this.#hello(peer, frame.body);
		if (peer.state === 'awaiting') {
			this.refuse(peer, 'edonkey.hello.missing', `opcode ${frame.opcode.toString(16)}`);
			return this.end(peer, 'it does not begin with a hello');
		}
		if (frame.protocol === EDONKEY && frame.opcode === ClientMessage.HelloAnswer)
			return this.#answer(peer, frame.body);
		// Programs send what we do not know, some of it before their answer to our hello.
		if (peer.state === 'talking') this.#parts.some((part) => part.frame(peer, frame));
	}

	#hello(peer: Peer, body: Uint8Array): void {
		const hello = decodeHello(body, false);
		if (isRefusal(hello)) return this.#malformed(peer, hello.refused, hello.detail);
		if (!this.say(peer, ClientMessage.HelloAnswer, encodeHello(helloOf(this.#client), true))) return;
		if (peer.state === 'awaiting') this.#talks(peer, hello, 'greeted');
	}

	#answer(peer: Peer, body: Uint8Array): void {
		if (peer.state !== 'greeted') return;
		const hello = decodeHello(body, true);
		if (isRefusal(hello)) return this.#malformed(peer, hello.refused, hello.detail);
		this.#talks(peer, hello, 'answered');
	}

	#talks(peer: Peer, hello: Hello, event: PeerEvent): void {
		peer.move(event);
		// The chunk that it came in is not kept for it.
		peer.hello = { ...hello, hash: hello.hash.slice() };
		const user = { hash: peer.hello.hash, options: optionsOfFeatures(hello.features) };
		// The port of who has connected is his own word: a neighbour behind the same address may have it.
		this.#client.users.learn(peer.listen, user, peer.dialled);
		for (const part of this.#parts) if (peer.state === 'talking') part.arrived(peer);
	}

	#malformed(peer: Peer, code: string, detail?: string): void {
		this.refuse(peer, code, detail);
		this.end(peer, 'its hello makes no sense');
	}

	#over(peer: Peer, why: string, event: PeerEvent): void {
		// Whoever is there has another hash: the next dial is by what is told of him then.
		if (peer.state === 'sealing') this.#client.users.forget(peer.remote);
		peer.move(event);
		this.#byLink.delete(peer.link);
		for (const part of this.#parts) part.left(peer, why);
	}
}
