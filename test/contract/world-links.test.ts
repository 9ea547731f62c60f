/** What every world promises about links and datagrams, beyond the four rules (world.test.ts). */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SeededRandom } from '../../src/world/random.ts';
import type { Link } from '../../src/world/world.ts';
import { bytesOf, text } from './scripted.ts';
import { connect, type Side, STAGINGS, type Stage } from './stages.ts';

describe.each(STAGINGS)('in a world of $name', ({ open }) => {
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

	test('a dial opens once on both sides, and each knows who the other is', async () => {
		const [link, peer] = await connected();
		await stage.close();
		const [dialled, accepted] = [alice.network.of('opened', link), bob.network.of('opened', peer)];
		expect(dialled).toMatchObject([{ dialled: true, remote: bob.address }]);
		expect(accepted).toMatchObject([{ dialled: false, remote: { host: alice.address.host } }]);
	});

	test('where nobody listens a dial ends as one closed, without opened', async () => {
		const link = alice.world.dial(stage.nobody, 'a test');
		await stage.until(() => alice.network.of('closed', link).length > 0);
		await stage.close();
		expect(alice.network.events).toMatchObject([{ what: 'closed', link, why: 'connection refused' }]);
	});

	test('the number of a link is never used again', async () => {
		const links = new Set<Link>();
		for (let round = 0; round < 5; round++) {
			const [link] = await connected();
			links.add(link);
			alice.world.hangup(link, 'next');
			await stage.until(() => alice.network.of('closed', link).length > 0);
		}
		expect(links.size).toBe(5);
	});

	test('bytes arrive whole and in order, in both directions at once', async () => {
		const [link, peer] = await connected();
		const random = new SeededRandom(7);
		const sent = { alice: [] as Uint8Array[], bob: [] as Uint8Array[] };
		for (let piece = 0; piece < 60; piece++) {
			const [there, back] = [random.bytes(random.uint32() % 4000), random.bytes(random.uint32() % 4000)];
			expect(alice.world.send(link, there)).toBe(true);
			expect(bob.world.send(peer, back)).toBe(true);
			sent.alice.push(there);
			sent.bob.push(back);
			if (piece % 7 === 0) await stage.turn();
		}
		const [there, back] = [Buffer.concat(sent.alice), Buffer.concat(sent.bob)];
		await stage.until(
			() => bob.network.heard(peer).length >= there.length && alice.network.heard(link).length >= back.length,
		);
		expect(there.equals(bob.network.heard(peer))).toBe(true);
		expect(back.equals(alice.network.heard(link))).toBe(true);
	});

	test('what leaves a sealed link is hidden from its first byte on, in its order, and what was given is not changed', async () => {
		const counting = () => {
			let count = 0;
			return (some: Uint8Array) => some.forEach((byte, i) => void (some[i] = byte ^ (count++ & 255)));
		};
		const link = alice.world.dial(bob.address, 'a test');
		alice.world.seal(link, counting());
		const [early, words] = [bytesOf('early '), bytesOf('words for two links')];
		expect(alice.world.send(link, early)).toBe(true);
		await stage.until(() => bob.network.accepted().length > 0);
		for (let round = 0; round < 20; round++) expect(alice.world.send(link, words)).toBe(true);
		const [peer] = bob.network.accepted();
		await stage.until(() => bob.network.heard(peer).length >= 6 + 20 * words.length);
		const heard = bob.network.heard(peer);
		expect(text(heard)).not.toContain('words');
		counting()(heard);
		expect(text(heard)).toBe(`early ${'words for two links'.repeat(20)}`);
		expect([text(early), text(words)]).toEqual(['early ', 'words for two links']);
		expect(() => alice.world.seal(link, counting())).toThrow('has sent something already');
		alice.world.seal(4711, counting());
	});

	test('what is sent before a dial is answered arrives first', async () => {
		const link = alice.world.dial(bob.address, 'a test');
		expect(alice.world.send(link, bytesOf('early '))).toBe(true);
		alice.network.on.opened = () => void alice.world.send(link, bytesOf('bird'));
		await stage.until(() => bob.network.accepted().some((peer) => bob.network.heard(peer).length >= 10));
		expect(text(bob.network.heard(bob.network.accepted()[0]))).toBe('early bird');
	});

	test('what arrives is a plain Uint8Array that the receiver may patch', async () => {
		const [link, peer] = await connected();
		const original = bytesOf('TTL 7');
		bob.network.on.received = (_, bytes) => void bytes.fill(0);
		alice.world.send(link, original);
		await stage.until(() => bob.network.heard(peer).length >= original.length);
		expect(text(original)).toBe('TTL 7');
		expect(bob.network.of('received', peer)[0].bytes!.constructor).toBe(Uint8Array);
	});

	test('a paused link hears nothing, and everything once it is resumed', async () => {
		const [link, peer] = await connected();
		bob.world.pause(peer, true);
		alice.world.send(link, bytesOf('wait for it'));
		const [second, secondPeer] = await connected();
		alice.world.send(second, bytesOf('overtakes'));
		await stage.until(() => bob.network.heard(secondPeer).length >= 9);
		expect(bob.network.of('received', peer)).toEqual([]);
		bob.world.pause(peer, false);
		await stage.until(() => bob.network.heard(peer).length >= 11);
		expect(text(bob.network.heard(peer))).toBe('wait for it');
	});

	test('a datagram arrives whole, and its sender can be answered', async () => {
		bob.network.on.datagram = (from, bytes) => bob.world.datagram(from, bytes);
		const sent = new SeededRandom(3).bytes(1200);
		alice.world.datagram(bob.address, sent);
		await stage.until(() => alice.network.of('datagram').length > 0);
		expect(bob.network.of('datagram')[0].remote).toEqual(alice.address);
		const [echo] = alice.network.of('datagram');
		expect(echo.remote).toEqual(bob.address);
		expect(Buffer.compare(echo.bytes!, sent)).toBe(0);
	});
});
