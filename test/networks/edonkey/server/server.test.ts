// Longer than 300 lines: what a server does for its clients, a situation each, in the order of a session.
import { describe, expect, it } from 'vitest';
import { packBlock } from '../../../../src/networks/common/zlib.ts';
import { keyOf } from '../../../../src/networks/edonkey/server/datagrams.ts';
import { newMemory, readMemory, writeMemory } from '../../../../src/networks/edonkey/server/memory.ts';
import { idOf, isLowId } from '../../../../src/networks/edonkey/wire/endpoint.ts';
import { encodeFrame, PACKED } from '../../../../src/networks/edonkey/wire/frames.ts';
import {
	decodeServerIdentity,
	decodeServerList,
	decodeServerMessage,
	decodeServerStatus,
} from '../../../../src/networks/edonkey/wire/login.ts';
import { ServerMessage } from '../../../../src/networks/edonkey/wire/messages.ts';
import { encodeOffers, PARTIAL_ID } from '../../../../src/networks/edonkey/wire/records.ts';
import {
	decodeCallbackRequested,
	decodeFoundSources,
	encodeCallbackRequest,
	encodeGetSources,
} from '../../../../src/networks/edonkey/wire/sources.ts';
import { hash } from '../wire/kinds.ts';
import { loggedIn, makeClient, makeNet, makeServer, SERVER } from './net.ts';

const codes = (server: { notices: readonly { code: string }[] }): string[] =>
	server.notices.map(({ code }) => code);

describe('a login', () => {
	it('of a client that can be dialled brings a HighID, its address', () => {
		const net = makeNet();
		makeServer(net);
		const client = loggedIn(net, '198.51.100.2', 5);
		expect(client.id()).toBe(idOf('198.51.100.2'));
		expect(client.callers).toHaveLength(1);
		expect(decodeServerMessage(client.bodies(ServerMessage.Text)[0])).toMatch(/^server version 17\.15 /);
		expect(decodeServerStatus(client.bodies(ServerMessage.Status)[0])).toEqual({ users: 1, files: 0 });
	});

	it('of a client behind a firewall brings a LowID, another each', () => {
		const net = makeNet();
		const server = makeServer(net);
		const one = loggedIn(net, '198.51.100.2', 5, true);
		const two = loggedIn(net, '198.51.100.3', 6, true);
		expect(isLowId(one.id()!) && isLowId(two.id()!)).toBe(true);
		expect(one.id()).not.toBe(two.id());
		expect(codes(server)).toContain('edonkey.check.failed');
		expect(server.network.figures()).toMatchObject({ users: 2, lowIds: 2 });
	});

	it('of a client whose port another answers brings a LowID', () => {
		const net = makeNet();
		makeServer(net);
		const client = makeClient(net, '198.51.100.2', 5);
		client.answersAs = hash(6);
		client.login();
		net.run(net.now + 500);
		expect(isLowId(client.id()!)).toBe(true);
	});

	it('with the port of a service brings a LowID, and nobody is dialled', () => {
		const net = makeNet();
		const server = makeServer(net);
		const client = makeClient(net, '198.51.100.2', 5);
		client.login(25);
		net.run(net.now + 500);
		expect(isLowId(client.id()!)).toBe(true);
		expect(client.callers).toEqual([]);
		expect(codes(server)).toContain('edonkey.login.port');
	});

	it('from an address that ends in .0 brings a LowID, which it reads as', () => {
		const net = makeNet();
		makeServer(net);
		const client = loggedIn(net, '198.51.100.0', 5);
		expect(client.callers).toHaveLength(1);
		expect(client.id()).toBeLessThan(0x1000000);
		expect(client.id()).toBe(1);
	});

	it('that does not come ends the link in time; a second one means nothing', () => {
		const net = makeNet();
		const server = makeServer(net);
		const silent = makeClient(net, '198.51.100.2', 5);
		silent.connect();
		net.run(net.now + 12_000);
		expect(silent.closedBecause).toBeDefined();
		expect(codes(server)).toContain('edonkey.login.slow');
		const twice = loggedIn(net, '198.51.100.3', 6);
		twice.say(ServerMessage.Login, new Uint8Array(30));
		net.run(net.now + 500);
		expect(codes(server)).toContain('edonkey.login.twice');
		expect(twice.bodies(ServerMessage.IdChange)).toHaveLength(1);
	});

	it('of the same user from the same place ends the earlier session', () => {
		const net = makeNet();
		const server = makeServer(net);
		const client = loggedIn(net, '198.51.100.2', 5);
		client.login();
		net.run(net.now + 500);
		expect(server.network.figures().users).toBe(1);
	});

	it('that is no login, or talk before it, is refused', () => {
		const net = makeNet();
		const server = makeServer(net);
		const short = makeClient(net, '198.51.100.2', 5);
		short.connect(encodeFrame(ServerMessage.Login, new Uint8Array(30)));
		const early = makeClient(net, '198.51.100.3', 6);
		early.connect(encodeFrame(ServerMessage.GetServerList));
		net.run(net.now + 500);
		expect(codes(server)).toContain('edonkey.login.early');
		const web = makeClient(net, '198.51.100.4', 7);
		// The first byte of an obfuscated link is any but three: it is heard until its time is over.
		web.connect(Buffer.from('GET / HTTP/1.1\r\n\r\n'));
		net.run(net.now + 11_000);
		expect(web.closedBecause).toBeDefined();
		expect(codes(server)).toContain('edonkey.login.slow');
	});
});

describe('what is offered', () => {
	it('is found by others, with its size, sources and media', () => {
		const net = makeNet();
		makeServer(net);
		const [alice, bob, carol] = [2, 3, 4].map((n) => loggedIn(net, `198.51.100.${n}`, n));
		const song = {
			name: 'a quiet song.mp3',
			size: 5_000_000_000,
			type: 'Audio',
			length: 200,
			bitrate: 128,
			codec: 'mp3',
		};
		alice.offer(song, { name: 'a talk.pdf' });
		net.run(net.now + 200);
		bob.offer({ ...song, name: 'another name.mp3', id: PARTIAL_ID });
		net.run(net.now + 200);
		carol.search('quiet');
		net.run(net.now + 200);
		const { records, more } = carol.results();
		expect(more).toBe(false);
		expect(records).toEqual([
			{ ...song, hash: hash(1), id: idOf('198.51.100.3'), port: 4662, sources: 2, completeSources: 1 },
		]);
		for (const size of [song.size, undefined]) {
			carol.say(ServerMessage.GetSources, encodeGetSources({ hash: hash(1), ...(size && { size }) }));
			net.run(net.now + 200);
			const found = decodeFoundSources(carol.bodies(ServerMessage.FoundSources).at(-1)!);
			expect(found).toEqual({
				hash: hash(1),
				sources: [3, 2].map((n) => ({ id: idOf(`198.51.100.${n}`), port: 4662 })),
			});
		}
	});

	it('is read packed, and in tags of both styles', () => {
		const net = makeNet();
		const server = makeServer(net);
		const client = loggedIn(net, '198.51.100.2', 5);
		const file = (n: number) => ({ hash: hash(n), size: 9, id: 0, port: 0, name: `file ${n}.txt` });
		client.world.send(
			client.link,
			encodeFrame(ServerMessage.OfferFiles, packBlock(encodeOffers([file(1), file(2)], true)), PACKED),
		);
		client.say(ServerMessage.OfferFiles, encodeOffers([file(3)], false));
		net.run(net.now + 200);
		expect(server.network.figures().files).toBe(3);
	});

	it('goes with its client', () => {
		const net = makeNet();
		const server = makeServer(net);
		const [alice, bob] = [2, 3].map((n) => loggedIn(net, `198.51.100.${n}`, n));
		alice.offer({ name: 'a talk.pdf' });
		net.run(net.now + 200);
		alice.world.hangup(alice.link, 'enough');
		net.run(net.now + 200);
		bob.search('talk');
		net.run(net.now + 200);
		expect(bob.results().records).toEqual([]);
		expect(server.network.figures()).toMatchObject({ users: 1, files: 0, sources: 0, words: 0 });
	});

	it('that is no file, or beyond the quota, is left out; nothing else is', () => {
		const net = makeNet();
		const server = makeServer(net, { limits: { filesOfClient: 3 } });
		const client = loggedIn(net, '198.51.100.2', 5);
		client.offer(
			{ name: 'good.pdf' },
			{ name: 'bad\u0007.pdf' },
			{ name: '' },
			{ name: 'empty.pdf', size: 0 },
		);
		net.run(net.now + 200);
		expect(server.network.figures().files).toBe(1);
		expect(codes(server)).toContain('edonkey.offers.file');
		client.offer(...Array.from({ length: 6 }, (_, i) => ({ name: `file ${i}`, hash: hash(40 + i) })));
		net.run(net.now + 200);
		expect(server.network.figures().files).toBe(3);
		expect(codes(server)).toContain('edonkey.offers.quota');
	});
});

describe('a search', () => {
	it('has pages', () => {
		const net = makeNet();
		makeServer(net, { limits: { page: 10 } });
		const [alice, bob] = [2, 3].map((n) => loggedIn(net, `198.51.100.${n}`, n));
		alice.offer(...Array.from({ length: 25 }, (_, i) => ({ name: `talk ${i}.pdf`, hash: hash(i) })));
		net.run(net.now + 200);
		bob.search('talk');
		const pages: number[] = [];
		for (let page = 0; page < 4; page++) {
			net.run(net.now + 200);
			const { records, more } = bob.results();
			pages.push(records.length);
			expect(more).toBe(page < 2);
			bob.say(ServerMessage.MoreResults);
		}
		expect(pages).toEqual([10, 10, 5, 0]);
	});

	it('of a client that cannot have large files shows none', () => {
		const net = makeNet();
		makeServer(net);
		const alice = loggedIn(net, '198.51.100.2', 2);
		alice.offer({ name: 'large talk.iso', size: 5e9 }, { name: 'small talk.iso' });
		const old = makeClient(net, '198.51.100.3', 3);
		old.login(4662, 0);
		net.run(net.now + 500);
		old.search('talk');
		net.run(net.now + 200);
		expect(old.results().records.map(({ name }) => name)).toEqual(['small talk.iso']);
	});

	it('that cannot be read is refused, with the reason', () => {
		const net = makeNet();
		const server = makeServer(net);
		const client = loggedIn(net, '198.51.100.2', 2);
		client.say(ServerMessage.Search, Uint8Array.of(9, 9));
		client.say(ServerMessage.Search, new Uint8Array(2000));
		net.run(net.now + 200);
		expect(codes(server)).toEqual(
			expect.arrayContaining(['edonkey.search.malformed', 'edonkey.search.complex']),
		);
	});
});

describe('a call-back', () => {
	it('makes the LowID client dial who asks, and nobody else', () => {
		const net = makeNet();
		makeServer(net);
		const low = loggedIn(net, '198.51.100.2', 2, true);
		const high = loggedIn(net, '198.51.100.3', 3);
		low.offer({ name: 'a talk.pdf' });
		net.run(net.now + 200);
		high.say(ServerMessage.GetSources, encodeGetSources({ hash: hash(1), size: 1000 }));
		net.run(net.now + 200);
		const found = decodeFoundSources(high.bodies(ServerMessage.FoundSources)[0]);
		expect(found).toMatchObject({ sources: [{ id: low.id(), port: 4662 }] });
		// A victim's address behind the id is not read.
		const body = Buffer.concat([encodeCallbackRequest(low.id()!), Uint8Array.of(10, 66, 0, 1, 80, 0)]);
		high.say(ServerMessage.CallbackRequest, body);
		net.run(net.now + 200);
		expect(decodeCallbackRequested(low.bodies(ServerMessage.CallbackRequested)[0])).toEqual({
			address: { host: '198.51.100.3', port: 4662 },
		});
	});

	it('of somebody who cannot be dialled himself, or to nobody, fails', () => {
		const net = makeNet();
		makeServer(net);
		const one = loggedIn(net, '198.51.100.2', 2, true);
		const two = loggedIn(net, '198.51.100.3', 3, true);
		const high = loggedIn(net, '198.51.100.4', 4);
		two.say(ServerMessage.CallbackRequest, encodeCallbackRequest(one.id()!));
		high.say(ServerMessage.CallbackRequest, encodeCallbackRequest(77_777));
		net.run(net.now + 200);
		for (const client of [two, high]) expect(client.bodies(ServerMessage.CallbackFailed)).toHaveLength(1);
		expect(one.bodies(ServerMessage.CallbackRequested)).toEqual([]);
	});

	it('is not offered where it cannot happen: a LowID sees no LowID', () => {
		const net = makeNet();
		makeServer(net);
		const one = loggedIn(net, '198.51.100.2', 2, true);
		const two = loggedIn(net, '198.51.100.3', 3, true);
		one.offer({ name: 'a talk.pdf' });
		net.run(net.now + 200);
		two.say(ServerMessage.GetSources, encodeGetSources({ hash: hash(1), size: 1000 }));
		net.run(net.now + 200);
		expect(two.bodies(ServerMessage.FoundSources)).toEqual([]);
	});
});

describe('a flood', () => {
	it('of sessions from one host or one network is turned away, and others are served', () => {
		const net = makeNet();
		const server = makeServer(net, { limits: { sessionsFromHost: 3, sessionsFromNetwork: 5 } });
		const evil = makeClient(net, '198.51.100.2', 2);
		for (let i = 0; i < 6; i++) evil.connect();
		for (const n of [3, 4, 5]) makeClient(net, `198.51.100.${n}`, n).connect();
		net.run(net.now + 500);
		expect(server.network.figures().users).toBe(5);
		expect(codes(server)).toContain('edonkey.server.crowd');
		expect(loggedIn(net, '192.0.2.9', 9).id()).toBe(idOf('192.0.2.9'));
	});

	it('of new links from one host is turned away', () => {
		const net = makeNet();
		const server = makeServer(net);
		const evil = makeClient(net, '198.51.100.2', 2);
		for (let i = 0; i < 20; i++) {
			evil.connect();
			net.run(net.now + 100);
			evil.world.hangup(evil.link, 'again');
			net.run(net.now + 100);
		}
		expect(codes(server)).toContain('defence.connect.often');
	});

	it('that fills the server turns others away, and says so', () => {
		const net = makeNet();
		const server = makeServer(net, { limits: { sessions: 2 } });
		for (const n of [3, 4, 5]) makeClient(net, `198.51.100.${n}`, n).connect();
		net.run(net.now + 500);
		expect(codes(server)).toContain('edonkey.server.full');
	});

	it('of messages is not answered, and then ends in a ban that outlives a restart', () => {
		const net = makeNet();
		const server = makeServer(net, { limits: { strikes: 20, searches: 5, offers: 3, sourcesAsked: 3 } });
		const evil = loggedIn(net, '198.51.100.2', 2);
		for (let i = 0; i < 8; i++) evil.search('x');
		net.run(net.now + 500);
		expect(evil.bodies(ServerMessage.SearchResult)).toHaveLength(5);
		for (let i = 0; i < 5; i++) evil.offer({ name: 'a' });
		for (let i = 0; i < 5; i++)
			evil.say(ServerMessage.GetSources, encodeGetSources({ hash: hash(1), size: 1 }));
		for (let i = 0; i < 20; i++) evil.search('x');
		net.run(net.now + 500);
		expect(codes(server)).toEqual(
			expect.arrayContaining([
				'edonkey.search.often',
				'edonkey.offers.often',
				'edonkey.sources.often',
				'edonkey.server.ban',
			]),
		);
		expect(evil.closedBecause).toBeDefined();
		const memory = readMemory(writeMemory(server.network.memory()))!;
		expect(memory.bans.map(([host]) => host)).toEqual(['198.51.100.2']);

		const again = makeNet();
		const restarted = makeServer(again, { memory });
		again.run(net.now);
		const back = makeClient(again, '198.51.100.2', 2);
		back.login();
		again.run(again.now + 500);
		expect(back.id()).toBeUndefined();
		expect(codes(restarted)).toContain('edonkey.server.banned');
		again.run(again.now + 16 * 60_000);
		back.login();
		again.run(again.now + 500);
		expect(back.id()).toBe(idOf('198.51.100.2'));
	});

	it('of call-backs reaches nobody beyond their number', () => {
		const net = makeNet();
		const server = makeServer(net, { limits: { callbacks: 100, calledBack: 4 } });
		const low = loggedIn(net, '198.51.100.2', 2, true);
		const evil = loggedIn(net, '198.51.100.3', 3);
		for (let i = 0; i < 20; i++) evil.say(ServerMessage.CallbackRequest, encodeCallbackRequest(low.id()!));
		net.run(net.now + 500);
		expect(low.bodies(ServerMessage.CallbackRequested)).toHaveLength(4);
		expect(codes(server)).toContain('edonkey.callback.often');
	});
});

describe('a server', () => {
	it('tells who it is, and of other servers only those that its operator named', () => {
		const net = makeNet();
		const other = { host: '203.0.113.77', port: 4242 };
		makeServer(net, { servers: [other] });
		const client = loggedIn(net, '198.51.100.2', 2);
		client.say(ServerMessage.GetServerList);
		net.run(net.now + 200);
		expect(decodeServerList(client.bodies(ServerMessage.ServerList)[0])).toEqual([SERVER, other]);
		expect(decodeServerIdentity(client.bodies(ServerMessage.Identity)[0])).toMatchObject({
			name: 'a server',
			address: SERVER,
		});
	});

	it('tells everybody from time to time how many there are', () => {
		const net = makeNet();
		makeServer(net);
		const client = loggedIn(net, '198.51.100.2', 2);
		net.run(net.now + 21 * 60_000);
		expect(client.bodies(ServerMessage.Status).length).toBeGreaterThanOrEqual(2);
	});

	it('ignores what is not for it, and lets who says goodbye go', () => {
		const net = makeNet();
		const server = makeServer(net);
		const client = loggedIn(net, '198.51.100.2', 2);
		client.say(0x99, new Uint8Array(9));
		client.say(ServerMessage.Disconnect);
		net.run(net.now + 200);
		expect(client.closedBecause).toBeDefined();
		expect(server.network.figures().users).toBe(0);
	});

	it('remembers over a restart what no client would tell it again', () => {
		let n = 0;
		const memory = newMemory((bytes) => new Uint8Array(bytes).fill(++n));
		const full = { ...memory, lastLowId: 700, bans: [['1.2.3.4', 5]] as const };
		expect(readMemory(writeMemory(full))).toEqual(full);
		for (const text of ['', '{}', '[]', 'null', '{"version":1,"hash":"zz"}'])
			expect(readMemory(text)).toBeUndefined();
		const net = makeNet();
		makeServer(net, { memory: full });
		expect(loggedIn(net, '198.51.100.2', 2, true).id()).toBe(701);
		// The keys that it gave out are the same again.
		expect(keyOf(full.secret, '1.2.3.4')).toBe(keyOf(memory.secret, '1.2.3.4'));
		expect(keyOf(full.secret, '1.2.3.4')).not.toBe(keyOf(memory.secret, '1.2.3.5'));
	});
});
