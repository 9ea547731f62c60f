/** A client that is told of no server but of a URL where a list of them lies. */
import { describe, expect, it } from 'vitest';
import { encodeServerMet } from '../../../src/networks/edonkey/wire/server-met.ts';
import type { Network } from '../../../src/networks/network.ts';
import type { VirtualNet } from '../../../src/world/virtual.ts';
import type { Address, Link, World } from '../../../src/world/world.ts';
import { mule } from './net.ts';
import { makeNet, makeServer, SERVER } from './server/net.ts';

const HOST = '198.51.100.80';
const url = `http://${HOST}:8080/lists/server.met?new=1`;
const MINUTE = 60_000;

/** Gives the same bytes to everybody, cut as a test says. */
class Web implements Network {
	readonly name = 'gnutella';
	readonly asked: string[] = [];
	answer: readonly Uint8Array[] = [];
	hangsUp = true;
	readonly #world: World;

	constructor(world: World) {
		this.#world = world;
	}

	opened(): void {}
	received(link: Link, bytes: Uint8Array): void {
		this.asked.push(Buffer.from(bytes).toString('latin1'));
		for (const piece of this.answer) this.#world.send(link, piece);
		if (this.hangsUp) this.#world.hangup(link, 'answered');
	}
	drained(): void {}
	closed(): void {}
	datagram(): void {}
	tick(): void {}
}

function web(net: VirtualNet, head: string, body: Uint8Array = new Uint8Array(0)): Web {
	const { network } = net.world(HOST, (world) => new Web(world), { port: 8080 });
	network.answer = [Uint8Array.from([...Buffer.from(head, 'latin1'), ...body])];
	return network;
}

const ok = 'HTTP/1.1 200 OK\r\nContent-Type: application/x-emule\r\n\r\n';
const list = (...servers: Address[]) => encodeServerMet(servers.map((address) => ({ address })));
const bytewise = (answer: readonly Uint8Array[]) =>
	answer.flatMap((piece) => [...piece].map((one) => Uint8Array.of(one)));

describe('a list of servers at a URL', () => {
	it.each([
		['at the end of the link', ok, true],
		['by its length', `${ok.slice(0, -2)}Content-Length: LENGTH\r\n\r\n`, false],
	])('brings the client to a server: whole and byte by byte, %s', (_how, head, hangsUp) => {
		for (const cut of [(answer: readonly Uint8Array[]) => answer, bytewise]) {
			const net = makeNet();
			const server = makeServer(net);
			const body = list(SERVER, { host: '203.0.113.5', port: 4661 }, { host: '203.0.113.6', port: 80 });
			const there = web(net, head.replace('LENGTH', String(body.length)), body);
			there.answer = cut(there.answer);
			there.hangsUp = hangsUp;
			const client = mule(net, '198.51.100.2', { servers: [], lists: [url] });
			net.run(net.now + 3000);
			expect(there.asked).toEqual([
				`GET /lists/server.met?new=1 HTTP/1.0\r\nHost: ${HOST}:8080\r\nConnection: close\r\n\r\n`,
			]);
			expect(server.network.figures().users).toBe(1);
			expect(client.edonkey.status().known).toBe(2);
			net.run(net.now + 60 * MINUTE);
			expect(there.asked).toHaveLength(1);
		}
	});

	it.each([
		['is not there', 'HTTP/1.1 404 Not Found\r\n\r\n', new Uint8Array(0)],
		['is no list', ok, Buffer.from('<html>')],
		['is cut off', ok, list(SERVER).subarray(0, 8)],
		['never ends', ok, new Uint8Array(300_000)],
		['has no end of its head', 'x'.repeat(9000), new Uint8Array(0)],
	])(
		'that %s adds nobody, is told of, and is asked for again after a quarter of an hour',
		(_what, head, body) => {
			const net = makeNet();
			const there = web(net, head, body);
			const client = mule(net, '198.51.100.2', { servers: [], lists: [url] });
			net.run(net.now + 10_000);
			expect(client.codes()).toContain('edonkey.join.list');
			expect(client.edonkey.status().known).toBe(0);
			net.run(net.now + 10 * MINUTE);
			expect(there.asked).toHaveLength(1);
			there.answer = [Uint8Array.from([...Buffer.from(ok), ...list(SERVER)])];
			net.run(net.now + 6 * MINUTE);
			expect(there.asked).toHaveLength(2);
			expect(client.edonkey.status().known).toBe(1);
		},
	);

	it('whose host says nothing is given up after half a minute', () => {
		const net = makeNet();
		const there = web(net, '');
		there.answer = [];
		there.hangsUp = false;
		const client = mule(net, '198.51.100.2', { servers: [], lists: [url, 'ftp://198.51.100.80/server.met'] });
		net.run(net.now + 29_000);
		expect(client.codes()).toEqual([]);
		net.run(net.now + 3000);
		expect(client.codes()).toEqual(['edonkey.join.list']);
	});
});
