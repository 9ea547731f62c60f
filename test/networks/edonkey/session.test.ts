import { describe, expect, it } from 'vitest';
import { next } from '../../../src/networks/edonkey/states.ts';
import { encodeFrame } from '../../../src/networks/edonkey/wire/frames.ts';
import { encodeIdChange, encodeServerMessage } from '../../../src/networks/edonkey/wire/login.ts';
import { ServerDatagram, ServerMessage } from '../../../src/networks/edonkey/wire/messages.ts';
import { encodeDatagram } from '../../../src/networks/edonkey/wire/server-datagrams.ts';
import type { VirtualNet } from '../../../src/world/virtual.ts';
import { join } from './joined.ts';
import { makeNet, makeServer, SERVER, TestClient } from './server/net.ts';

const SECOND = { host: '203.0.113.2', port: 4242 };
const MINUTE = 60_000;

/** Somebody who listens where a server would, and says what a test tells it to say. */
function fakeServer(net: VirtualNet): TestClient {
	const fake = new TestClient();
	fake.world = net.world(SERVER.host, () => fake, { port: SERVER.port, datagramsAbove: 4 });
	return fake;
}

describe('with a server', () => {
	it('a client logs in, is dialled, publishes what it has once, and what is new a minute later', () => {
		const net = makeNet();
		const server = makeServer(net).network;
		const alice = join(net, '198.51.100.2', 2, [SERVER]);
		alice.share('a talk.pdf', 'a song.mp3');
		net.run(net.now + 5000);
		expect(alice.connect.isHigh).toBe(true);
		expect(alice.connect.server).toEqual(SERVER);
		expect(server.figures()).toMatchObject({ users: 1, files: 2, offered: 2 });
		net.run(net.now + 2 * MINUTE);
		expect(server.figures().offered).toBe(2);
		alice.share('a third.pdf');
		net.run(net.now + 2 * MINUTE);
		expect(server.figures()).toMatchObject({ files: 3, offered: 3 });
		expect(alice.codes()).toContain('edonkey.join.says');
	});

	it('five hundred files go in three messages, a minute apart', () => {
		const net = makeNet();
		const server = makeServer(net).network;
		const alice = join(net, '198.51.100.2', 2, [SERVER]);
		alice.share(...Array.from({ length: 500 }, (_, i) => `talk ${i}.pdf`));
		const seen = new Set<number>();
		for (let i = 0; i < 300; i++) {
			net.run(net.now + 1000);
			seen.add(server.figures().offered);
		}
		expect([...seen]).toEqual([200, 400, 500]);
	});

	it('a client behind a firewall has a LowID', () => {
		const net = makeNet();
		makeServer(net);
		const alice = join(net, '198.51.100.2', 2, [SERVER], true);
		net.run(net.now + 20_000);
		expect(alice.connect.id).toBe(1);
		expect(alice.connect.isHigh).toBe(false);
	});

	it('a session that ends is begun again, and everything is published anew', () => {
		const net = makeNet();
		const server = makeServer(net).network;
		const alice = join(net, '198.51.100.2', 2, [SERVER]);
		alice.share('a talk.pdf');
		net.run(net.now + 5000);
		alice.connect.leave('a test');
		expect(alice.connect.id).toBe(0);
		expect(alice.codes()).toContain('edonkey.join.failed');
		net.run(net.now + 5000);
		expect(server.figures().users).toBe(0);
		net.run(net.now + 2 * MINUTE);
		expect(server.figures()).toMatchObject({ users: 1, files: 1, offered: 2 });
	});

	it('that refuses, or says nothing, another is taken', () => {
		const net = makeNet();
		const fake = fakeServer(net);
		makeServer(net, { announce: SECOND });
		const alice = join(net, '198.51.100.2', 2, [SERVER, SECOND]);
		net.run(net.now + 500);
		expect(fake.callers).toHaveLength(1);
		net.run(net.now + 60_000);
		expect(alice.connect.server).toEqual(SECOND);
	});
});

describe('a search', () => {
	it('is answered by the server of the session, with pages, and then is over', () => {
		const net = makeNet();
		makeServer(net, { limits: { page: 2 } });
		const alice = join(net, '198.51.100.2', 2, [SERVER]);
		const bob = join(net, '198.51.100.3', 3, [SERVER]);
		alice.share('quiet talk.pdf', 'quiet song.mp3', 'loud song.mp3', 'quiet noise.mp3');
		net.run(net.now + 5000);
		bob.search.start(7, 'quiet NOT noise');
		net.run(net.now + 30_000);
		expect(bob.hits.map(({ name }) => name).sort()).toEqual(['quiet song.mp3', 'quiet talk.pdf']);
		expect(bob.hits[0]).toMatchObject({
			network: 'edonkey',
			verdict: 'ok',
			source: { host: '198.51.100.2', port: 4662, firewalled: false },
		});
		expect(bob.hits[0]!.ed2k).toMatch(/^[0-9a-f]{32}$/);
		expect(bob.ended).toHaveLength(1);
	});

	it('goes by UDP to every other server that has answered a status, and to no other', () => {
		const net = makeNet();
		makeServer(net);
		const second = makeServer(net, { announce: SECOND }).network;
		const silent = { host: '203.0.113.3', port: 4661 };
		const carol = join(net, '198.51.100.4', 4, [SECOND]);
		carol.share('quiet willow.mp3');
		const bob = join(net, '198.51.100.3', 3, [SERVER, silent, SECOND]);
		net.run(net.now + 2 * MINUTE);
		expect(bob.connect.server).toEqual(SERVER);
		expect(bob.register.answering().map(({ address }) => address)).toEqual([SERVER, SECOND]);
		expect(bob.codes()).toContain('edonkey.status.silent');
		const before = second.figures().datagrams;
		bob.search.start(7, 'willow');
		expect(bob.search.stands(7)).toMatchObject({ asked: 2 });
		net.run(net.now + 10_000);
		expect(bob.hits).toMatchObject([{ name: 'quiet willow.mp3', source: { host: '198.51.100.4' } }]);
		expect(second.figures().datagrams).toBe(before + 1);
		expect(bob.ended).toEqual(['all eDonkey servers were asked']);
	});

	it('that was stopped brings nothing more', () => {
		const net = makeNet();
		makeServer(net);
		const alice = join(net, '198.51.100.2', 2, [SERVER]);
		const bob = join(net, '198.51.100.3', 3, [SERVER]);
		alice.share('quiet talk.pdf');
		net.run(net.now + 5000);
		bob.search.start(7, 'quiet');
		bob.search.stop(7);
		net.run(net.now + 10_000);
		expect([bob.hits, bob.ended]).toEqual([[], []]);
	});

	it('is judged: a worm that bears the words that were asked for is shown as refused', () => {
		const net = makeNet();
		makeServer(net);
		const evil = join(net, '198.51.100.2', 2, [SERVER]);
		const bob = join(net, '198.51.100.3', 3, [SERVER]);
		evil.share('quiet song.exe');
		net.run(net.now + 5000);
		bob.search.start(7, 'quiet song');
		net.run(net.now + 10_000);
		expect(bob.hits).toMatchObject([{ verdict: 'refused' }]);
	});

	it('that no server can answer ends at once, and says why', () => {
		const net = makeNet();
		makeServer(net);
		const bob = join(net, '198.51.100.3', 3, [SERVER]);
		bob.search.start(1, 'size>7');
		expect(bob.ended).toEqual(['eDonkey servers search by words, and by few conditions']);
		bob.search.start(2, 'a word');
		net.run(net.now + 20_000);
		expect(bob.ended[1]).toBe('no eDonkey server could be asked');
	});
});

describe('servers that the user did not name', () => {
	it('are none: no port of a service, no address outside the scope', () => {
		const net = makeNet();
		const bob = join(net, '198.51.100.3', 3, [
			{ host: '203.0.113.9', port: 80 },
			{ host: '10.0.0.1', port: 4661 },
		]);
		expect(bob.register.size).toBe(0);
		expect(bob.codes()).toEqual(['edonkey.join.address', 'edonkey.join.address']);
		for (let i = 1; i <= 120; i++) bob.register.add({ host: `203.0.113.${i}`, port: 4661 });
		expect(bob.register.size).toBe(100);
	});
});

it('what servers say is shown without what deceives a screen', () => {
	const net = makeNet();
	const fake = fakeServer(net);
	const bob = join(net, '198.51.100.3', 3, [SERVER]);
	net.run(net.now + 500);
	const link = fake.caller;
	fake.world.send(link, encodeFrame(ServerMessage.Text, encodeServerMessage('hello\u001b[2J\r\nthere')));
	fake.world.send(link, encodeFrame(ServerMessage.IdChange, encodeIdChange({ id: 77, flags: 0 }, 4661)));
	net.run(net.now + 500);
	expect(bob.connect.id).toBe(77);
	expect(bob.world.notices.find(({ code }) => code === 'edonkey.join.says')?.detail).toBe('hello [2J there');
});

it('datagrams that nobody asked for are dropped, and a flood of them is not a flood of records', () => {
	const net = makeNet();
	const bob = join(net, '198.51.100.3', 3, [SERVER]);
	const from = { host: SERVER.host, port: SERVER.port + 4 };
	for (let i = 0; i < 500; i++) bob.datagram(from, encodeDatagram(ServerDatagram.Status, new Uint8Array(40)));
	bob.datagram({ host: '198.51.100.66', port: 4665 }, Uint8Array.of(0xe3, 0x99));
	const dropped = bob.codes().filter((code) => code === 'edonkey.datagram.unasked');
	expect(dropped).toHaveLength(10);
	expect(bob.register.answering()).toEqual([]);
});

it('an event that a state does not know is our own mistake', () => {
	expect(next('dialling', 'opened')).toBe('greeted');
	expect(() => next('closed', 'opened')).toThrow(/no way/);
});
