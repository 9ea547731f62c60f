/** A server that is killed and started again with what it had written down: what is lost, and what comes back by itself. */
import { describe, expect, it } from 'vitest';
import { keyOf } from '../../../../src/networks/edonkey/server/datagrams.ts';
import { readMemory, writeMemory } from '../../../../src/networks/edonkey/server/memory.ts';
import { isLowId } from '../../../../src/networks/edonkey/wire/endpoint.ts';
import { join } from '../joined.ts';
import { loggedIn, makeClient, makeNet, makeServer, SERVER } from './net.ts';

const MINUTE = 60_000;

describe('a server that starts again', () => {
	it('has lost nothing that its clients do not publish again: identity, keys, LowIDs and bans are as before', () => {
		const net = makeNet();
		const server = makeServer(net);
		const clients = [
			join(net, '198.51.100.2', 2, [SERVER]),
			join(net, '198.51.100.3', 3, [SERVER]),
			join(net, '198.51.100.4', 4, [SERVER], true),
		];
		for (const [n, client] of clients.entries())
			client.share(...Array.from({ length: 20 }, (_, i) => `talk ${n} ${i}.pdf`));
		net.run(net.now + 2 * MINUTE);
		server.network.operator.ban('192.0.2.66', undefined);
		server.network.operator.ban('192.0.2.67', net.now + MINUTE);
		const before = server.network.figures();
		expect(before).toMatchObject({ users: 3, lowIds: 1, files: 20, sources: 60 });
		const low = clients[2]!.connect.id;
		expect(isLowId(low)).toBe(true);
		const written = writeMemory(server.network.memory());

		net.kill(SERVER.host);
		net.run(net.now + 2 * MINUTE);
		const memory = readMemory(written)!;
		const again = makeServer(net, { memory });
		expect(again.network.figures()).toMatchObject({ users: 0, files: 0, bans: 2 });
		net.run(net.now + 10 * MINUTE);

		// Clients: all of them are back, and so is every file, with every source of it.
		const { users, lowIds, files, sources, words } = again.network.figures();
		expect({ users, lowIds, files, sources, words }).toEqual({
			...{ users: before.users, lowIds: before.lowIds, files: before.files },
			...{ sources: before.sources, words: before.words },
		});
		const seeker = loggedIn(net, '198.51.100.9', 9);
		seeker.search('talk');
		net.run(net.now + 500);
		expect(seeker.results().records).toHaveLength(20);
		// A LowID that was given before means nobody now, and never somebody else.
		expect(isLowId(clients[2]!.connect.id)).toBe(true);
		expect(clients[2]!.connect.id).not.toBe(low);
		// What no client would tell it.
		expect(again.network.memory().hash).toEqual(server.network.memory().hash);
		expect(keyOf(again.network.memory().secret, '192.0.2.1')).toBe(
			keyOf(server.network.memory().secret, '192.0.2.1'),
		);
		const banned = makeClient(net, '192.0.2.66', 66);
		banned.login();
		const released = loggedIn(net, '192.0.2.67', 67);
		net.run(net.now + 500);
		expect([banned.id(), released.id() !== undefined]).toEqual([undefined, true]);
	});

	it('begins anew where what was written is damaged, and lets everybody in', () => {
		const net = makeNet();
		const server = makeServer(net);
		const written = writeMemory(server.network.memory());
		for (let cut = 0; cut < written.length - 1; cut += 7)
			expect(readMemory(written.slice(0, cut))).toBeUndefined();
		expect(readMemory(written)).toBeDefined();
	});
});
