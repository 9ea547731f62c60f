/**
 * The door of the Gnutella network: the inputs of networks/network.ts and the commands of the node,
 * handed to the part that knows. It decides nothing. Which file knows what: README.md beside it.
 *
 * Each input ends with `peers.flush()`: whatever the parts queued leaves in one go (peers.ts).
 */
import type { Address, Link, World } from '../../world/world.ts';
import type { FetchRequest, Host, Neighbour, Participant, Standing } from '../network.ts';
import { Parts } from './parts.ts';
import type { Peer } from './peers.ts';
import type { LinkOwner, Options, Servent } from './servent.ts';
import { standing } from './standing.ts';

export class Gnutella implements Participant {
	readonly name = 'gnutella';
	readonly #world: World;
	readonly #servent: Servent;
	readonly #parts: Parts;
	readonly #owners = new Map<Link, LinkOwner>();
	#stopped = false;

	constructor(world: World, host: Host, options: Options) {
		this.#world = world;
		this.#servent = {
			world,
			host,
			options,
			role: options.role === 'ultrapeer' ? 'ultrapeer' : 'leaf',
			changeRole: (role) => this.#parts.changeRole(role),
			dial: (to, purpose, owner) => {
				const link = world.dial(to, purpose);
				this.#owners.set(link, owner);
				return link;
			},
			own: (link, owner) => void this.#owners.set(link, owner),
			refuse: (code, subject, detail) =>
				world.notice({ at: world.now(), code, subject, ...(detail === undefined ? {} : { detail }) }),
		};
		this.#parts = new Parts(this.#servent, (link) => this.#owners.get(link));
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
		this.#world.wake(this.#world.now() + 1000);
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
		if (this.#stopped) return this.#world.hangup(link, 'this servent is stopping');
		if (!dialled) this.#owners.set(link, this.#parts.sniff(link, remote));
		this.#owners.get(link)?.opened(link, remote);
		this.#parts.peers.flush();
	}

	received(link: Link, bytes: Uint8Array): void {
		this.#owners.get(link)?.received(link, bytes);
		this.#parts.peers.flush();
	}

	drained(link: Link): void {
		this.#owners.get(link)?.drained(link);
		this.#parts.peers.flush();
	}

	closed(link: Link, why: string): void {
		const owner = this.#owners.get(link);
		this.#owners.delete(link);
		owner?.closed(link, why);
		this.#parts.peers.flush();
	}

	datagram(from: Address, bytes: Uint8Array): void {
		this.#parts.datagram(from, bytes);
		this.#parts.peers.flush();
	}

	tick(): void {
		const now = this.#world.now();
		this.#parts.tick(now, this.#stopped);
		this.#parts.peers.flush();
		if (!this.#stopped || this.#parts.peers.size > 0) this.#world.wake(now + 1000);
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

function info(peer: Peer): Neighbour {
	return {
		link: peer.link,
		remote: peer.remote,
		dialled: peer.dialled,
		role: peer.role,
		agent: peer.agent,
		since: peer.since,
		compressed: peer.inflater !== undefined || peer.deflater !== undefined,
		in: { messages: peer.messagesIn, bytes: peer.bytesIn },
		out: { messages: peer.messagesOut, bytes: peer.bytesOut },
		refused: peer.refused,
		queued: peer.queue.bytes,
	};
}
