import { describe, expect, it } from 'vitest';
import { SeedPoisoning } from '../../src/defence/seed-poisoning.ts';
import { Seed } from '../../src/networks/gnutella/seed.ts';
import { encodeGreeting } from '../../src/networks/gnutella/wire/handshake.ts';
import { encodeMessage, MessageType } from '../../src/networks/gnutella/wire/message.ts';
import { encodePong } from '../../src/networks/gnutella/wire/pong.ts';
import { utf8 } from '../../src/networks/gnutella/wire/text.ts';
import { makeNet, servent } from '../networks/gnutella/net.ts';
import { attacker, guid, linkAs } from './attacker.ts';

/** One neighbour tells a victim's address in pongs, again and again; is the victim dialled? */
function told(defencesOff: string[], leaves = false): number {
	const net = makeNet();
	const one = servent(net, '10.1.0.1', { role: 'ultrapeer', defencesOff });
	const victim = attacker(net, '203.9.113.7');
	const evil = attacker(net, '10.66.0.1');
	const link = linkAs(net, evil, one.ip, true);
	for (let i = 0; i < 50; i++) {
		const pong = encodePong({ address: { host: '203.9.113.7', port: 6346 }, files: 9, kilobytes: 8 });
		evil.world.send(link, encodeMessage(MessageType.Pong, guid(i), 3, 1, pong));
	}
	if (leaves) net.kill('10.66.0.1');
	net.run(net.now + (leaves ? 3_600_000 : 30_000));
	return victim.accepted.length;
}

describe('a host cache is poisoned', () => {
	it('by one neighbour: without the defence the victim is dialled', () => {
		expect(told(['seed-poisoning'])).toBeGreaterThan(0);
	});

	it('with the defence one teller is not believed', () => {
		expect(told([])).toBe(0);
	});

	it('by one that leaves at once: who is alone then tries a few times what else nobody says, and forgets it', () => {
		expect(told([], true)).toBe(4);
	});

	it('by a botnet of one /16: its members count as one teller', () => {
		const defence = new SeedPoisoning(true);
		const victim = { host: '203.9.113.7', port: 80 };
		for (let i = 1; i < 200; i++) defence.told(1, victim, `10.66.0.${i}`, 'pong');
		expect(defence.believed(victim)).toBe(false);
		defence.told(1, victim, '10.67.0.1', 'pong');
		expect(defence.believed(victim)).toBe(true);
	});

	it('with a thousand addresses at once: one teller has a budget, one address and one network have bounds', () => {
		const defence = new SeedPoisoning(true);
		const codes = new Map<string | undefined, number>();
		const count = (code: string | undefined): void => void codes.set(code, (codes.get(code) ?? 0) + 1);
		for (let i = 0; i < 1000; i++)
			count(defence.told(1, { host: `20.${i >> 8}.${i & 255}.1`, port: 1 }, '10.66.0.1', 'cache'));
		expect(codes.get(undefined)).toBe(defence.limits.toldPerMinute);
		expect(codes.has('defence.seed.teller')).toBe(true);
		for (let port = 1; port < 20; port++)
			count(defence.told(1, { host: '30.1.1.1', port }, '10.77.0.1', 'cache'));
		expect(codes.has('defence.seed.host')).toBe(true);
		for (let i = 1; i < 40; i++)
			count(defence.told(1, { host: `31.1.1.${i}`, port: 1 }, '10.78.0.1', 'cache'));
		expect(codes.has('defence.seed.network')).toBe(true);
	});
});

/** A seed, asked over HTTP by `from`: its answer. */
function seeded(defencesOff: string[] = []) {
	const net = makeNet();
	const world = net.world('10.9.0.1', (inside) => {
		const seed = new Seed(inside, {
			agent: 'Seed/test',
			announce: { host: '10.9.0.1', port: 6346 },
			usable: () => true,
			urls: [],
			defencesOff,
		});
		return seed;
	});
	const ask = (from: string, query: string): string => {
		const who =
			net.worlds.get(from)?.network instanceof Object
				? (net.worlds.get(from) as never as { network: ReturnType<typeof attacker> }).network
				: attacker(net, from);
		who.texts.length = 0;
		who.greeting = (link) => who.world.send(link, utf8(`GET /?${query} HTTP/1.0\r\n\r\n`));
		who.world.dial({ host: '10.9.0.1', port: 6346 }, 'ask');
		net.run(net.now + 2000);
		return who.texts.join('');
	};
	return { net, world, seed: world.network as Seed, ask };
}

describe('a seed is poisoned', () => {
	it('by a host that registers a victim: without the defence the seed dials it, with it nothing happens', () => {
		for (const [off, dials] of [
			[['seed-poisoning'], 1],
			[[], 0],
		] as const) {
			const { net, world, ask } = seeded([...off]);
			const victim = attacker(net, '203.9.113.7');
			ask('10.66.0.1', 'update=1&net=gnutella&ip=203.9.113.7:6346');
			expect(victim.accepted.length).toBe(dials);
			// Even then it is not listed: it did not answer as a servent does.
			expect(ask('10.67.0.1', 'get=1&net=gnutella')).not.toContain('203.9.113.7');
			if (dials === 0) expect(world.notices.map((record) => record.code)).toContain('defence.seed.other');
		}
	});

	it('by a host that registers itself but is no servent: it is dialled once and not listed', () => {
		const { net, world, ask } = seeded();
		expect(ask('10.66.0.1', 'update=1&net=gnutella&ip=10.66.0.1:6346')).toContain('update|OK');
		net.run(net.now + 30_000);
		expect(ask('10.67.0.1', 'get=1&net=gnutella')).not.toContain('10.66.0.1');
		expect(world.notices.map((record) => record.code)).toContain('gnutella.seed.unverified');
	});

	it('an ultrapeer that registers itself is dialled, listed, and expires', () => {
		const { net, ask, seed } = seeded();
		servent(net, '10.1.0.1', {
			role: 'ultrapeer',
			seeds: ['http://10.9.0.1:6346/'],
			hostCaches: [{ host: '10.9.0.1', port: 6346 }],
		});
		expect(net.runUntil(() => seed.status().hosts === 1, 60_000)).toBe(true);
		expect(ask('10.67.0.1', 'get=1&net=gnutella')).toMatch(/H\|10\.1\.0\.1:6346\|\d+\n/);
		expect(ask('10.68.0.1', 'hostfile=1')).toContain('10.1.0.1:6346\n');
		net.kill('10.1.0.1');
		net.run(net.now + 61 * 60_000);
		expect(ask('10.69.0.1', 'get=1&net=gnutella')).not.toContain('10.1.0.1');
	});

	it('a newcomer finds the network by the seed alone, by web cache or by datagram', () => {
		for (const how of [
			{ seeds: ['http://10.9.0.1:6346/'] },
			{ hostCaches: [{ host: '10.9.0.1', port: 6346 }] },
		]) {
			const { net, seed } = seeded();
			servent(net, '10.1.0.1', { role: 'ultrapeer', hostCaches: [{ host: '10.9.0.1', port: 6346 }] });
			expect(net.runUntil(() => seed.status().hosts === 1, 60_000)).toBe(true);
			const newcomer = servent(net, '10.2.0.1', { role: 'leaf', ...how });
			expect(net.runUntil(() => newcomer.gnutella.status().ultrapeers === 1, 60_000)).toBe(true);
		}
	});

	it('answers at most 20 hosts at random', () => {
		const { net, ask } = seeded();
		for (let i = 1; i <= 40; i++) {
			const who = attacker(net, `10.${100 + i}.0.1`);
			who.received = (link, bytes) => {
				if (Buffer.from(bytes).toString('latin1').startsWith('GNUTELLA CONNECT')) {
					who.world.send(link, encodeGreeting({ kind: 'status', code: 503, text: 'Full' }));
				}
			};
			who.greeting = (link) =>
				who.world.send(link, utf8(`GET /?update=1&net=gnutella&ip=10.${100 + i}.0.1:6346 HTTP/1.0\r\n\r\n`));
			who.world.dial({ host: '10.9.0.1', port: 6346 }, 'register');
			net.run(net.now + 1000);
		}
		const draws = [ask('10.67.0.1', 'get=1&net=gnutella'), ask('10.67.0.1', 'get=1&net=gnutella')].map(
			(text) => text.match(/^H\|[^|]+/gm) ?? [],
		);
		expect(draws[0]).toHaveLength(20);
		expect(draws[1]).toHaveLength(20);
		expect(draws[0]!.join()).not.toBe(draws[1]!.join());
	});
});
