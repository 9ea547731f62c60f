/**
 * The door of the OpenNap network, as a client: the inputs of networks/network.ts and the commands of the node, handed to
 * the part that knows. It decides nothing. Which file knows what: README.md beside it.
 */
import { isRefusal } from '../../evidence/refusal.ts';
import type { Address, Link, World } from '../../world/world.ts';
import type { FetchRequest, Host, Neighbour, Participant, Standing } from '../network.ts';
import { Connect } from './connect.ts';
import { Greet } from './greet.ts';
import { joiningWith } from './limits.ts';
import { Publish } from './publish.ts';
import { Register } from './register.ts';
import { Requests } from './requests.ts';
import { Retrieve } from './retrieve.ts';
import { Search } from './search.ts';
import { Serve } from './serve.ts';
import type { LinkOwner, Options, Servent } from './servent.ts';
import { standingOf } from './standing.ts';
import { rawBytes } from './wire/raw.ts';
import { decodeNick } from './wire/transfer.ts';
import { Type } from './wire/types.ts';

const TICK = 1000;

export class OpenNap implements Participant {
	readonly name = 'opennap';
	readonly #servent: Servent;
	readonly #register: Register;
	readonly #connect: Connect;
	readonly #publish: Publish;
	readonly #search: Search;
	readonly #requests: Requests;
	readonly #retrieve: Retrieve;
	readonly #serve: Serve;
	readonly #greet: Greet;
	readonly #owners = new Map<Link, LinkOwner>();
	#state: 'made' | 'started' | 'stopped' = 'made';

	constructor(world: World, host: Host, options: Options) {
		const servent: Servent = {
			world,
			host,
			options,
			limits: joiningWith(options.limits),
			dial: (to, purpose, owner) => {
				const link = world.dial(to, purpose);
				this.#owners.set(link, owner);
				return link;
			},
			own: (link, owner) => void this.#owners.set(link, owner),
			refuse: (code, subject, detail) =>
				world.notice({ at: world.now(), code, subject, ...(detail === undefined ? {} : { detail }) }),
		};
		this.#servent = servent;
		this.#register = new Register(servent);
		this.#connect = new Connect(servent, this.#register, {
			welcomed: () => {
				const { server } = this.#connect;
				if (server !== undefined) host.remember(server, 'server');
				this.#publish.welcomed();
				this.#search.welcomed();
			},
			lost: () => {
				this.#search.lost();
				this.#requests.lost();
			},
			message: (type, body) => this.#message(type, body),
		});
		this.#publish = new Publish(servent, this.#connect);
		this.#search = new Search(servent, this.#connect);
		this.#requests = new Requests(servent, this.#connect, () => this.#retrieve);
		this.#retrieve = new Retrieve(servent, (nick) => void this.#connect.send(Type.PortError, rawBytes(nick)));
		this.#serve = new Serve(servent, this.#connect);
		this.#greet = new Greet(servent, {
			requests: this.#requests,
			retrieve: this.#retrieve,
			serve: this.#serve,
		});
	}

	start(): void {
		if (this.#state !== 'made') return;
		this.#state = 'started';
		this.tick();
	}

	stop(): void {
		this.#state = 'stopped';
		this.#connect.leave('this node is stopping');
	}

	remembered(addresses: Iterable<Address>): void {
		for (const address of addresses) this.#register.add(address);
	}

	/** A server that the user names. */
	connect(to: Address): void {
		this.#register.add(to);
		if (this.#state === 'started') this.tick();
	}

	disconnect(link: Link): void {
		if (this.#connect.link === link) this.#connect.leave('the user wants so');
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
		this.#requests.fetch(request);
	}

	cancelFetch(fetch: number): void {
		if (!this.#requests.cancel(fetch)) this.#retrieve.cancel(fetch);
	}

	served(link: Link, why: string): void {
		this.#serve.served(link, why);
	}

	peers(): Neighbour[] {
		const server = this.#connect.neighbour();
		return server === undefined ? [] : [server];
	}

	status(): Standing {
		return standingOf(this.#connect, this.#register);
	}

	opened(link: Link, remote: Address, dialled: boolean): void {
		if (this.#state === 'stopped') return this.#servent.world.hangup(link, 'this node is stopping');
		if (dialled) this.#owners.get(link)?.opened(link);
		else this.#greet.accepted(link, remote);
	}

	received(link: Link, bytes: Uint8Array): void {
		const owner = this.#owners.get(link);
		if (owner === undefined) this.#greet.received(link, bytes);
		else owner.received(link, bytes);
	}

	/** Lines are short, and bodies are the host's: nothing waits for room. */
	drained(): void {}

	closed(link: Link, why: string): void {
		const owner = this.#owners.get(link);
		this.#owners.delete(link);
		if (owner === undefined) this.#greet.closed(link);
		else owner.closed(link, why);
	}

	/** There are none in this network. */
	datagram(): void {}

	tick(): void {
		if (this.#state !== 'started') return;
		const now = this.#servent.world.now();
		this.#publish.tick();
		for (const part of [
			this.#connect,
			this.#search,
			this.#requests,
			this.#retrieve,
			this.#serve,
			this.#greet,
		])
			part.tick(now);
		this.#servent.world.wake(now + TICK);
	}

	#message(type: number, body: Uint8Array): void {
		switch (type) {
			case Type.Result:
				return this.#search.result(body);
			case Type.SearchEnd:
				return this.#search.over();
			case Type.DownloadAck:
				return this.#requests.acknowledged(body);
			case Type.GetError:
				return this.#requests.failed(body);
			case Type.QueueLimit:
				return this.#requests.queued(body);
			case Type.UploadRequest:
				return this.#serve.requested(body);
			case Type.PushOrder:
				return this.#serve.ordered(body);
			case Type.PortError:
				if (!isRefusal(decodeNick(body))) this.#connect.unreachable();
				return;
			default:
			// Figures, users who come and go, channels: nothing here depends on them.
		}
	}
}
