/** How links over sockets end, and how what was sent in a turn leaves. */
import { afterEach, describe, expect, test } from 'vitest';
import { bytesOf } from '../contract/scripted.ts';
import { client, closeAll, heardBy, nodeOf, until } from './nodes.ts';

afterEach(closeAll);

describe('links', () => {
	test('that the peer resets are closed in words', async () => {
		const node = await nodeOf();
		const caller = await client(node.address);
		await until(() => node.network.of('opened').length > 0);
		caller.resetAndDestroy();
		await until(() => node.network.of('closed').length > 0);
		expect(node.network.of('closed')).toMatchObject([{ why: 'connection reset' }]);
	});

	test('that are reset while full are closed, not drained', async () => {
		const node = await nodeOf();
		const caller = await client(node.address);
		await until(() => node.network.of('opened').length > 0);
		const [link] = node.network.accepted();
		while (node.world.send(link, new Uint8Array(100_000)))
			await new Promise((turned) => setImmediate(turned));
		caller.resetAndDestroy();
		await until(() => node.network.of('closed').length > 0);
		expect(node.network.events.map(({ what }) => what)).toEqual(['opened', 'closed']);
		expect(node.world.send(link, bytesOf('?'))).toBe(true);
	});

	test('carry many small sends of one turn as few pieces', async () => {
		const [node, other] = [await nodeOf(), await nodeOf()];
		const link = node.world.dial(other.address, 'a test');
		await until(() => node.network.of('opened').length > 0);
		for (let count = 0; count < 1000; count++) node.world.send(link, new Uint8Array(50));
		expect(node.world.queued(link)).toBe(50_000);
		await until(() => node.world.traffic(link)?.out === 50_000);
		const [peer] = other.network.accepted();
		await until(() => other.network.heard(peer).length === 50_000);
		expect(other.network.of('received').length).toBeLessThan(20);
		expect(other.world.traffic(peer)).toEqual({ in: 50_000, out: 0 });
		expect(other.world.remote(peer)?.host).toBe('127.0.0.1');
	});

	test('end with their last words even where the peer was still talking to a paused link', async () => {
		const node = await nodeOf();
		node.network.on.received = (link) => {
			node.world.pause(link, true);
			node.world.send(link, bytesOf('503 Busy'));
			node.world.hangup(link, 'busy');
		};
		const caller = await client(node.address);
		const heard = heardBy(caller);
		const over = new Promise((failed) => caller.on('close', failed));
		caller.end(new Uint8Array(30_000_000)); // more than the kernel keeps for a paused reader
		expect(await heard).toBe('503 Busy');
		expect(await over).toBe(false);
	});

	test('of a peer that never reads end after the linger time', async () => {
		const node = await nodeOf({ limits: { linger: 100 } });
		const caller = await client(node.address);
		await until(() => node.network.of('opened').length > 0);
		const [link] = node.network.accepted();
		while (node.world.send(link, new Uint8Array(1_000_000)))
			await new Promise((turned) => setImmediate(turned));
		node.world.hangup(link, 'too slow');
		await until(() => node.world.remote(link) === undefined);
		expect(node.network.of('closed')).toMatchObject([{ why: 'too slow' }]);
		caller.destroy();
	});

	test('of a peer that never ends its side are closed at once, and forgotten after the linger time', async () => {
		const node = await nodeOf({ limits: { linger: 100 } });
		await client(node.address);
		await until(() => node.network.of('opened').length > 0);
		const [link] = node.network.accepted();
		node.world.hangup(link, 'bye');
		await until(() => node.network.of('closed').length > 0);
		await until(() => node.world.remote(link) === undefined);
		expect(node.network.of('closed').length).toBe(1);
	});

	test('whose linger time is over in the very turn in which their end leaves are closed and forgotten as well', async () => {
		const node = await nodeOf({ limits: { linger: 1 } });
		await client(node.address);
		await until(() => node.network.of('opened').length > 0);
		const [link] = node.network.accepted();
		node.world.hangup(link, 'bye');
		// Our end is on its way when this turn is over, and time goes on meanwhile: as on a machine that is busy.
		setImmediate(() => {
			for (const over = performance.now() + 20; performance.now() < over; );
		});
		await until(() => node.world.remote(link) === undefined);
		expect(node.network.of('closed')).toMatchObject([{ why: 'bye' }]);
	});
});
