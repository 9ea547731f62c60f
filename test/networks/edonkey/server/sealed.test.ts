/** Obfuscated sessions: who gets one, what it costs, and what others are told of its client. */
import { describe, expect, it } from 'vitest';
import { isRefusal } from '../../../../src/evidence/refusal.ts';
import { encodeFrame, type Frame, FrameSplitter } from '../../../../src/networks/edonkey/wire/frames.ts';
import { decodeIdChange, encodeLogin, ServerFlag } from '../../../../src/networks/edonkey/wire/login.ts';
import { ServerMessage } from '../../../../src/networks/edonkey/wire/messages.ts';
import { sealedClient } from '../../../../src/networks/edonkey/wire/sealed-sessions.ts';
import type { SealedEnd } from '../../../../src/networks/edonkey/wire/sealing.ts';
import {
	decodeCallbackRequested,
	decodeFoundWithUsers,
	encodeCallbackRequest,
	encodeGetSources,
} from '../../../../src/networks/edonkey/wire/sources.ts';
import type { Network } from '../../../../src/networks/network.ts';
import type { VirtualNet } from '../../../../src/world/virtual.ts';
import type { VirtualWorld } from '../../../../src/world/virtual-world.ts';
import type { Link } from '../../../../src/world/world.ts';
import { hash } from '../wire/kinds.ts';
import { loggedIn, makeClient, makeNet, makeServer, SERVER } from './net.ts';

const codes = (server: VirtualWorld): string[] => server.notices.map(({ code }) => code);
const SEALED = 0x11d | 0x200 | 0x400;

/** A client whose session is obfuscated; it cannot be dialled. */
class SealedClient implements Network {
	readonly name = 'edonkey';
	readonly frames: Frame[] = [];
	world!: VirtualWorld<SealedClient>;
	link: Link = 0;
	closedBecause: string | undefined;
	readonly #end: SealedEnd = sealedClient(Uint8Array.from({ length: 30 }, (_, i) => i * 5 + 9));
	readonly #splitter = new FrameSplitter();
	#isOver = false;

	opened(link: Link): void {
		this.world.seal(link, this.#end.hide);
		this.world.send(link, this.#end.due());
	}

	received(link: Link, bytes: Uint8Array): void {
		const plain = this.#end.take(bytes);
		if (isRefusal(plain)) throw new Error(plain.refused);
		if (plain === 'more') return;
		if (!this.#isOver) {
			this.#isOver = true;
			const login = { hash: hash(5), id: 0, port: 0, name: 'x', capabilities: SEALED, muleVersion: 0 };
			this.world.send(link, this.#end.due());
			this.world.send(link, encodeFrame(ServerMessage.Login, encodeLogin(login)));
		}
		this.#splitter.push(plain);
		for (let next = this.#splitter.next(); next !== undefined; next = this.#splitter.next())
			if (!isRefusal(next)) this.frames.push({ ...next, body: next.body.slice() });
	}

	drained(): void {}
	datagram(): void {}
	tick(): void {}
	closed(_: Link, why: string): void {
		this.closedBecause = why;
	}
}

function sealedClientAt(net: VirtualNet, host: string): SealedClient {
	const client = new SealedClient();
	client.world = net.world(host, () => client, { port: 4662 });
	client.link = client.world.dial(SERVER, 'test');
	return client;
}

/** A link whose opening is whole, and that then says so many bytes that do not fit. */
function opening(net: VirtualNet, host: string, more = 0): { closed: () => string | undefined } {
	const client = makeClient(net, host, 9);
	client.received = () => {};
	const first = sealedClient(new Uint8Array(30).fill(3)).due();
	client.connect(new Uint8Array(Buffer.concat([first, new Uint8Array(more)])));
	return { closed: () => client.closedBecause };
}

describe('an obfuscated session', () => {
	it('is one like any other, and the server says where it takes them', () => {
		const net = makeNet();
		const server = makeServer(net);
		const client = sealedClientAt(net, '198.51.100.2');
		net.run(net.now + 1000);
		const change = client.frames.find(({ opcode }) => opcode === ServerMessage.IdChange);
		const read = decodeIdChange(change!.body);
		if (isRefusal(read)) throw new Error(read.refused);
		expect(read.flags & ServerFlag.Obfuscation).not.toBe(0);
		expect(read.obfuscatedPort).toBe(SERVER.port);
		expect(server.network.figures()).toMatchObject({ users: 1, sealed: 1 });
	});

	it('that is begun and not gone on with ends when the time for a login is over', () => {
		const net = makeNet();
		const server = makeServer(net);
		const { closed } = opening(net, '198.51.100.2');
		net.run(net.now + 11_000);
		expect(closed()).toBeDefined();
		expect(codes(server)).toContain('edonkey.login.slow');
	});

	it('whose greeting does not fit is closed', () => {
		const net = makeNet();
		const server = makeServer(net);
		const { closed } = opening(net, '198.51.100.2', 40);
		net.run(net.now + 1000);
		expect(closed()).toBeDefined();
		expect(codes(server)).toContain('edonkey.seal.broken');
	});

	it('is one too many where very many agree on keys at once; plain ones and later ones are not', () => {
		const net = makeNet();
		const server = makeServer(net, { limits: { agreements: 3 } });
		const links = Array.from({ length: 5 }, (_, i) => opening(net, `198.51.${i}.2`));
		net.run(net.now + 200);
		expect(links.filter(({ closed }) => closed() !== undefined)).toHaveLength(2);
		expect(codes(server).filter((code) => code === 'edonkey.seal.often')).toHaveLength(2);
		expect(loggedIn(net, '203.0.113.50', 6).id()).toBeDefined();
		net.run(net.now + 1000);
		sealedClientAt(net, '198.51.100.2');
		net.run(net.now + 1000);
		expect(server.network.figures().sealed).toBe(4);
	});

	it('of links that are opened and not begun, or begun and left, costs no agreement', () => {
		const net = makeNet();
		const server = makeServer(net, { limits: { agreements: 1 } });
		for (let i = 0; i < 20; i++) makeClient(net, `198.51.${i}.2`, i).connect(new Uint8Array(97).fill(0x11));
		net.run(net.now + 200);
		expect(server.network.figures().sealed).toBe(0);
		expect(codes(server)).not.toContain('edonkey.seal.often');
	});
});

describe('who takes obfuscated links', () => {
	it('is tried by one, if he wishes them', () => {
		const net = makeNet();
		makeServer(net);
		const client = makeClient(net, '198.51.100.2', 5);
		const heard: number[] = [];
		const received = client.received.bind(client);
		client.received = (link, bytes) => {
			if (link !== client.link) heard.push(bytes[0]!);
			received(link, bytes);
		};
		client.login(4662, SEALED);
		net.run(net.now + 7000);
		expect(heard).toHaveLength(1);
		expect([0xe3, 0xc5, 0xd4]).not.toContain(heard[0]);
		client.login(4662, 0x11d | 0x200);
		net.run(net.now + 7000);
		expect(heard[1]).toBe(0xe3);
	});

	it('is named with his user to who asks in that way, and others without', () => {
		const net = makeNet();
		makeServer(net);
		const plain = loggedIn(net, '198.51.100.2', 5);
		plain.offer({ name: 'a talk.pdf' });
		const other = makeClient(net, '198.51.100.3', 6, true);
		other.login(4662, SEALED);
		net.run(net.now + 7000);
		other.offer({ name: 'a talk.pdf' });
		const asker = loggedIn(net, '198.51.100.4', 7);
		asker.say(ServerMessage.GetSourcesObfuscated, encodeGetSources({ hash: hash(1), size: 1000 }));
		net.run(net.now + 500);
		const found = decodeFoundWithUsers(asker.bodies(ServerMessage.FoundSourcesObfuscated)[0]!);
		if (isRefusal(found)) throw new Error(found.refused);
		expect(found.sources.map(({ user }) => user).filter(Boolean)).toEqual([{ hash: hash(6), options: 3 }]);
		expect(found.sources).toHaveLength(2);
	});

	it('is told whom to call back, and by which user', () => {
		const net = makeNet();
		makeServer(net);
		const low = makeClient(net, '198.51.100.2', 5, true);
		low.login(4662, SEALED);
		net.run(net.now + 15_000);
		const high = loggedIn(net, '198.51.100.3', 6);
		high.say(ServerMessage.CallbackRequest, encodeCallbackRequest(low.id()!));
		net.run(net.now + 500);
		const calls = () => low.bodies(ServerMessage.CallbackRequested).map(decodeCallbackRequested);
		// Who asks takes plain links only.
		expect(calls()).toEqual([{ address: { host: '198.51.100.3', port: 4662 } }]);
		const sealed = sealedHigh(net, '198.51.100.4', 7);
		sealed.say(ServerMessage.CallbackRequest, encodeCallbackRequest(low.id()!));
		net.run(net.now + 500);
		expect(calls()[1]).toEqual({
			address: { host: '198.51.100.4', port: 4662 },
			user: { hash: hash(7), options: 1 },
		});
	});
});

/** Takes obfuscated links without wishing them, so that its check is a plain one. */
function sealedHigh(net: VirtualNet, host: string, number: number) {
	const client = makeClient(net, host, number);
	client.login(4662, 0x11d | 0x200);
	net.run(net.now + 500);
	return client;
}
