/** A server and clients in a virtual world: few lines to build, everything that happens in arrays. */
import { isRefusal } from '../../../../src/evidence/refusal.ts';
import { newMemory } from '../../../../src/networks/edonkey/server/memory.ts';
import type { ServerOptions } from '../../../../src/networks/edonkey/server/parts.ts';
import { EdonkeyServer } from '../../../../src/networks/edonkey/server.ts';
import {
	EDONKEY,
	encodeFrame,
	type Frame,
	FrameSplitter,
	unpackFrame,
} from '../../../../src/networks/edonkey/wire/frames.ts';
import { encodeHello } from '../../../../src/networks/edonkey/wire/hello.ts';
import { decodeIdChange, encodeLogin } from '../../../../src/networks/edonkey/wire/login.ts';
import { ClientMessage, ServerMessage } from '../../../../src/networks/edonkey/wire/messages.ts';
import {
	COMPLETE_ID,
	decodeResults,
	encodeOffers,
	type FileRecord,
} from '../../../../src/networks/edonkey/wire/records.ts';
import { encodeSearch, type SearchNode } from '../../../../src/networks/edonkey/wire/search-tree.ts';
import type { Network } from '../../../../src/networks/network.ts';
import { VirtualNet } from '../../../../src/world/virtual.ts';
import type { VirtualWorld } from '../../../../src/world/virtual-world.ts';
import type { Address, Link } from '../../../../src/world/world.ts';
import { hash, someHello } from '../wire/kinds.ts';

export const SERVER = { host: '203.0.113.1', port: 4661 };

export function makeNet(): VirtualNet {
	return new VirtualNet({ seed: 7, latency: 10, bandwidth: 10_000_000, onFault: 'throw' });
}

export function makeServer(
	net: VirtualNet,
	options: Partial<ServerOptions> = {},
): VirtualWorld<EdonkeyServer> {
	const { host, port } = options.announce ?? SERVER;
	return net.world(
		host,
		(world) => {
			const server = new EdonkeyServer(world, {
				name: 'a server',
				description: 'for tests',
				announce: SERVER,
				version: '0',
				usable: () => true,
				servers: [],
				memory: newMemory((bytes) => world.random(bytes)),
				...options,
			});
			return server;
		},
		{ port, datagramsAbove: 4 },
	);
}

/** A client that says what a test tells it to say, and answers the server's check. */
export class TestClient implements Network {
	readonly name = 'edonkey';
	readonly frames: Frame[] = [];
	readonly datagrams: Uint8Array[] = [];
	/** Who dialled it. */
	readonly callers: Address[] = [];
	/** The link of the last of them. */
	caller: Link = 0;
	closedBecause: string | undefined;
	hash = hash(1);
	/** Whose hash it answers the check with. */
	answersAs: Uint8Array | undefined;
	world!: VirtualWorld<TestClient>;
	link: Link = 0;
	#splitter = new FrameSplitter();
	#greeting: Uint8Array | undefined;
	readonly #callerFrames = new Map<Link, FrameSplitter>();

	opened(link: Link, remote: Address, dialled: boolean): void {
		if (dialled) {
			if (this.#greeting !== undefined) this.world.send(link, this.#greeting);
			return;
		}
		this.callers.push(remote);
		this.caller = link;
		this.#callerFrames.set(link, new FrameSplitter());
	}

	received(link: Link, bytes: Uint8Array): void {
		const caller = this.#callerFrames.get(link);
		if (caller !== undefined) {
			caller.push(bytes);
			const frame = caller.next();
			if (frame === undefined || isRefusal(frame) || frame.opcode !== ClientMessage.Hello) return;
			const hello = encodeHello({ ...someHello, hash: this.answersAs ?? this.hash }, true);
			this.world.send(link, encodeFrame(ClientMessage.HelloAnswer, hello));
			return;
		}
		if (link !== this.link) return;
		this.#splitter.push(bytes);
		for (let next = this.#splitter.next(); next !== undefined; next = this.#splitter.next()) {
			if (isRefusal(next)) throw new Error(next.refused);
			const frame = unpackFrame(next, EDONKEY, 10_000_000);
			if (isRefusal(frame)) throw new Error(frame.refused);
			this.frames.push({ ...frame, body: frame.body.slice() });
		}
	}

	drained(): void {}
	closed(link: Link, why: string): void {
		if (link === this.link) this.closedBecause = why;
	}
	datagram(_from: Address, bytes: Uint8Array): void {
		this.datagrams.push(bytes);
	}
	tick(): void {}

	connect(greeting?: Uint8Array): void {
		this.#greeting = greeting;
		this.#splitter = new FrameSplitter();
		this.closedBecause = undefined;
		this.link = this.world.dial(SERVER, 'test');
	}

	login(port = 4662, capabilities = 0x11d): void {
		const body = encodeLogin({ hash: this.hash, id: 0, port, name: 'test', capabilities, muleVersion: 0 });
		this.connect(encodeFrame(ServerMessage.Login, body));
	}

	say(opcode: number, body?: Uint8Array): void {
		this.world.send(this.link, encodeFrame(opcode, body));
	}

	offer(...files: (Partial<FileRecord> & { name: string })[]): void {
		const records = files.map((file, i) => ({
			hash: hash(i + 1),
			size: 1000,
			id: COMPLETE_ID,
			port: 0xfbfb,
			...file,
		}));
		this.say(ServerMessage.OfferFiles, encodeOffers(records, true));
	}

	search(node: SearchNode | string): void {
		this.say(
			ServerMessage.Search,
			encodeSearch(typeof node === 'string' ? { kind: 'words', text: node } : node),
		);
	}

	bodies(opcode: number): Uint8Array[] {
		return this.frames.filter((frame) => frame.opcode === opcode).map(({ body }) => body);
	}

	/** What the last search brought. */
	results(): { records: FileRecord[]; more: boolean } {
		const read = decodeResults(this.bodies(ServerMessage.SearchResult).at(-1) ?? new Uint8Array(0));
		if (isRefusal(read)) throw new Error(`${read.refused} ${read.detail}`);
		return read;
	}

	/** The id that the server gave; undefined: none. */
	id(): number | undefined {
		const body = this.bodies(ServerMessage.IdChange).at(-1);
		const read = body && decodeIdChange(body);
		return read === undefined || isRefusal(read) ? undefined : read.id;
	}
}

export function makeClient(net: VirtualNet, host: string, number: number, firewalled = false): TestClient {
	const client = new TestClient();
	client.hash = hash(number);
	client.world = net.world(host, () => client, { port: 4662, firewalled });
	return client;
}

/** Logs in and waits until the id is there. */
export function loggedIn(net: VirtualNet, host: string, number: number, firewalled = false): TestClient {
	const client = makeClient(net, host, number, firewalled);
	client.login();
	net.run(net.now + (firewalled ? 15_000 : 500));
	return client;
}
