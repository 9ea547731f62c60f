/**
 * Floods that the tests of a server's services do not have: of checks, of call-backs by one who asks, of a network of
 * IPv6. Each is shown to hurt where the limit is off, or far away.
 */
import { describe, expect, it } from 'vitest';
import { ServerMessage } from '../../../../src/networks/edonkey/wire/messages.ts';
import { encodeCallbackRequest } from '../../../../src/networks/edonkey/wire/sources.ts';
import { Operated } from '../../../node/operated.ts';
import { loggedIn, makeClient, makeNet, makeServer } from './net.ts';

const codes = (notices: readonly { code: string }[]): string[] => notices.map(({ code }) => code);

describe('a flood', () => {
	it.each([
		['off', ['connection-flood'], 20],
		['on', [], 10],
	])('of new links from one host, with the defence %s', (_state, defencesOff, most) => {
		const net = makeNet();
		const server = makeServer(net, { defencesOff });
		const evil = makeClient(net, '198.51.100.2', 2);
		let open = 0;
		for (let i = 0; i < 20; i++) {
			evil.connect();
			net.run(net.now + 100);
			open += server.network.figures().users;
			evil.world.hangup(evil.link, 'again');
			net.run(net.now + 100);
		}
		expect(open).toBe(most);
	});

	it.each([
		['by one who asks', { callbacks: 5 }, 5],
		['where he may ask more', { callbacks: 1000 }, 40],
	])('of call-backs of many, %s', (_who, limits, called) => {
		const net = makeNet();
		const server = makeServer(net, { limits: { ...limits, strikes: 1000, sessionsFromNetwork: 1000 } });
		const lows = Array.from({ length: 4 }, (_, i) => loggedIn(net, `198.51.${i}.2`, 10 + i, true));
		const evil = loggedIn(net, '192.0.2.3', 3);
		for (let i = 0; i < 10; i++)
			for (const low of lows) evil.say(ServerMessage.CallbackRequest, encodeCallbackRequest(low.id()!));
		net.run(net.now + 500);
		const sum = lows.reduce((all, low) => all + low.bodies(ServerMessage.CallbackRequested).length, 0);
		expect(sum).toBe(called);
		expect(codes(server.notices).includes('edonkey.callback.often')).toBe(called === 5);
	});

	it('of sessions from one /48 of IPv6 is turned away, and its neighbour is served', () => {
		const on = new Operated(undefined, { sessionsFromNetwork: 4 });
		for (let i = 0; i < 10; i++) on.client(`2001:db8:7:${i}::1`, 0, false);
		expect(on.server.figures().users).toBe(4);
		expect(codes(on.world.notices)).toContain('edonkey.server.crowd');
		on.client('2001:db8:8::1', 0, false);
		expect(on.server.figures().users).toBe(5);
	});

	it('of logins that must be checked dials so many at once, and the others afterwards', () => {
		const on = new Operated(undefined, { checks: 3 });
		// They say that they can be dialled, and never answer.
		for (let i = 1; i <= 8; i++) on.login(`198.51.${i}.2`);
		expect(on.world.dials).toHaveLength(3);
		expect(on.server.figures()).toMatchObject({ users: 8, checking: 8 });
		on.world.advance(on.world.time + 7000);
		expect(on.world.dials).toHaveLength(6);
		on.world.advance(on.world.time + 7000);
		on.world.advance(on.world.time + 7000);
		expect(on.world.dials).toHaveLength(8);
		expect(on.server.figures()).toMatchObject({ users: 8, checking: 0, lowIds: 8 });
		// Each was dialled at the address that its link came from, once.
		expect(new Set(on.world.dials.map(({ to }) => to.host)).size).toBe(8);
	});

	it('of refused datagrams is told of once a minute, however many they are', () => {
		const on = new Operated();
		on.forged('192.0.2.9', 5000);
		on.world.advance(on.world.time + 61_000);
		const told = on.world.notices.filter(({ subject }) => subject === 'datagrams');
		expect(told.length).toBeLessThanOrEqual(2);
		expect(told.reduce((sum, { count = 1 }) => sum + count, 0)).toBeGreaterThan(4000);
	});
});
