/**
 * The parts of one servent, made and tied together: who is told when a peer has come or gone, what
 * happens when the role changes, where accepted links go. Each part knows only what it is given here.
 */
import type { Address, Link } from '../../world/world.ts';
import type { FetchRequest } from '../network.ts';
import { Answer } from './answer.ts';
import { Browse } from './browse.ts';
import { Connect } from './connect.ts';
import { Conversation, type ConversationParts } from './conversation.ts';
import { DynamicQueries } from './dynamic.ts';
import { Guards } from './guards.ts';
import type { Outcome } from './handshake.ts';
import { HostCache } from './host-cache.ts';
import { type Limits, limitsWith } from './limits.ts';
import { Peer, type PeerRole, Peers } from './peers.ts';
import { Pongs } from './pongs.ts';
import { Publish } from './publish.ts';
import { Push } from './push.ts';
import { PushProxy } from './push-proxy.ts';
import { PushProxyClient } from './push-proxy-client.ts';
import { Register } from './register.ts';
import { Retrieve } from './retrieve.ts';
import { Route } from './route.ts';
import { Search } from './search.ts';
import { Serve } from './serve.ts';
import type { LinkOwner, Role, Servent } from './servent.ts';
import { Sniffer } from './sniffer.ts';
import { Bye, Upkeep } from './upkeep.ts';
import { Vendor } from './vendor.ts';
import { LinkDeflater, LinkInflater } from './wire/deflate.ts';
import { encodeMessage, MessageSplitter, MessageType, maximumPayload } from './wire/message.ts';
import { encodePing } from './wire/ping.ts';

export class Parts {
	readonly peers: Peers;
	readonly hosts: HostCache;
	readonly connect: Connect;
	readonly upkeep: Upkeep;
	readonly search: Search;
	readonly retrieve: Retrieve;
	readonly serve: Serve;
	readonly browse: Browse;
	readonly #servent: Servent;
	readonly #limits: Limits;
	readonly #guards: Guards;
	readonly #dynamic: DynamicQueries;
	readonly #pongs: Pongs;
	readonly #publish: Publish;
	readonly #route: Route;
	readonly #vendor: Vendor;
	readonly #push: Push;
	readonly #proxy: PushProxy;
	readonly #proxyClient: PushProxyClient;
	readonly #register: Register;
	readonly #conversation: ConversationParts;
	readonly #sniffers = new Map<Link, Sniffer>();
	readonly #events: (link: Link) => LinkOwner | undefined;

	/** `ownerOf`: who owns a link now. */
	// biome-ignore lint/complexity/noExcessiveLinesPerFunction: the one place that ties all parts together; cut, it would hide the ties.
	constructor(servent: Servent, ownerOf: (link: Link) => LinkOwner | undefined) {
		this.#servent = servent;
		this.#events = ownerOf;
		const limits = limitsWith(servent.options.limits);
		this.#limits = limits;
		const peers = new Peers(servent.world);
		this.peers = peers;
		const guards = new Guards(servent, (peer, code, why) => this.upkeep.bye(peer, code, why));
		this.#guards = guards;
		this.hosts = new HostCache(servent, guards.poisoning, limits);
		this.#pongs = new Pongs(servent, peers, this.hosts, limits);
		this.upkeep = new Upkeep(servent, peers, this.#pongs, limits);
		this.#dynamic = new DynamicQueries(peers, limits, (leaf, guid) => this.#vendor.askKept(leaf, guid));
		this.#proxy = new PushProxy(servent, {
			peers,
			guards,
			reachable: () => this.connect.reachable,
			learn: (guid, peer) => this.#route.learn(guid, peer),
		});
		this.#proxyClient = new PushProxyClient(servent, guards, limits);
		const answer = new Answer(
			servent,
			limits,
			() => !this.connect.reachable,
			() => this.#proxy.addresses(),
		);
		this.#publish = new Publish(servent, peers, limits, guards);
		this.#vendor = new Vendor(servent, peers, this.#dynamic, guards, {
			connectBack: (peer, port) => this.#connectBack(peer, port),
			pingBack: (peer, port, guid) => this.#pingBack(peer, port, guid),
			kept: (guid) => this.search.kept(guid),
			pushProxy: (peer) => this.#proxy.promised(peer),
			proxyFor: (peer, guid) => this.#proxy.wanted(peer, guid),
		});
		this.search = new Search(servent, {
			peers,
			dynamic: this.#dynamic,
			guards,
			limits,
			began: (guid) => this.#route.own(guid),
			guide: (peer, guid, kept) => this.#vendor.guide(peer, guid, kept),
		});
		this.browse = new Browse(servent, limits, answer);
		this.serve = new Serve(servent, guards, limits, this.#proxy, this.browse);
		this.retrieve = new Retrieve(servent, { limits, undialled: (request) => this.#push.undialled(request) });
		this.#push = new Push(servent, {
			limits,
			guards,
			retrieve: this.retrieve,
			serve: this.serve,
			proxies: this.#proxyClient,
			send: (guid, payload) => this.#route.sendPush(guid, payload),
		});
		this.#register = new Register(servent, this.hosts, limits, () => this.connect.reachable);
		this.#route = new Route(servent, {
			peers,
			limits,
			guards,
			answer,
			search: this.search,
			dynamic: this.#dynamic,
			pushed: (push, from) => this.#push.asked(servent.world.now(), push, from.link),
		});
		this.connect = new Connect(servent, {
			peers,
			hosts: this.hosts,
			limits,
			guards,
			established: (outcome) => this.#established(outcome),
		});
		this.#conversation = {
			peers,
			pongs: this.#pongs,
			publish: this.#publish,
			route: this.#route,
			upkeep: this.upkeep,
			vendor: this.#vendor,
			guards,
			left: (peer) => this.#left(peer),
		};
	}

	/** The owner of a link that was just accepted. */
	sniff(link: Link, remote: Address): LinkOwner {
		// Somebody outside has got through: this servent can be dialled.
		this.connect.reachable = true;
		const sniffer = new Sniffer(this.#servent, {
			remote,
			deadline: this.#servent.world.now() + this.#limits.handshakeSeconds * 1000,
			received: (to, bytes) => this.#events(to)?.received(to, bytes),
			destinations: {
				handshake: (to, from) => this.#sniffed(to) && this.connect.accepted(to, from),
				serve: (to, from) => this.#sniffed(to) && this.serve.accepted(to, from),
				given: (to, from) => this.#sniffed(to) && this.#push.given(to, from),
			},
			gone: () => void this.#sniffers.delete(link),
		});
		this.#sniffers.set(link, sniffer);
		return sniffer;
	}

	/** Retrieval: directly, or by PUSH where the source cannot be dialled. */
	fetch(request: FetchRequest): void {
		this.#push.fetch(request);
	}

	cancel(fetch: number): void {
		if (!this.#push.cancel(fetch)) this.retrieve.cancel(fetch);
	}

	datagram(from: Address, bytes: Uint8Array): void {
		this.#register.datagram(from, bytes);
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
		for (const [link, sniffer] of this.#sniffers) {
			if (now >= sniffer.deadline) {
				this.#sniffers.delete(link);
				sniffer.late();
			}
		}
		if (this.connect.wanted > 0) this.#register.tick(now);
		this.connect.tick(now);
		this.#publish.tick(now);
		this.#pongs.tick(now);
		this.#dynamic.tick(now);
		this.search.tick(now);
		this.serve.tick(now);
		this.browse.tick(now);
		this.retrieve.tick(now);
		this.#proxyClient.tick(now);
		this.#push.tick(now);
	}

	get known(): number {
		return this.hosts.size;
	}

	#sniffed(link: Link): boolean {
		return this.#sniffers.delete(link);
	}

	#established(outcome: Outcome): void {
		const { servent, limits } = { servent: this.#servent, limits: this.#limits };
		const { said } = outcome;
		const role: PeerRole = said.ultrapeer === undefined ? 'legacy' : said.ultrapeer ? 'ultrapeer' : 'leaf';
		const peer = new Peer({
			link: outcome.link,
			remote: outcome.remote,
			dialled: outcome.dialled,
			role,
			agent: said.agent,
			features: said.features,
			now: servent.world.now(),
			splitter: new MessageSplitter(maximumPayload),
			queueBytes: limits.queueBytes,
			inflater: outcome.inflate ? new LinkInflater() : undefined,
			deflater: outcome.deflate ? new LinkDeflater() : undefined,
		});
		this.peers.add(peer);
		const conversation = new Conversation(servent, this.#conversation, peer);
		servent.own(outcome.link, conversation);
		this.connect.changed(servent.world.now());
		if (outcome.dialled) this.hosts.connected(outcome.remote, role === 'ultrapeer');
		this.#vendor.greet(peer);
		this.#pongs.send(peer, 1);
		this.#publish.joined(peer);
		this.search.joined(peer);
		if (!this.connect.reachable && outcome.dialled) {
			this.#vendor.askConnectBack(peer, servent.options.announce.port);
		}
		if (outcome.rest.length > 0) conversation.received(outcome.link, outcome.rest);
	}

	#left(peer: Peer): void {
		this.peers.remove(peer);
		this.upkeep.left(peer);
		this.#pongs.left(peer);
		this.#publish.left(peer);
		this.#dynamic.left(peer);
		this.#guards.left(peer);
		this.#proxy.left(peer);
		this.connect.changed(this.#servent.world.now());
	}

	/** BEAR/7: the peer wants to know whether it can be reached: dialled where its link comes from. */
	#connectBack(peer: Peer, port: number): void {
		const target = { host: peer.remote.host, port };
		if (port === 0 || !this.#guards.callBack(this.#servent.world.now(), target, peer.link)) return;
		const link = this.#servent.dial(target, 'a neighbour asks whether it can be reached', {
			opened: (opened) => {
				// Two line ends, as peers send: the dialled one sees a link that says nothing of note.
				this.#servent.world.send(opened, new Uint8Array([10, 10]));
				this.#servent.world.hangup(link, 'reached');
			},
			received: () => {},
			drained: () => {},
			closed: () => {},
		});
	}

	/** GTKG/7, LIME/5: the peer wants to know whether datagrams reach it. */
	#pingBack(peer: Peer, port: number, guid: Uint8Array): void {
		const target = { host: peer.remote.host, port };
		if (port === 0 || !this.#guards.callBack(this.#servent.world.now(), target, peer.link)) return;
		this.#servent.world.datagram(target, encodeMessage(MessageType.Ping, guid, 1, 0, encodePing()));
	}
}
