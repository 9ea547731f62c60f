/**
 * The door of the FastTrack network: the inputs of networks/network.ts and the commands of the node, handed to the
 * part that knows. It decides nothing. Which file knows what: README.md beside it.
 */
import { Bans } from '../../defence/bans.ts';
import { isRefusal } from '../../evidence/refusal.ts';
import type { Address, Link, World } from '../../world/world.ts';
import { formatAddress } from '../common/address.ts';
import type { FetchRequest, Host, Neighbour, Participant, Standing } from '../network.ts';
import type { Channel } from './channel.ts';
import { Connect } from './connect.ts';
import { Guards } from './guards.ts';
import { ours } from './limits.ts';
import { Operator } from './operator.ts';
import { OwnFiles } from './own-files.ts';
import { Publish } from './publish.ts';
import { Push } from './push.ts';
import { Register } from './register.ts';
import { Retrieve } from './retrieve.ts';
import { Search } from './search.ts';
import { Serve } from './serve.ts';
import type { LinkOwner, Options, Servent } from './servent.ts';
import { Sniffer } from './sniffer.ts';
import { standingOf } from './standing.ts';
import { Supernode } from './supernode.ts';
import { decodeDatagram, encodeUdpPong } from './wire/datagram.ts';
import type { ListedNode } from './wire/node.ts';

export class FastTrack implements Participant {
	readonly name = 'fasttrack';
	/** Of a super-node. */
	readonly operator: Operator | undefined;
	readonly #servent: Servent;
	readonly #owners = new Map<Link, LinkOwner>();
	readonly #guards: Guards;
	readonly #register: Register;
	readonly #publish: Publish;
	readonly #connect: Connect;
	readonly #search: Search;
	readonly #retrieve: Retrieve;
	readonly #serve: Serve;
	readonly #push: Push;
	readonly #sniffer: Sniffer;
	readonly #supernode: Supernode | undefined;
	readonly #bans: Bans;
	/** Somebody has dialled us. */
	#called = false;
	#state: 'made' | 'started' | 'stopped' = 'made';

	constructor(world: World, host: Host, options: Options) {
		const refused = new Map<string, number>();
		const servent: Servent = {
			world,
			host,
			options,
			dial: (to, purpose, owner) => {
				const link = world.dial(to, purpose);
				this.#owners.set(link, owner);
				return link;
			},
			own: (link, owner) => void this.#owners.set(link, owner),
			refuse: (code, subject, detail) => {
				refused.set(code, (refused.get(code) ?? 0) + 1);
				world.notice({ at: world.now(), code, subject, ...(detail === undefined ? {} : { detail }) });
			},
		};
		this.#servent = servent;
		this.#guards = new Guards(servent);
		this.#bans = new Bans({ ...ours, sessions: ours.leaves + ours.neighbours }, options.bans ?? []);
		const own = new OwnFiles(host);
		this.#register = new Register(options.usable);
		this.#publish = new Publish(own);
		this.#supernode =
			options.role === 'supernode' ? new Supernode(servent, own, this.#bans, () => this.#nodes()) : undefined;
		this.operator = this.#supernode && new Operator(this.#supernode, this.#bans, refused);
		this.#connect = new Connect(servent, this.#register, this.#publish, {
			opened: (channel) => this.#search.joined(channel),
			closed: (channel) => this.#search.left(channel),
			reply: (channel, reply) => this.#search.reply(channel, reply),
			replyEnd: (channel, query) => this.#search.replyEnd(channel, query),
			push: (channel, push) => this.#push.wanted(channel, push),
		});
		const channels = (): Channel[] => this.#connect.open();
		const supernode = this.#supernode;
		this.#search = new Search({
			world,
			host,
			guards: this.#guards,
			channels,
			leaves: supernode && ((text, hash) => supernode.match(text, hash)),
		});
		this.#retrieve = new Retrieve(servent, (request) => this.#push.ask(request));
		this.#serve = new Serve(servent, this.#guards, own, () =>
			supernode === undefined ? channels()[0]?.remote : options.announce,
		);
		this.#push = new Push(servent, {
			guards: this.#guards,
			channels,
			tell: (id, target, user) => supernode?.push(id, target, user) ?? false,
			given: (link, request, rest) => {
				this.#retrieve.over(link, request);
				if (rest.length > 0) this.received(link, rest);
			},
			called: (link, remote) => this.#serve.accepted(link, remote),
		});
		this.#sniffer = new Sniffer(servent, {
			asker: (link, remote) => this.#serve.accepted(link, remote),
			giver: (link, remote) => this.#push.accepted(link, remote),
			leaf: supernode && ((link, remote) => supernode.accepted(link, remote)),
			received: (link, bytes) => this.received(link, bytes),
		});
		for (const seed of options.seeds) this.#register.add(seed, true);
	}

	/** Begins to dial. Nothing is dialled before. */
	start(): void {
		if (this.#state !== 'made') return;
		this.#state = 'started';
		this.tick();
	}

	/** Super-nodes that an earlier life of this node has spoken with. */
	remembered(addresses: Iterable<Address>): void {
		for (const address of addresses) this.#register.add(address, false);
	}

	/** Links end; nothing is dialled any more. */
	stop(): void {
		this.#state = 'stopped';
		this.#connect.stop();
		this.#supernode?.stop();
	}

	/** A super-node that the user names. */
	connect(to: Address): void {
		this.#register.add(to, true);
		// Not at once: he may name several, and then there is a choice.
		this.#servent.world.wake(this.#servent.world.now());
	}

	disconnect(link: Link): void {
		this.#connect.disconnect(link);
	}

	search(id: number, text: string, urn?: string): void {
		this.#search.start(id, text, urn);
	}

	stopSearch(id: number): void {
		this.#search.stop(id);
	}

	searchStands(id: number): { asked: number; sentence: string } {
		return this.#search.why(id);
	}

	fetch(request: FetchRequest): void {
		this.#retrieve.fetch(request);
	}

	cancelFetch(fetch: number): void {
		if (!this.#retrieve.cancel(fetch)) this.#push.cancel(fetch);
	}

	/** The host has sent what serve() asked for; `why` is empty, or says what went wrong. */
	served(link: Link, why: string): void {
		this.#serve.served(link, why);
	}

	opened(link: Link, remote: Address, dialled: boolean): void {
		const { world } = this.#servent;
		if (this.#state === 'stopped') return world.hangup(link, 'this node is stopping');
		if (!dialled) {
			if (!this.#guards.knock(world.now(), remote)) return world.hangup(link, 'too many connections');
			if (this.#isOut(remote)) return world.hangup(link, 'it stays out');
			this.#called = true;
			this.#owners.set(link, this.#sniffer);
		}
		this.#owners.get(link)?.opened(link, remote);
	}

	received(link: Link, bytes: Uint8Array): void {
		this.#owners.get(link)?.received(link, bytes);
	}

	drained(link: Link): void {
		this.#owners.get(link)?.drained(link);
	}

	closed(link: Link, why: string): void {
		const owner = this.#owners.get(link);
		this.#owners.delete(link);
		owner?.closed(link, why);
	}

	datagram(from: Address, bytes: Uint8Array): void {
		if (this.#isOut(from)) return;
		const said = decodeDatagram(bytes);
		if (isRefusal(said)) return this.#servent.refuse(said.refused, formatAddress(from), said.detail);
		const { world, options } = this.#servent;
		const supernode = this.#supernode;
		// The answer is five bytes longer than the question: no use to whoever forges addresses.
		if (said.kind === 'ping' && supernode !== undefined && options.usable(from.host))
			world.datagram(from, encodeUdpPong(options.network, supernode.load, supernode.leaves >= ours.leaves));
		if (said.kind === 'pong' && this.#state === 'started') this.#connect.pong(from, said.full);
	}

	tick(): void {
		if (this.#state !== 'started') return;
		const now = this.#servent.world.now();
		if (this.#supernode === undefined) this.#connect.tick(now);
		this.#supernode?.tick(now);
		for (const part of [this.#search, this.#retrieve, this.#serve, this.#push, this.#sniffer]) part.tick(now);
		this.#publish.tick();
		this.#servent.world.wake(now + 1000);
	}

	peers(): Neighbour[] {
		const channels = this.#supernode?.channels() ?? this.#connect.channels();
		return channels.filter(({ isOpen }) => isOpen).map((channel) => channel.neighbour());
	}

	status(): Standing {
		const supernode = this.#supernode;
		const { port } = this.#servent.options.announce;
		const standing = standingOf(this.#connect, this.#register, port, this.#called);
		if (supernode === undefined) return standing;
		const { leaves, files } = supernode;
		const why = `A super-node. Leaves: ${leaves}; files of theirs: ${files}.`;
		return { ...standing, role: 'ultrapeer', leaves, why };
	}

	#isOut(remote: Address): boolean {
		if (!this.#bans.isOut(this.#servent.world.now(), remote.host)) return false;
		this.#servent.refuse('fasttrack.supernode.banned', formatAddress(remote));
		return true;
	}

	/** Ourselves first, then others that we have heard of. */
	#nodes(): ListedNode[] {
		const near = [...(this.#supernode?.neighbours() ?? []), ...this.#register.some(ours.nodesTold)];
		const others = near.slice(0, ours.nodesTold).map((address) => ({ address, minutes: 0, load: 0 }));
		const load = this.#supernode?.load ?? 0;
		return [{ address: this.#servent.options.announce, minutes: 0, load }, ...others];
	}
}
