/** Obfuscated sessions of a client: when it has one, and when it does without. */
import { describe, expect, it } from 'vitest';
import { maySealed } from '../../../src/networks/edonkey/wire/sealing.ts';
import { mule } from './net.ts';
import { makeNet, makeServer, SERVER } from './server/net.ts';
import { isHidden, wireOf } from './wire-of.ts';

const CLIENT = '203.0.113.10';

describe('a session with a server', () => {
	it('is plain at first where nothing is known of it, and obfuscated from then on', () => {
		const net = makeNet();
		const server = makeServer(net);
		const there = wireOf(server.network);
		const one = mule(net, CLIENT);
		net.run(net.now + 5000);
		expect(isHidden(there)).toBe(false);
		there.clear();
		one.world.hangup(one.edonkey.peers()[0]!.link, 'again');
		net.run(net.now + 120_000);
		expect(one.edonkey.status()).toMatchObject({ servers: 1, reachable: 'yes' });
		expect(isHidden(there)).toBe(true);
		expect(server.network.figures().sealed).toBeGreaterThan(0);
	});

	it('is obfuscated from the first where a list of servers says that it can be', () => {
		const net = makeNet();
		const server = makeServer(net);
		const there = wireOf(server.network);
		const one = mule(net, CLIENT, { servers: [{ ...SERVER, obfuscatedPort: SERVER.port }] });
		net.run(net.now + 5000);
		expect(one.edonkey.status()).toMatchObject({ servers: 1, reachable: 'yes' });
		expect(isHidden(there)).toBe(true);
	});

	it('waits where it is required until the server has said by UDP that it can', () => {
		const net = makeNet();
		const server = makeServer(net);
		const there = wireOf(server.network);
		const one = mule(net, CLIENT, { obfuscation: 'required' });
		expect(one.edonkey.status().why).toContain('obfuscation is required');
		net.run(net.now + 10_000);
		expect(one.edonkey.status()).toMatchObject({ servers: 1, reachable: 'yes' });
		expect(isHidden(there)).toBe(true);
	});

	it('is plain the next time where the server does not keep its word', () => {
		const net = makeNet();
		const server = makeServer(net);
		// A server of old, which hears an obfuscated link as nonsense.
		const there = wireOf(server.network);
		const received = server.network.received;
		server.network.received = (link, bytes) =>
			maySealed(bytes[0]!) && !there.has(link) ? server.hangup(link, 'nonsense') : received(link, bytes);
		const one = mule(net, CLIENT, { servers: [{ ...SERVER, obfuscatedPort: SERVER.port }] });
		net.run(net.now + 60_000);
		expect(one.codes()).toContain('edonkey.join.failed');
		expect(one.edonkey.status()).toMatchObject({ servers: 1 });
		expect(isHidden(there)).toBe(false);
	});

	it('never goes to a port below 1024, whatever is said', () => {
		const net = makeNet();
		makeServer(net);
		const one = mule(net, CLIENT, { servers: [{ ...SERVER, obfuscatedPort: 25 }] });
		net.run(net.now + 5000);
		expect(one.edonkey.status()).toMatchObject({ servers: 1 });
	});
});
