import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Link } from '../../src/world/world.ts';
import { bytesOf, text } from './scripted.ts';
import { connect, type Side, STAGINGS, type Stage } from './stages.ts';

// Only a fault takes so long: each test waits for events, and the slowest takes tens of milliseconds.

describe.each(STAGINGS)('a world of $name', ({ open, catches }) => {
	let stage: Stage;
	let alice: Side;
	let bob: Side;

	beforeEach(async () => {
		stage = await open();
		({ alice, bob } = stage);
	});

	afterEach(async () => {
		await stage.close();
		expect(alice.guard.breaches).toEqual([]);
		expect(bob.guard.breaches).toEqual([]);
	});

	const connected = () => connect(stage);

	describe('rule 1: nothing is called back during a call', () => {
		test('no call has an outcome before it returns', async () => {
			const [link] = await connected();
			const quiet = (call: () => void) => {
				const before = alice.network.events.length + bob.network.events.length;
				call();
				expect(alice.network.events.length + bob.network.events.length).toBe(before);
			};
			quiet(() => alice.world.send(link, bytesOf('hello')));
			quiet(() => alice.world.dial(stage.nobody, 'a test'));
			quiet(() => alice.world.dial({ host: bob.address.host, port: 0 }, 'a test'));
			quiet(() => alice.world.datagram(bob.address, bytesOf('ping')));
			quiet(() => alice.world.wake(alice.world.now()));
			quiet(() => alice.world.pause(link, true));
			quiet(() => alice.world.pause(link, false));
			quiet(() => alice.world.hangup(link, 'enough'));
			quiet(() => alice.world.hangup(alice.world.dial(bob.address, 'a test'), 'never mind'));
			await stage.until(() => alice.network.of('closed').length >= 2);
		});

		test('events that act are not interrupted by what they cause', async () => {
			const act = (side: Side, other: Side) => (link: Link) => {
				if (side.network.events.length > 200) return side.world.hangup(link, 'enough');
				side.world.send(link, bytesOf('more'));
				side.world.datagram(other.address, bytesOf('ping'));
				side.world.wake(side.world.now());
				if (side.network.events.length % 10 === 0)
					side.world.hangup(side.world.dial(other.address, 'x'), 'y');
			};
			for (const [side, other] of [
				[alice, bob],
				[bob, alice],
			]) {
				side.network.on = { opened: act(side, other), received: act(side, other) };
			}
			const link = alice.world.dial(bob.address, 'a test');
			await stage.until(() => alice.network.of('closed', link).length > 0);
			expect(alice.network.events.length).toBeGreaterThan(100);
		});
	});

	test('rule 2: time never goes back', async () => {
		const [link, peer] = await connected();
		bob.network.on.received = (_, bytes) => void bob.world.send(peer, bytes);
		alice.network.on.received = () => alice.world.wake(alice.world.now() + 2);
		alice.network.on.tick = () => void alice.world.send(link, bytesOf('tick'));
		alice.world.send(link, bytesOf('start'));
		await stage.until(() => alice.network.of('tick').length > 10);
		const times = alice.network.events.map(({ at }) => at);
		expect(times).toEqual([...times].sort((left, right) => left - right));
		expect(times.at(-1)).toBeGreaterThan(times[0]);
	});

	test('each time asked for by wake is followed by a tick', async () => {
		const start = alice.world.now();
		for (const delay of [30, 10, 20, 10]) alice.world.wake(start + delay);
		await stage.until(() => alice.network.of('tick').some(({ at }) => at >= start + 30));
		const ticks = alice.network.of('tick').map(({ at }) => at - start);
		expect(ticks.length).toBeLessThanOrEqual(3);
		for (const delay of [10, 20, 30]) expect(ticks.some((at) => at >= delay)).toBe(true);
		expect(Math.min(...ticks)).toBeGreaterThanOrEqual(10);
	});

	describe('rule 3: after hangup', () => {
		test('what was sent before still arrives, what is sent after does not, and both hear one closed', async () => {
			const [link, peer] = await connected();
			alice.world.send(link, bytesOf('famous last words'));
			alice.world.hangup(link, 'good night');
			alice.world.send(link, bytesOf(' and more'));
			alice.world.hangup(link, 'again');
			await stage.until(
				() => alice.network.of('closed', link).length > 0 && bob.network.of('closed', peer).length > 0,
			);
			alice.world.send(link, bytesOf(' and more'));
			alice.world.hangup(link, 'and again');
			await stage.close();
			expect(text(bob.network.heard(peer))).toBe('famous last words');
			expect(alice.network.of('closed', link)).toMatchObject([{ why: 'good night' }]);
			expect(bob.network.of('closed', peer)).toMatchObject([{ why: 'closed by peer' }]);
		});

		test('nothing but closed comes, whatever the peer still sends', async () => {
			const [link, peer] = await connected();
			bob.world.send(peer, bytesOf('you will not hear this'));
			alice.world.hangup(link, 'not listening');
			await stage.until(
				() => alice.network.of('closed', link).length > 0 && bob.network.of('closed', peer).length > 0,
			);
			await stage.close();
			expect(alice.network.events.map(({ what }) => what)).toEqual(['opened', 'closed']);
		});

		test('a dial that is hung up before its answer is closed once and never opened', async () => {
			const link = alice.world.dial(bob.address, 'a test');
			alice.world.hangup(link, 'changed my mind');
			await stage.until(() => alice.network.of('closed', link).length > 0);
			await stage.close();
			expect(alice.network.events).toMatchObject([{ what: 'closed', link, why: 'changed my mind' }]);
			const open = bob.network.accepted().filter((peer) => bob.network.of('closed', peer).length !== 1);
			expect(open).toEqual([]);
		});

		test('both sides may hang up at once', async () => {
			const [link, peer] = await connected();
			alice.world.hangup(link, 'you first');
			bob.world.hangup(peer, 'no, you');
			await stage.close();
			expect(alice.network.of('closed', link)).toMatchObject([{ why: 'you first' }]);
			expect(bob.network.of('closed', peer)).toMatchObject([{ why: 'no, you' }]);
		});

		test('a link that never was is not missed', () => {
			expect(alice.world.send(4711, bytesOf('?'))).toBe(true);
			alice.world.hangup(4711, '?');
			alice.world.pause(4711, true);
			expect(alice.world.queued(4711)).toBe(0);
		});
	});

	describe('rule 4: false from send', () => {
		const piece = new Uint8Array(64 * 1024).map((_, index) => index % 251);

		/** Sends until the link is full; how many pieces were taken. */
		async function fill(link: Link): Promise<number> {
			for (let taken = 0; taken < 10_000; taken++) {
				if (!alice.world.send(link, piece)) return taken;
				await stage.turn();
			}
			throw new Error('the link takes 640 MB that nobody reads');
		}

		test('nothing of it was taken, drained follows once there is room, and sends are taken again', async () => {
			const [link, peer] = await connected();
			bob.world.pause(peer, true);
			const taken = await fill(link);
			expect(taken).toBeGreaterThan(0);
			expect(alice.world.send(link, piece)).toBe(false);
			bob.world.pause(peer, false);
			await stage.until(() => alice.network.of('drained', link).length > 0);
			expect(alice.world.send(link, bytesOf('the end'))).toBe(true);
			await stage.until(() => bob.network.heard(peer).length >= taken * piece.length + 7);
			await connected();
			alice.world.hangup(link, 'done');
			await stage.until(() => bob.network.of('closed', peer).length > 0);
			const heard = bob.network.heard(peer);
			expect(heard.length).toBe(taken * piece.length + 7);
			expect(text(heard.subarray(-7))).toBe('the end');
			await stage.close();
			expect(alice.network.of('drained', link).length).toBe(1);
		});

		test('a link that is never full is never drained', async () => {
			const [link, peer] = await connected();
			for (let round = 0; round < 20; round++) alice.world.send(link, bytesOf('small'));
			await stage.until(() => bob.network.heard(peer).length >= 100);
			await stage.close();
			expect(alice.network.of('drained')).toEqual([]);
		});

		test('a full link that is hung up is closed and never drained', async () => {
			const [link, peer] = await connected();
			bob.world.pause(peer, true);
			await fill(link);
			alice.world.hangup(link, 'too slow');
			bob.world.pause(peer, false);
			await stage.until(
				() => alice.network.of('closed', link).length > 0 && bob.network.of('closed', peer).length > 0,
			);
			await stage.close();
			expect(alice.network.of('drained')).toEqual([]);
			expect(alice.network.of('closed', link).length).toBe(1);
		});
	});

	const own = catches ? 'closes the link that it happened on, and no other' : 'reaches the test';
	test(`a fault of our own ${own}`, async () => {
		const [link, peer] = await connected();
		const [other, otherPeer] = await connected();
		bob.network.on.received = (from) => {
			if (from === peer) throw new Error('a broken invariant');
			bob.world.send(from, bytesOf('still here'));
		};
		alice.world.send(link, bytesOf('break'));
		if (!catches) {
			await expect(stage.turn()).rejects.toThrow('a broken invariant');
			return;
		}
		await stage.until(() => alice.network.of('closed', link).length > 0);
		alice.world.send(other, bytesOf('and you?'));
		await stage.until(() => text(alice.network.heard(other)) === 'still here');
		expect(bob.network.of('closed', peer)).toMatchObject([{ why: 'our own fault' }]);
		expect(bob.network.of('closed', otherPeer)).toEqual([]);
		expect(bob.notices).toMatchObject([
			{ code: 'world.event.threw', detail: expect.stringContaining('a broken invariant') },
		]);
	});
});
