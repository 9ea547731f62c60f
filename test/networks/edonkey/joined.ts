/** The parts of a client that speak with servers, tied together, on a host of a virtual world. */

import { isRefusal } from '../../../src/evidence/refusal.ts';
import { Answers } from '../../../src/networks/edonkey/answers.ts';
import { Connect } from '../../../src/networks/edonkey/connect.ts';
import { Publish } from '../../../src/networks/edonkey/publish.ts';
import { Register } from '../../../src/networks/edonkey/register.ts';
import { Search } from '../../../src/networks/edonkey/search.ts';
import type { LinkOwner, Servent } from '../../../src/networks/edonkey/servent.ts';
import { type FoundSource, Sources } from '../../../src/networks/edonkey/sources.ts';
import { encodeFrame, FrameSplitter } from '../../../src/networks/edonkey/wire/frames.ts';
import { encodeHello } from '../../../src/networks/edonkey/wire/hello.ts';
import { ClientMessage, ServerMessage } from '../../../src/networks/edonkey/wire/messages.ts';
import type { Hit, Network, SharedFile } from '../../../src/networks/network.ts';
import type { VirtualNet } from '../../../src/world/virtual.ts';
import type { VirtualWorld } from '../../../src/world/virtual-world.ts';
import type { Address, Link } from '../../../src/world/world.ts';
import { quietHost } from '../../contract/subjects.ts';
import { FakeShares } from '../gnutella/net.ts';
import { hash, someHello } from './wire/kinds.ts';

class HashedShares extends FakeShares {
	files_: SharedFile[] = [];
	override all(): Iterable<SharedFile> {
		return this.files_;
	}
}

export class Joined implements Network {
	readonly name = 'edonkey';
	readonly hits: Hit[] = [];
	readonly ended: string[] = [];
	readonly shares = new HashedShares([]);
	readonly register: Register;
	readonly connect: Connect;
	readonly publish: Publish;
	readonly search: Search;
	readonly sources: Sources;
	readonly answers: Answers;
	/** What was found: the file's hash and who has it. */
	readonly found: { hash: Uint8Array; sources: readonly FoundSource[] }[] = [];
	readonly callBacks: Address[] = [];
	readonly world: VirtualWorld<Joined>;
	readonly #owners = new Map<Link, LinkOwner>();
	readonly #callers = new Map<Link, FrameSplitter>();
	readonly #user: Uint8Array;

	constructor(world: VirtualWorld<Joined>, user: number, defencesOff: readonly string[]) {
		this.world = world;
		this.#user = hash(user);
		const servent: Servent = {
			world,
			host: {
				...quietHost(),
				shares: this.shares,
				hit: (_, hit) => this.hits.push(hit),
				searchEnded: (_, why) => this.ended.push(why),
			},
			options: {
				hash: this.#user,
				nick: 'joined',
				announce: { host: world.host, port: world.port },
				usable: (host) => !host.startsWith('10.'),
				defencesOff,
				obfuscation: 'off',
			},
			dial: (to, purpose, owner) => {
				const link = world.dial(to, purpose);
				this.#owners.set(link, owner);
				return link;
			},
			refuse: (code, subject, detail) =>
				world.notice({ at: world.now(), code, subject, ...(detail === undefined ? {} : { detail }) }),
		};
		this.register = new Register(servent);
		this.connect = new Connect(servent, this.register, {
			welcomed: () => {
				this.publish.welcomed();
				this.sources.welcomed();
			},
			lost: () => this.search.lost(),
			message: (opcode, body) => {
				if (opcode === ServerMessage.SearchResult) this.search.results(body);
				else this.sources.message(opcode, body);
			},
		});
		this.publish = new Publish(servent, this.connect);
		this.search = new Search(servent, this.register, this.connect);
		this.sources = new Sources(servent, this.register, this.connect, {
			found: (wanted, sources) => this.found.push({ hash: wanted, sources }),
			callBack: ({ address }) => this.callBacks.push(address),
		});
		this.answers = new Answers(servent, this.register, this.search, this.sources);
	}

	share(...names: string[]): void {
		this.shares.version++;
		for (const name of names) {
			const id = this.shares.files_.length + 1;
			this.shares.files_.push({ id, name, size: 1000 + id, ed2k: hash(id) });
		}
	}

	codes(): string[] {
		return this.world.notices.map(({ code }) => code);
	}

	opened(link: Link, _remote: Address, dialled: boolean): void {
		if (dialled) this.#owners.get(link)?.opened(link);
		else this.#callers.set(link, new FrameSplitter());
	}

	received(link: Link, bytes: Uint8Array): void {
		const caller = this.#callers.get(link);
		if (caller === undefined) return this.#owners.get(link)?.received(link, bytes);
		caller.push(bytes);
		const frame = caller.next();
		if (frame === undefined || isRefusal(frame)) return;
		const answer = encodeHello({ ...someHello, hash: this.#user }, true);
		this.world.send(link, encodeFrame(ClientMessage.HelloAnswer, answer));
	}

	drained(): void {}
	closed(link: Link, why: string): void {
		this.#owners.get(link)?.closed(link, why);
		this.#owners.delete(link);
	}
	datagram(from: Address, bytes: Uint8Array): void {
		this.answers.datagram(from, bytes);
	}
	tick(): void {
		const now = this.world.now();
		this.register.tick(now);
		this.connect.tick(now);
		this.publish.tick(now);
		this.search.tick(now);
		this.sources.tick(now);
		this.world.wake(now + 500);
	}
}

export function join(
	net: VirtualNet,
	host: string,
	user: number,
	servers: readonly Address[],
	firewalled = false,
	defencesOff: readonly string[] = [],
): Joined {
	const made = (own: unknown) => new Joined(own as VirtualWorld<Joined>, user, defencesOff);
	const world = net.world(host, made, { port: 4662, firewalled });
	for (const server of servers) world.network.register.add(server);
	world.network.tick();
	return world.network;
}
