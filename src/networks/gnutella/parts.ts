/**
 * The parts of one servent, made and tied together: who is told when a peer has come or gone, what
 * happens when the role changes, where accepted links go. Each part knows only what it is given here.
 */
import type { Address, Link } from '../../world/world.ts';
import type { FetchRequest } from '../network.ts';
import { Answer } from './answer.ts';
import { Browse } from './browse.ts';
import { connectBack, pingBack } from './call-back.ts';
import { Connect, type ConnectParts } from './connect.ts';
import { Conversation, type ConversationParts } from './conversation.ts';
import { DynamicQueries } from './dynamic.ts';
import { Guards } from './guards.ts';
import type { Outcome } from './handshake.ts';
import { HostCache } from './host-cache.ts';
import { type Limits, limitsWith } from './limits.ts';
import { type Deflated, Peer } from './peer.ts';
import { Peers } from './peers.ts';
import { Pongs } from './pongs.ts';
import { Publish } from './publish.ts';
import { Push } from './push.ts';
import { PushProxy } from './push-proxy.ts';
import { PushProxyClient } from './push-proxy-client.ts';
import { Register } from './register.ts';
import { Retrieve } from './retrieve.ts';
import { Route, type RouteParts } from './route.ts';
import { Search } from './search.ts';
import { Serve } from './serve.ts';
import type { LinkOwner, Role, Servent } from './servent.ts';
import { Sniffers } from './sniffer.ts';
import { Bye, Upkeep } from './upkeep.ts';
import { Vendor, type VendorParts } from './vendor.ts';
import { LinkDeflater, LinkInflater } from './wire/deflate.ts';
import type { Push as PushMessage } from './wire/push.ts';

export class Parts implements RouteParts, ConversationParts, ConnectParts, VendorParts {
	readonly limits: Limits;
	readonly peers: Peers;
	readonly guards: Guards;
	readonly hosts: HostCache;
	readonly pongs: Pongs;
	readonly upkeep: Upkeep;
	readonly publish: Publish;
	readonly vendor: Vendor;
	readonly route: Route;
	readonly connect: Connect;
	readonly #servent: Servent;
	readonly #conversation: Conversation;
	/** Links that have not said yet what they are; undefined: none. */
	#sniffers: Sniffers | undefined;
	/** Made when they are first needed: a servent that only passes messages on needs none of them. */
	#answer: Answer | undefined;
	#search: Search | undefined;
	#dynamic: DynamicQueries | undefined;
	#proxy: PushProxy | undefined;
	#proxyClient: PushProxyClient | undefined;
	#push: Push | undefined;
	#retrieve: Retrieve | undefined;
	#serve: Serve | undefined;
	#browse: Browse | undefined;
	#register: Register | undefined;

	constructor(servent: Servent) {
		this.#servent = servent;
		this.limits = limitsWith(servent.options.limits);
		this.peers = new Peers(servent.world, this.limits.queueBytes);
		this.guards = new Guards(servent, this);
		this.hosts = new HostCache(servent, this);
		this.pongs = new Pongs(servent, this);
		this.upkeep = new Upkeep(servent, this);
		this.publish = new Publish(servent, this);
		this.vendor = new Vendor(servent, this);
		this.route = new Route(servent, this);
		this.connect = new Connect(servent, this);
		this.#conversation = new Conversation(servent, this);
	}

	get answer(): Answer {
		return (this.#answer ??= new Answer(
			this.#servent,
			this.limits,
			() => !this.connect.reachable,
			() => this.#proxy?.addresses() ?? [],
		));
	}

	get search(): Search {
		return (this.#search ??= new Search(this.#servent, {
			peers: this.peers,
			dynamic: this.dynamic,
			guards: this.guards,
			limits: this.limits,
			began: (guid) => this.route.own(guid),
			guide: (peer, guid, kept) => this.vendor.guide(peer, guid, kept),
		}));
	}

	get dynamic(): DynamicQueries {
		return (this.#dynamic ??= new DynamicQueries(this.peers, this.limits, (leaf, guid) =>
			this.vendor.askKept(leaf, guid),
		));
	}

	get proxy(): PushProxy {
		return (this.#proxy ??= new PushProxy(this.#servent, {
			peers: this.peers,
			guards: this.guards,
			reachable: () => this.connect.reachable,
			learn: (guid, peer) => this.route.learn(guid, peer),
		}));
	}

	get proxyClient(): PushProxyClient {
		return (this.#proxyClient ??= new PushProxyClient(this.#servent, this.guards, this.limits));
	}

	get push(): Push {
		return (this.#push ??= new Push(this.#servent, {
			limits: this.limits,
			guards: this.guards,
			retrieve: this.retrieve,
			serve: this.serve,
			proxies: this.proxyClient,
			send: (guid, payload) => this.route.sendPush(guid, payload),
		}));
	}

	get retrieve(): Retrieve {
		return (this.#retrieve ??= new Retrieve(this.#servent, {
			limits: this.limits,
			undialled: (request) => this.push.undialled(request),
		}));
	}

	get serve(): Serve {
		return (this.#serve ??= new Serve(this.#servent, this.guards, this.limits, this.proxy, this.browse));
	}

	get browse(): Browse {
		return (this.#browse ??= new Browse(this.#servent, this.limits, this.answer));
	}

	get register(): Register {
		return (this.#register ??= new Register(
			this.#servent,
			this.hosts,
			this.limits,
			() => this.connect.reachable,
		));
	}

	/** The owner of a link that was just accepted. */
	sniff(link: Link, remote: Address): LinkOwner {
		// Somebody outside has got through: this servent can be dialled.
		this.connect.reachable = true;
		const deadline = this.#servent.world.now() + this.limits.handshakeSeconds * 1000;
		return (this.#sniffers ??= new Sniffers(this.#servent, {
			handshake: (to, from) => this.connect.accepted(to, from),
			serve: (to, from) => this.serve.accepted(to, from),
			given: (to, from) => this.push.given(to, from),
		})).add(link, remote, deadline);
	}

	/** Retrieval: directly, or by PUSH where the source cannot be dialled. */
	fetch(request: FetchRequest): void {
		this.push.fetch(request);
	}

	cancel(fetch: number): void {
		if (!this.push.cancel(fetch)) this.retrieve.cancel(fetch);
	}

	datagram(from: Address, bytes: Uint8Array): void {
		this.register.datagram(from, bytes);
	}

	changeRole(role: Role): void {
		if (role === this.#servent.role) return;
		const code = role === 'ultrapeer' ? Bye.toUltrapeer : Bye.toLeaf;
		for (const peer of [...this.peers.all()])
			this.upkeep.bye(peer, code, `Becoming ${role === 'leaf' ? 'a leaf' : 'an ultrapeer'}`);
		this.#servent.role = role;
		this.#servent.refuse('gnutella.role.changed', 'this servent', role);
	}

	goodbye(): void {
		for (const peer of [...this.peers.all()]) this.upkeep.bye(peer, Bye.shutdown, 'Shutting down');
		this.upkeep.tick(this.#servent.world.now());
	}

	tick(now: number, stopping: boolean): void {
		this.upkeep.tick(now);
		if (stopping) return;
		this.#sniffers?.tick(now);
		if (this.#sniffers?.size === 0) this.#sniffers = undefined;
		if (this.connect.wanted > 0) this.register.tick(now);
		this.connect.tick(now);
		this.publish.tick(now);
		this.pongs.tick(now);
		this.#dynamic?.tick(now);
		this.#search?.tick(now);
		this.#serve?.tick(now);
		this.#browse?.tick(now);
		this.#retrieve?.tick(now);
		this.#proxyClient?.tick(now);
		this.#push?.tick(now);
	}

	get known(): number {
		return this.hosts.size;
	}

	/** A handshake has ended well (connect.ts). */
	established(outcome: Outcome): void {
		const servent = this.#servent;
		const { features } = outcome.said;
		const peer = new Peer({
			talk: this.#conversation,
			link: outcome.link,
			remote: outcome.remote,
			dialled: outcome.dialled,
			features,
			now: servent.world.now(),
			deflated: deflated(outcome),
		});
		this.peers.add(peer);
		servent.own(outcome.link, peer);
		this.connect.changed(servent.world.now());
		this.upkeep.joined();
		if (outcome.dialled) this.hosts.connected(outcome.remote, features.role === 'ultrapeer');
		this.vendor.greet(peer);
		this.pongs.send(peer, 1);
		this.publish.joined(peer);
		this.#search?.joined(peer);
		if (!this.connect.reachable && outcome.dialled) {
			this.vendor.askConnectBack(peer, servent.options.announce.port);
		}
		if (outcome.rest.length > 0) peer.received(outcome.link, outcome.rest);
	}

	/** The link of a peer is gone: every part forgets it (conversation.ts). */
	left(peer: Peer): void {
		this.peers.remove(peer);
		this.upkeep.left(peer);
		this.pongs.left(peer);
		this.publish.left(peer);
		this.#dynamic?.left(peer);
		this.guards.left(peer);
		this.#proxy?.left(peer);
		this.connect.changed(this.#servent.world.now());
	}

	/** For route.ts: answers have passed, a PUSH is for us. */
	counted(guid: Uint8Array, results: number): void {
		this.#dynamic?.counted(guid, results);
	}

	pushed(push: PushMessage, from: Peer): void {
		this.push.asked(this.#servent.world.now(), push, from.link);
	}

	/** For vendor.ts, from here on. */
	kept(guid: Uint8Array): number | undefined {
		return this.#search?.kept(guid);
	}

	guided(guid: Uint8Array, kept: number, by: Peer): void {
		this.#dynamic?.guided(guid, kept, by);
	}

	pushProxy(peer: Peer): void {
		this.proxy.promised(peer);
	}

	proxyFor(peer: Peer, guid: Uint8Array): boolean {
		return this.proxy.wanted(peer, guid);
	}

	connectBack(peer: Peer, port: number): void {
		connectBack(this.#servent, this.guards, peer, port);
	}

	pingBack(peer: Peer, port: number, guid: Uint8Array): void {
		pingBack(this.#servent, this.guards, peer, port, guid);
	}
}

function deflated({ inflate, deflate }: Outcome): Deflated | undefined {
	if (!inflate && !deflate) return undefined;
	const inflater = inflate ? new LinkInflater() : undefined;
	return { inflater, deflater: deflate ? new LinkDeflater() : undefined, pending: undefined };
}
