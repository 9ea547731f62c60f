/** The API of the Server page: what its operator sees, and whom he bans. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ServerView } from '../../src/node/api/server-schemas.ts';
import { errorOf, MemoryBackend, startMemoryApi } from './memory-backend.ts';
import { Operated } from './operated.ts';

let on: Operated;
let api: Awaited<ReturnType<typeof startMemoryApi>>;

beforeEach(async () => {
	on = new Operated();
	const { status } = new MemoryBackend();
	api = await startMemoryApi({ status }, { operating: on.desk });
});
afterEach(() => api.close());

async function view(): Promise<ServerView> {
	return (await (await api.get('/api/v1/server')).json()) as ServerView;
}

const ban = (body: object) => api.send('POST', '/api/v1/server/bans', body);

describe('what an operator sees', () => {
	it('is who is here, with a HighID or a LowID, and what they offer, those first that offer most', async () => {
		on.client('198.51.100.2', 3);
		on.client('198.51.100.3', 5, false);
		const { figures, clients, link, address } = await view();
		expect(figures).toMatchObject({ users: 2, lowIds: 1, checking: 0, files: 8, logins: 2, offered: 8 });
		expect(clients).toMatchObject([
			{ host: '198.51.100.3', id: 'low', files: 5 },
			{ host: '198.51.100.2', port: 4662, id: 'high', files: 3 },
		]);
		expect([address, link]).toEqual(['203.0.113.1:4661', 'ed2k://|server|203.0.113.1|4661|/']);
	});

	it('is what the amplification defence holds back, in datagrams, in bytes and in words', async () => {
		on.client('198.51.100.2', 0);
		on.forged('198.51.100.2', 10);
		expect((await view()).figures).toMatchObject({ datagrams: 10, datagramBytesUnproven: 0 });
		on.forged('192.0.2.9', 500);
		const { figures, refused } = await view();
		expect(figures['datagramsHeld']).toBeGreaterThan(400);
		expect(figures['datagramBytesIn']).toBe(510 * 6);
		expect(figures['datagramBytesUnproven']).toBeLessThan(4096);
		expect(figures['datagramBytesOut']).toBe(10 * 42 + figures['datagramBytesUnproven']!);
		const held = refused.find(({ code }) => code === 'defence.datagram.unproven')!;
		expect(held.count).toBe(figures['datagramsHeld']);
		expect(held.sentence).toMatch(/\.$/);
	});

	it('is rates, from what was seen some seconds before', async () => {
		expect((await view()).rates).toEqual({});
		on.world.advance(on.world.time + 2000);
		on.client('198.51.100.2', 8);
		expect((await view()).rates).toMatchObject({ logins: 0.5, offered: 4 });
		on.world.advance(on.world.time + 60_000);
		expect((await view()).rates).toEqual({});
	});

	it('is not there for a console of something else, and not without the key', async () => {
		const { status } = new MemoryBackend();
		const other = await startMemoryApi({ status });
		expect((await other.get('/api/v1/server')).status).toBe(404);
		// Figures of a node that there is not would all be 0.
		expect((await other.get('/metrics')).status).toBe(404);
		await other.close();
		expect((await fetch(`${api.url}/api/v1/server`)).status).toBe(401);
	});
});

describe('a ban by the operator', () => {
	it('ends the sessions of the address, lets none in and answers no datagram, until it is lifted', async () => {
		const link = on.client('198.51.100.2', 3);
		on.client('198.51.100.3', 1);
		expect((await ban({ host: '198.51.100.2', seconds: 3600 })).status).toBe(201);
		expect(on.world.hangups).toContainEqual({ link, why: 'banned by the operator' });
		const again = on.world.accept({ host: '198.51.100.2', port: 6000 });
		expect(on.world.hangups.at(-1)).toMatchObject({ link: again });
		on.forged('198.51.100.2', 1);
		expect(on.world.datagrams).toEqual([]);
		const { figures, bans, refused } = await view();
		expect(figures).toMatchObject({ users: 1, files: 1, bans: 1 });
		expect(bans).toEqual([{ host: '198.51.100.2', until: on.world.time + 3_600_000 }]);
		expect(refused).toContainEqual(expect.objectContaining({ code: 'edonkey.server.banned', count: 2 }));
		expect(on.changes).toBe(1);
		expect((await api.send('DELETE', '/api/v1/server/bans/198.51.100.2')).status).toBe(204);
		on.client('198.51.100.2', 3);
		expect((await view()).figures).toMatchObject({ users: 2, bans: 0 });
		expect(on.changes).toBe(2);
	});

	it('ends by itself after its time, and never where it is for good', async () => {
		await ban({ host: '198.51.100.2', seconds: 60 });
		await ban({ host: '2001:DB8:0::7' });
		expect((await view()).bans).toContainEqual({ host: '2001:db8::7', until: null });
		on.world.advance(on.world.time + 3_600_000);
		expect((await view()).bans).toEqual([{ host: '2001:db8::7', until: null }]);
		expect(on.server.memory().bans).toHaveLength(1);
	});

	it('of no address, for no time or of nobody is refused', async () => {
		expect(await errorOf(await ban({ host: 'example.org' }))).toMatchObject({ code: 'host' });
		expect((await ban({ host: '198.51.100.2', seconds: 5 })).status).toBe(400);
		expect((await api.send('DELETE', '/api/v1/server/bans/198.51.100.9')).status).toBe(404);
		expect(on.changes).toBe(0);
	});

	it('is not pushed out by the bans that the server makes', async () => {
		on = new Operated(undefined, { bans: 3, strikes: 1 });
		on.desk.ban('192.0.2.200', undefined);
		for (let i = 1; i <= 5; i++) {
			const link = on.client(`192.0.2.${i}`, 0, false);
			for (let message = 0; message < 2; message++)
				on.world.feed(link, Uint8Array.of(0xe3, 2, 0, 0, 0, 0x16, 9));
		}
		expect(on.server.operator.bans()).toHaveLength(3);
		expect(on.server.operator.bans().map(([host]) => host)).toContain('192.0.2.200');
	});
});
