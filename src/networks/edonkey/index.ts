/**
 * The door of the eDonkey network, as a client: the inputs of networks/network.ts and the commands of the node,
 * handed to the part that knows. It decides nothing. Which file knows what: README.md beside it.
 */
import type { Address, Link, World } from '../../world/world.ts';
import { formatAddress } from '../common/address.ts';
import type { FetchRequest, Host, Neighbour, Participant, PartWish, Source, Standing } from '../network.ts';
import { Answers } from './answers.ts';
import type { Client } from './client.ts';
import { Connect } from './connect.ts';
import { ContentSearch } from './content-search.ts';
import { Exchange } from './exchange.ts';
import { Ledger } from './ledger.ts';
import { takingWith } from './limits.ts';
import { Peers } from './peers.ts';
import { Publish } from './publish.ts';
import { Callbacks } from './push.ts';
import { Questions } from './questions.ts';
import { Reask } from './reask.ts';
import { Recovery } from './recovery.ts';
import { Register, type ServerAddress } from './register.ts';
import { Retrieve } from './retrieve.ts';
import { Search } from './search.ts';
import { SecureIdentity } from './secure-identity.ts';
import { Serve } from './serve.ts';
import type { ClientOptions, LinkOwner } from './servent.ts';
import { ServerLists } from './server-lists.ts';
import { type FoundSource, Sources } from './sources.ts';
import { standingOf } from './standing.ts';
import { Users } from './users.ts';
import { ServerMessage } from './wire/messages.ts';

export interface Options extends ClientOptions {
	/** Datagrams come to a port so much above that of links. */
	readonly datagramsAbove: number;
	/** Overrides of limits.ts by name. */
	readonly limits?: Readonly<Record<string, number>>;
}

const TICK = 1000;

export class EDonkey implements Participant {
	readonly name = 'edonkey';
	readonly #client: Client;
	readonly #register: Register;
	readonly #lists: ServerLists;
	readonly #connect: Connect;
	readonly #publish: Publish;
	readonly #search: Search;
	readonly #sources: Sources;
	readonly #contents: ContentSearch;
	readonly #answers: Answers;
	readonly #peers: Peers;
	readonly #retrieve: Retrieve;
	readonly #serve: Serve;
	readonly #exchange: Exchange;
	readonly #recovery: Recovery;
	readonly #ledger: Ledger;
	readonly #reask: Reask;
	readonly #callbacks: Callbacks;
	readonly #owners = new Map<Link, LinkOwner>();
	#state: 'made' | 'started' | 'stopped' = 'made';

	constructor(world: World, host: Host, options: Options) {
		const servent = {
			...{ world, host, options },
			dial: (to: Address, purpose: string, owner: LinkOwner) => {
				const link = world.dial(to, purpose);
				this.#owners.set(link, owner);
				return link;
			},
			refuse: (code: string, subject: string, detail?: string) =>
				world.notice({ at: world.now(), code, subject, ...(detail === undefined ? {} : { detail }) }),
		};
		this.#register = new Register(servent);
		this.#lists = new ServerLists(servent, this.#register, options.lists ?? []);
		this.#connect = new Connect(servent, this.#register, {
			welcomed: () => this.#welcomed(),
			lost: () => this.#search.lost(),
			message: (opcode, body) => this.#message(opcode, body),
		});
		const { datagramsAbove } = options;
		const limits = takingWith(options.limits);
		const users = new Users(limits.users);
		const client = { ...servent, connect: this.#connect, limits, datagramsAbove, users };
		this.#client = client;
		this.#publish = new Publish(servent, this.#connect);
		this.#search = new Search(servent, this.#register, this.#connect);
		this.#contents = new ContentSearch(client, () => this.#sources);
		const meet = (sources: readonly FoundSource[]): void => {
			for (const one of sources) if ('address' in one && one.user) users.learn(one.address, one.user, false);
		};
		this.#sources = new Sources(servent, this.#register, this.#connect, {
			found: (hash, sources) => {
				meet(sources);
				this.#contents.found(hash, sources);
				this.#retrieve.introductions.heard();
			},
			callBack: (requested) => this.#callbacks.requested(requested),
		});
		this.#answers = new Answers(servent, this.#register, this.#search, this.#sources);
		const [peers, exchange] = [() => this.#peers, () => this.#exchange];
		const ledger = new Ledger(client, peers, (host) => this.#register.isServer(host));
		this.#ledger = ledger;
		this.#recovery = new Recovery(client, peers);
		const recovery = () => this.#recovery;
		this.#retrieve = new Retrieve(client, {
			...{ peers, exchange, ledger, recovery },
			callbacks: () => this.#callbacks,
			introduce: (ed2k, hash) => this.#contents.introduce(ed2k, hash),
		});
		this.#serve = new Serve(client, { peers, ledger });
		const questions = new Questions(client, {
			...{ peers, exchange },
			chose: (peer, file) => this.#serve.chose(peer, file),
		});
		this.#exchange = new Exchange(client, {
			peers,
			found: (hash, sources) => {
				meet(sources);
				this.#contents.told(hash, sources);
			},
		});
		this.#reask = new Reask(client, this.#retrieve.dealings, this.#serve.waiting);
		this.#callbacks = new Callbacks(client, {
			sources: () => this.#sources,
			peers: () => this.#peers,
			unreachable: (dealing, why) => this.#retrieve.unreachable(dealing, why),
		});
		this.#peers = new Peers(client, [
			...[ledger.bans, ...identityOf(client, peers, ledger)],
			...[this.#retrieve, questions, this.#serve, this.#exchange],
			...[this.#recovery, this.#callbacks],
		]);
	}

	start(): void {
		this.#state = 'started';
		this.tick();
	}

	stop(): void {
		this.#state = 'stopped';
		this.#connect.leave('this node is stopping');
		this.#ledger.credits.close();
		this.#peers.goodbye();
	}

	/** Servers that an earlier life of this node was let in by. */
	remembered(addresses: Iterable<Address>): void {
		for (const address of addresses) this.#register.add(address);
	}

	/** A server that the user names. */
	connect(to: ServerAddress): void {
		this.#register.add(to);
		if (this.#state === 'started') this.tick();
	}

	disconnect(link: Link): void {
		const { server } = this.#connect;
		if (this.#connect.neighbour()?.link === link && server !== undefined) {
			this.#register.remove(server);
			return this.#connect.leave('disconnected by its user');
		}
		const peer = this.#peers.get(link);
		if (peer !== undefined) this.#peers.end(peer, 'disconnected by its user');
	}

	search(id: number, text: string, urn?: string): void {
		if (urn === undefined) this.#search.start(id, text);
		else this.#contents.start(id, urn);
	}

	stopSearch(id: number): void {
		if (!this.#contents.stop(id)) this.#search.stop(id);
	}

	searchStands(id: number): { asked: number; sentence: string } {
		return this.#contents.stands(id) ?? this.#search.stands(id);
	}

	fetch(request: FetchRequest): void {
		const { ed2k, name, size } = request;
		if (ed2k !== undefined && size !== undefined) this.#contents.contents.learn(ed2k, { name, size });
		this.#retrieve.fetch(request);
	}

	cancelFetch(fetch: number): void {
		this.#retrieve.cancel(fetch);
	}

	recover(wish: PartWish): void {
		this.#recovery.recover(wish);
	}

	poisoned(source: Source, bytes: number): void {
		this.#retrieve.poisoned(source, bytes);
	}

	served(link: Link, why: string): void {
		this.#serve.served(link, why);
	}

	opened(link: Link, remote: Address, dialled: boolean): void {
		if (this.#state === 'stopped') return this.#client.world.hangup(link, 'this node is stopping');
		if (dialled) return this.#owners.get(link)?.opened(link);
		const why = this.#ledger.bans.refuses(remote.host);
		if (why !== undefined) {
			this.#client.refuse(why, formatAddress(remote));
			return this.#client.world.hangup(link, 'not now');
		}
		if (this.#peers.accepted(link, remote)) this.#owners.set(link, this.#peers);
	}

	received(link: Link, bytes: Uint8Array): void {
		this.#owners.get(link)?.received(link, bytes);
	}

	/** Whoever does not read is left at once: nothing waits for room. */
	drained(): void {}

	closed(link: Link, why: string): void {
		const owner = this.#owners.get(link);
		this.#owners.delete(link);
		owner?.closed(link, why);
	}

	datagram(from: Address, bytes: Uint8Array): void {
		if (!this.#reask.datagram(from, bytes)) this.#answers.datagram(from, bytes);
	}

	tick(): void {
		if (this.#state !== 'started') return;
		const now = this.#client.world.now();
		for (const part of [this.#lists, this.#connect, this.#register, this.#publish, this.#search])
			part.tick(now);
		for (const part of [this.#sources, this.#contents, this.#peers, this.#retrieve]) part.tick(now);
		this.#recovery.tick(now);
		for (const part of [this.#serve, this.#callbacks, this.#reask, this.#ledger.credits]) part.tick(now);
		this.#client.world.wake(now + TICK);
	}

	peers(): Neighbour[] {
		const server = this.#connect.neighbour();
		return [...(server === undefined ? [] : [server]), ...this.#peers.neighbours()];
	}

	status(): Standing {
		const { options, datagramsAbove } = this.#client;
		const { port } = options.announce;
		const listening = { port, datagramsPort: port + datagramsAbove };
		return standingOf(this.#connect, this.#register, listening, this.#ledger.bans.count);
	}

	#welcomed(): void {
		const { server } = this.#connect;
		if (server !== undefined) this.#client.host.remember(server, 'server');
		this.#publish.welcomed();
		this.#sources.welcomed();
		this.tick();
	}

	#message(opcode: number, body: Uint8Array): void {
		if (opcode === ServerMessage.SearchResult) this.#search.results(body);
		else if (opcode === ServerMessage.CallbackFailed) this.#callbacks.failed();
		else this.#sources.message(opcode, body);
	}
}

/** A node without a key proves nothing, and asks nobody to. */
function identityOf(client: Client, peers: () => Peers, { credits, bans }: Ledger): SecureIdentity[] {
	const { secure } = client.options;
	return secure === undefined ? [] : [new SecureIdentity(client, secure.keys, { peers, credits, bans })];
}
