/**
 * The door of the Gnutella network: the inputs of networks/network.ts and the commands of the node,
 * handed to the part that knows. It decides nothing. Which file knows what: README.md beside it.
 *
 * Each input ends with `peers.flush()`: whatever the parts queued leaves in one go (peers.ts).
 */
import type { Address, Link, World } from '../../world/world.ts';
import type { FetchRequest, Host, Neighbour, Participant, Standing } from '../network.ts';
import { Parts } from './parts.ts';
import type { Peer } from './peer.ts';
import type { Keeping, LinkOwner, Options, Role, Servent } from './servent.ts';
import { standing } from './standing.ts';

export class Gnutella implements Participant {
	readonly name = 'gnutella';
	readonly #servent: Self;
	readonly #parts: Parts;
	#stopped = false;

	constructor(world: World, host: Host, options: Options) {
		this.#servent = new Self(world, host, options);
		this.#parts = new Parts(this.#servent);
		this.#servent.parts = this.#parts;
	}

	/** Begins to dial. Nothing is dialled before. */
	start(): void {
		this.tick();
	}

	/** Hosts that an earlier life of this node has spoken with: a beginning without seeds. */
	remembered(addresses: Iterable<Address>): void {
		this.#parts.hosts.load(addresses);
	}

	/** Says goodbye to everyone; links close as their goodbyes leave. */
	stop(): void {
		this.#stopped = true;
		this.#parts.goodbye();
	}

	connect(to: Address): void {
		this.#parts.connect.add(to);
		this.tick();
	}

	disconnect(link: Link): void {
		const peer = this.#parts.peers.get(link);
		if (peer === undefined) return;
		this.#parts.connect.remove(peer.remote);
		this.#parts.upkeep.bye(peer, 200, 'Disconnected by its user');
		this.#parts.peers.flush();
	}

	search(id: number, text: string, urn?: string): void {
		this.#parts.search.start(id, text, urn);
		this.#parts.peers.flush();
		this.#servent.world.wake(this.#servent.world.now() + 1000);
	}

	stopSearch(id: number): void {
		this.#parts.search.stop(id);
		this.#parts.peers.flush();
	}

	searchStands(id: number): { asked: number; sentence: string } {
		return this.#parts.search.why(id);
	}

	fetch(request: FetchRequest): void {
		this.#parts.fetch(request);
		this.#parts.peers.flush();
	}

	cancelFetch(fetch: number): void {
		this.#parts.cancel(fetch);
	}

	/** The host has sent what serve() asked for; `why` is empty, or says what went wrong. */
	served(link: Link, why: string): void {
		this.#parts.serve.served(link, why);
		this.#parts.peers.flush();
	}

	opened(link: Link, remote: Address, dialled: boolean): void {
		if (this.#stopped) return this.#servent.world.hangup(link, 'this servent is stopping');
		if (!dialled) this.#servent.own(link, this.#parts.sniff(link, remote));
		this.#servent.ownerOf(link)?.opened(link, remote);
		this.#parts.peers.flush();
	}

	received(link: Link, bytes: Uint8Array): void {
		this.#servent.ownerOf(link)?.received(link, bytes);
		this.#parts.peers.flush();
	}

	drained(link: Link): void {
		this.#servent.ownerOf(link)?.drained(link);
		this.#parts.peers.flush();
	}

	closed(link: Link, why: string): void {
		this.#servent.disown(link)?.closed(link, why);
		this.#parts.peers.flush();
	}

	datagram(from: Address, bytes: Uint8Array): void {
		this.#parts.datagram(from, bytes);
		this.#parts.peers.flush();
	}

	tick(): void {
		const now = this.#servent.world.now();
		this.#parts.tick(now, this.#stopped);
		this.#parts.peers.flush();
		if (!this.#stopped || this.#parts.peers.size > 0) this.#servent.world.wake(now + 1000);
	}

	get links(): number {
		return this.#parts.peers.size;
	}

	peers(): Neighbour[] {
		return Array.from(this.#parts.peers.all(), info);
	}

	status(): Standing {
		return standing(this.#servent, this.#parts);
	}
}

/** What the parts share (servent.ts): the outside, the identity, and who owns which link. */
class Self implements Servent {
	readonly world: World;
	readonly host: Host;
	readonly options: Options;
	role: Role;
	parts!: Parts;
	readonly #owners: Keeping['owners'];

	constructor(world: World, host: Host, options: Options) {
		this.world = world;
		this.host = host;
		this.options = options;
		this.#owners = options.keeping?.owners ?? new Map();
		this.role = options.role === 'ultrapeer' ? 'ultrapeer' : 'leaf';
	}

	changeRole(role: Role): void {
		this.parts.changeRole(role);
	}

	dial(to: Address, purpose: string, owner: LinkOwner): Link {
		const link = this.world.dial(to, purpose);
		this.#owners.set(link, owner);
		return link;
	}

	own(link: Link, owner: LinkOwner): void {
		this.#owners.set(link, owner);
	}

	ownerOf(link: Link): LinkOwner | undefined {
		return this.#owners.get(link);
	}

	disown(link: Link): LinkOwner | undefined {
		const owner = this.#owners.get(link);
		this.#owners.delete(link);
		return owner;
	}

	refuse(code: string, subject: string, detail?: string): void {
		const at = this.world.now();
		this.world.notice({ at, code, subject, ...(detail === undefined ? {} : { detail }) });
	}
}

function info(peer: Peer): Neighbour {
	return {
		link: peer.link,
		remote: peer.remote,
		dialled: peer.dialled,
		role: peer.role,
		agent: peer.features.agent,
		since: peer.since,
		compressed: peer.deflated !== undefined,
		in: { messages: peer.messagesIn, bytes: peer.bytesIn },
		out: { messages: peer.messagesOut, bytes: peer.bytesOut },
		refused: peer.refused,
		queued: peer.queued,
	};
}
