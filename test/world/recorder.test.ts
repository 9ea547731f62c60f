import { describe, expect, test } from 'vitest';
import { Recorder } from '../../src/world/recorder.ts';
import { ReentryGuard } from '../../src/world/reentry.ts';
import { bytesOf, Scripted, text } from '../contract/scripted.ts';

const PEER = { host: '192.0.2.1', port: 4711 };

function recorded() {
	const world = new Recorder();
	return { world, network: world.attach(new Scripted(world)) };
}

describe('the recorder', () => {
	test('writes down what a network does', () => {
		const { world } = recorded();
		const link = world.dial(PEER, 'a test');
		world.send(link, bytesOf('one '));
		world.send(link, bytesOf('two'));
		world.datagram(PEER, bytesOf('ping'));
		world.wake(5);
		world.notice({ at: 1, code: 'a.b.c', subject: 'x' });
		world.pause(link, true);
		expect(world.dials).toEqual([{ link, to: PEER, purpose: 'a test' }]);
		expect(text(world.sentOn(link))).toBe('one two');
		expect(text(world.takeSent(link))).toBe('one two');
		expect(world.sent).toEqual([]);
		expect([world.datagrams.length, world.wakes, world.notices.length, world.pauses.length]).toEqual([
			1,
			[5],
			1,
			1,
		]);
	});

	test('queues closed after hangup until flush, once, and ignores what is sent after', () => {
		const { world, network } = recorded();
		const link = world.accept(PEER);
		world.hangup(link, 'bye');
		world.hangup(link, 'bye again');
		world.send(link, bytesOf('too late'));
		expect(network.of('closed')).toEqual([]);
		world.flush();
		world.close(link, 'closed by peer');
		world.flush();
		expect(network.of('closed')).toMatchObject([{ why: 'bye' }]);
		expect(world.sent).toEqual([]);
	});

	test('delivers what is queued before what the test does next', () => {
		const { world, network } = recorded();
		const [one, two] = [world.accept(PEER), world.accept(PEER)];
		world.hangup(one, 'bye');
		world.feed(two, bytesOf('hello'));
		expect(network.events.map(({ what }) => what)).toEqual(['opened', 'opened', 'closed', 'received']);
	});

	test('ticks at each time that was asked for as time advances', () => {
		const { world, network } = recorded();
		const start = world.time;
		network.on.tick = () => world.wake(world.now() + 100);
		world.wake(start + 50);
		world.advance(start + 260);
		expect(network.of('tick').map(({ at }) => at - start)).toEqual([50, 150, 250]);
		expect(world.now()).toBe(start + 260);
	});

	test('refuses to be played from within an event', () => {
		const { world, network } = recorded();
		network.on.opened = (link) => world.feed(link, bytesOf('?'));
		expect(() => world.accept(PEER)).toThrow('within an event');
	});
});

describe('the guard of rule 1', () => {
	test('finds a world that calls back during a call, and one that interrupts an event', () => {
		const world = new Recorder();
		const rude = Object.assign(Object.create(world) as Recorder, {
			send: (link: number) => {
				watched.drained(link);
				return true;
			},
			now: () => 0,
			hangup: () => {},
		});
		const guard = new ReentryGuard(rude);
		const network = new Scripted(guard.world);
		const watched = guard.watch(network);
		expect(() => guard.world.send(1, bytesOf('?'))).toThrow('drained was called during send');
		network.on.opened = () => watched.closed(1, 'interrupted');
		expect(() => watched.opened(1, PEER, true)).toThrow('closed was called during opened');
		expect(guard.breaches).toEqual(['drained during send', 'closed during opened']);
	});

	test('lets calls during events pass, and later events', () => {
		const world = new Recorder();
		const guard = new ReentryGuard(world);
		const network = new Scripted(guard.world);
		world.attach(guard.watch(network));
		network.on.opened = (link) => guard.world.hangup(link, 'bye');
		world.accept(PEER);
		world.flush();
		expect(network.of('closed').length).toBe(1);
		expect(guard.breaches).toEqual([]);
	});
});
