import { describe, expect, test } from 'vitest';
import { type NetSettings, VirtualNet } from '../../src/world/virtual.ts';
import type { HostOptions } from '../../src/world/virtual-world.ts';
import { bytesOf, Scripted, text } from '../contract/scripted.ts';

function netOf(settings: Partial<NetSettings> = {}) {
	const net = new VirtualNet({ seed: 1, latency: 20, ...settings });
	const host = (name: string, options?: HostOptions) =>
		net.world(name, (world) => new Scripted(world), options);
	return { net, host };
}

const AT_B = { host: '10.0.0.2', port: 6346 };

/** Twenty hosts that dial, echo, gossip by datagram and tick; what each of them saw, as text. */
function gossip(seed: number): string {
	const { net, host } = netOf({ seed, jitter: 30, loss: 0.2, bandwidth: 100_000 });
	const names = Array.from({ length: 20 }, (_, index) => `10.0.0.${index}`);
	for (const name of names) {
		const { network, ...rest } = host(name);
		const world = net.worlds.get(name)!;
		const anyone = () => ({ host: names[world.random(1)[0] % names.length], port: 6346 });
		network.on = {
			opened: (link) => void world.send(link, world.random(1 + (world.random(1)[0] % 200))),
			received: (link, bytes) => {
				if (bytes[0] % 4 === 0) world.hangup(link, 'enough');
				else world.send(link, world.random(20));
			},
			datagram: () => world.wake(world.now() + 50),
			tick: () => {
				world.datagram(anyone(), world.random(8));
				world.dial(anyone(), 'gossip');
				world.wake(world.now() + 100);
			},
		};
		world.wake(net.now);
		expect(rest).toBeDefined();
	}
	net.later(500, () => net.kill('10.0.0.7'));
	net.run(net.now + 1000);
	const lines = names.flatMap((name) =>
		(net.worlds.get(name)!.network as Scripted).events.map(
			({ what, at, link, why, bytes }) => `${name} ${at} ${what} ${link} ${why} ${bytes?.join()}`,
		),
	);
	expect(lines.length).toBeGreaterThan(1000);
	return lines.join('\n');
}

describe('a seed decides everything', () => {
	test('equal seed, equal events in equal order', () => {
		expect(gossip(7)).toBe(gossip(7));
	});

	test('another seed, another run', () => {
		expect(gossip(7)).not.toBe(gossip(8));
	});

	test('each host has its own random numbers, and others do not change them', () => {
		const alone = netOf().host('10.0.0.1').random(16);
		const { host } = netOf();
		const other = host('10.0.0.2').random(16);
		expect(host('10.0.0.1').random(16)).toEqual(alone);
		expect(other).not.toEqual(alone);
	});
});

describe('time', () => {
	test('a link opens after one way for the dialled and a round trip for the dialler', () => {
		const { net, host } = netOf({ latency: 35 });
		const [a, b] = [host('10.0.0.1'), host('10.0.0.2')];
		const start = net.now;
		a.dial(AT_B, 'a test');
		net.run(start + 1000);
		expect(b.network.events.map(({ what, at }) => [what, at - start])).toEqual([['opened', 35]]);
		expect(a.network.events.map(({ what, at }) => [what, at - start])).toEqual([['opened', 70]]);
	});

	test('run ends at its time though nothing is due, and leaves later events alone', () => {
		const { net, host } = netOf();
		const a = host('10.0.0.1');
		const start = net.now;
		a.wake(start + 500);
		net.run(start + 499);
		expect(net.now).toBe(start + 499);
		expect(a.network.events).toEqual([]);
		net.run(start + 500);
		expect(a.network.of('tick').length).toBe(1);
	});

	test('runUntil stops at the first event that fulfils, or at its limit', () => {
		const { net, host } = netOf();
		const a = host('10.0.0.1');
		const start = net.now;
		for (const delay of [10, 20, 30]) a.wake(start + delay);
		expect(net.runUntil(() => a.network.of('tick').length === 2, 1000)).toBe(true);
		expect(net.now).toBe(start + 20);
		expect(net.runUntil(() => false, 100)).toBe(false);
		expect(net.now).toBe(start + 120);
	});

	test('bytes take their time on a narrow link, and keep their order', () => {
		const { net, host } = netOf({ latency: 10, bandwidth: 1000 });
		const [a, b] = [host('10.0.0.1'), host('10.0.0.2')];
		const link = a.dial(AT_B, 'a test');
		net.runUntil(() => a.network.of('opened').length > 0, 1000);
		const start = net.now;
		a.send(link, new Uint8Array(500));
		a.send(link, new Uint8Array(100));
		expect(a.queued(link)).toBe(600);
		net.run(start + 5000);
		expect(b.network.of('received').map(({ bytes, at }) => [bytes!.length, at - start])).toEqual([
			[500, 510],
			[100, 610],
		]);
		expect(a.queued(link)).toBe(0);
		expect([a.traffic(link), b.traffic(b.network.accepted()[0])]).toEqual([
			{ in: 0, out: 600 },
			{ in: 600, out: 0 },
		]);
	});
});

describe('datagrams', () => {
	function arrived(loss: number): number {
		const { net, host } = netOf({ loss });
		const [a, b] = [host('10.0.0.1'), host('10.0.0.2')];
		for (let count = 0; count < 1000; count++) a.datagram(AT_B, bytesOf('ping'));
		net.run(net.now + 1000);
		return b.network.of('datagram').length;
	}

	test('are lost at the rate that was set, and links lose nothing', () => {
		expect(arrived(0)).toBe(1000);
		expect(arrived(1)).toBe(0);
		expect(arrived(0.3)).toBeGreaterThan(640);
		expect(arrived(0.3)).toBeLessThan(760);
	});

	test('to a port where nobody listens, or to nobody, are lost', () => {
		const { net, host } = netOf();
		const [a, b] = [host('10.0.0.1'), host('10.0.0.2')];
		a.datagram({ host: '10.0.0.2', port: 1 }, bytesOf('ping'));
		a.datagram({ host: '10.0.0.99', port: 6346 }, bytesOf('ping'));
		net.run(net.now + 1000);
		expect(b.network.events).toEqual([]);
	});

	test('reach a firewalled host only from where it has sent one to', () => {
		const { net, host } = netOf();
		const a = host('10.0.0.1', { firewalled: true });
		const b = host('10.0.0.2');
		b.datagram({ host: '10.0.0.1', port: 6346 }, bytesOf('knock'));
		net.run(net.now + 1000);
		expect(a.network.events).toEqual([]);
		b.network.on.datagram = (from) => b.datagram(from, bytesOf('answer'));
		a.datagram(AT_B, bytesOf('question'));
		net.run(net.now + 1000);
		expect(text(a.network.of('datagram')[0].bytes!)).toBe('answer');
	});
});

describe('dials that fail', () => {
	test.each([
		['a firewalled host', { host: '10.0.0.3', port: 6346 }, 'timed out', 10_000],
		['nobody', { host: '10.0.0.99', port: 6346 }, 'timed out', 10_000],
		['another port', { host: '10.0.0.2', port: 7 }, 'connection refused', 40],
		['a killed host', { host: '10.0.0.4', port: 6346 }, 'connection refused', 40],
		['a silenced host', { host: '10.0.0.5', port: 6346 }, 'timed out', 10_000],
		['a name that nobody has', { host: 'example.org', port: 6346 }, 'name not found', 40],
	])('to %s', (_name, to, why, after) => {
		const { net, host } = netOf();
		const a = host('10.0.0.1');
		host('10.0.0.2');
		host('10.0.0.3', { firewalled: true });
		host('10.0.0.4');
		host('10.0.0.5');
		net.kill('10.0.0.4');
		net.kill('10.0.0.5', 'silent');
		const start = net.now;
		a.dial(to, 'a test');
		net.run(start + 60_000);
		expect(a.network.events).toMatchObject([{ what: 'closed', why, at: start + after }]);
	});

	test('because the caller hung up while the answer was on its way are closed once, on both sides', () => {
		const { net, host } = netOf();
		const [a, b] = [host('10.0.0.1'), host('10.0.0.2')];
		const link = a.dial(AT_B, 'a test');
		net.later(30, () => a.hangup(link, 'too late'));
		net.run(net.now + 1000);
		expect(a.network.events).toMatchObject([{ what: 'closed', why: 'too late' }]);
		expect(b.network.events.map(({ what }) => what)).toEqual(['opened', 'closed']);
	});

	test('a firewalled host itself can dial', () => {
		const { net, host } = netOf();
		const a = host('10.0.0.1', { firewalled: true });
		host('10.0.0.2');
		a.dial(AT_B, 'a test');
		net.run(net.now + 1000);
		expect(a.network.events).toMatchObject([{ what: 'opened' }]);
	});
});

describe('a killed host', () => {
	function linked() {
		const { net, host } = netOf();
		const [a, b] = [host('10.0.0.1'), host('10.0.0.2')];
		const link = a.dial(AT_B, 'a test');
		net.run(net.now + 1000);
		return { net, host, a, b, link };
	}

	test('resets its links after a latency, and hears nothing any more', () => {
		const { net, a, b, link } = linked();
		b.wake(net.now + 500);
		a.send(link, bytesOf('on its way'));
		const start = net.now;
		net.kill('10.0.0.2');
		net.run(start + 1000);
		expect(a.network.of('closed')).toMatchObject([{ link, why: 'connection reset', at: start + 20 }]);
		expect(b.network.events.map(({ what }) => what)).toEqual(['opened']);
		expect([a.links, b.links]).toEqual([0, 0]);
	});

	test('that falls silent leaves its links open, and what is sent goes nowhere', () => {
		const { net, a, link } = linked();
		net.kill('10.0.0.2', 'silent');
		for (let count = 0; count < 100 && a.send(link, new Uint8Array(10_000)); count++) net.run(net.now + 100);
		expect(a.network.of('closed')).toEqual([]);
		expect(a.send(link, bytesOf('?'))).toBe(false);
		a.hangup(link, 'no answer');
		net.run(net.now + 1000);
		expect(a.network.of('closed')).toMatchObject([{ why: 'no answer' }]);
	});

	test('may be started again at the same address, and can not be killed twice', () => {
		const { net, host, a } = linked();
		expect(() => host('10.0.0.2')).toThrow('already');
		net.kill('10.0.0.2');
		expect(() => net.kill('10.0.0.2')).toThrow('no living host');
		const again = host('10.0.0.2');
		a.dial(AT_B, 'a test');
		net.run(net.now + 1000);
		expect(again.network.of('opened').length).toBe(1);
	});

	test('does nothing more itself', () => {
		const { net, a, b } = linked();
		net.kill('10.0.0.2');
		b.dial({ host: '10.0.0.1', port: 6346 }, 'a ghost');
		b.datagram({ host: '10.0.0.1', port: 6346 }, bytesOf('boo'));
		net.run(net.now + 1000);
		expect(a.network.events.map(({ what }) => what)).toEqual(['opened', 'closed']);
	});
});

test('a fault of our own ends the run, unless it is to be handled as in the node', () => {
	for (const onFault of ['throw', 'close'] as const) {
		const { net, host } = netOf({ onFault });
		const a = host('10.0.0.1');
		a.network.on.tick = () => {
			throw new Error('a broken invariant');
		};
		a.wake(net.now + 10);
		if (onFault === 'throw') expect(() => net.run(net.now + 100)).toThrow('a broken invariant');
		else net.run(net.now + 100);
		expect(a.notices.length).toBe(onFault === 'throw' ? 0 : 1);
	}
});
