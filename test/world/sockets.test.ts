/** What only the real world does: scope, names, limits, listening. The four rules are in test/contract. */
import { once } from 'node:events';
import { networkInterfaces } from 'node:os';
import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, test } from 'vitest';
import type { Link } from '../../src/world/world.ts';
import { bytesOf, text } from '../contract/scripted.ts';
import { alsoClose, client, closeAll, codes, nodeOf, refused, until } from './nodes.ts';

afterEach(closeAll);

describe('the scope', () => {
	const usable = (host: string) => host === '127.0.0.1';

	test('an unusable address is not dialled, and that is noticed', async () => {
		const node = await nodeOf({ usable });
		const link = node.world.dial({ host: '127.0.0.2', port: node.address.port }, 'a test');
		await until(() => node.network.of('closed', link).length > 0);
		expect(node.network.events).toMatchObject([{ what: 'closed', why: 'address out of scope' }]);
		expect(node.notices).toMatchObject([
			{ code: 'world.dial.unusable', subject: `127.0.0.2:${node.address.port}` },
		]);
	});

	test('a name is resolved, and its address is judged', async () => {
		const [allowed, refused] = [await nodeOf({ usable }), await nodeOf({ usable: () => false })];
		const to = { host: 'localhost', port: allowed.address.port };
		const link = allowed.world.dial(to, 'a test');
		await until(() => allowed.network.of('opened', link).length > 0);
		refused.world.dial(to, 'a test');
		await until(() => refused.network.of('closed').length > 0);
		expect(codes(refused)).toEqual(['world.dial.unusable']);
	});

	test('a caller from an unusable address is reset, and that is noticed', async () => {
		const node = await nodeOf({ usable });
		await refused(node.address, '127.0.0.3');
		expect(node.network.events).toEqual([]);
		expect(node.notices).toMatchObject([
			{ code: 'world.accept.unusable', subject: expect.stringContaining('127.0.0.3:') },
		]);
	});

	test('datagrams to and from unusable addresses are dropped, and noticed', async () => {
		const strict = await nodeOf({ usable });
		const lax = await nodeOf({ listen: { host: '127.0.0.4', port: 0 } });
		strict.world.datagram(lax.address, bytesOf('out'));
		lax.world.datagram(strict.address, bytesOf('in'));
		await until(() => strict.notices.length === 1);
		const friend = await nodeOf();
		friend.world.datagram(strict.address, bytesOf('friend'));
		await until(() => strict.network.events.length > 0);
		expect(strict.network.events.map(({ bytes }) => text(bytes!))).toEqual(['friend']);
		expect(lax.network.events).toEqual([]);
		await strict.world.close();
		expect(strict.notices).toMatchObject([
			{ code: 'world.datagram.unusable', subject: `127.0.0.4:${lax.address.port}` },
			{ code: 'world.datagram.unusable', subject: `127.0.0.4:${lax.address.port}`, count: 1 },
		]);
	});

	test('a thousand refusals in a row are two records', async () => {
		const node = await nodeOf({ usable });
		for (let count = 0; count < 1000; count++)
			node.world.datagram({ host: '127.9.9.9', port: 9 }, bytesOf('?'));
		await node.world.close();
		expect(node.notices.map(({ count }) => count)).toEqual([undefined, 999]);
	});
});

describe('dials', () => {
	test('come from the local address', async () => {
		const [node, other] = [await nodeOf({ localAddress: '127.0.0.7' }), await nodeOf()];
		node.world.dial(other.address, 'a test');
		await until(() => other.network.of('opened').length > 0);
		expect(other.network.events[0].remote?.host).toBe('127.0.0.7');
	});

	test.each([0, -1, 65_536, 1.5, Number.NaN])('to port %d end as closed', async (port) => {
		const node = await nodeOf();
		const link = node.world.dial({ host: '127.0.0.1', port }, 'a test');
		node.world.datagram({ host: '127.0.0.1', port }, bytesOf('?'));
		await until(() => node.network.of('closed', link).length > 0);
		expect(node.network.events).toMatchObject([{ what: 'closed', why: 'no such port' }]);
	});

	test('that nobody answers time out', async () => {
		// A listener that never accepts, with room for two: the kernel ignores further callers.
		const room = new SharedArrayBuffer(4);
		const worker = new Worker(
			`const { parentPort, workerData } = require('node:worker_threads');
			const server = require('node:net').createServer();
			server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
				parentPort.postMessage(server.address().port);
				setImmediate(() => { Atomics.wait(new Int32Array(workerData), 0, 0); server.close(); });
			});`,
			{ eval: true, workerData: room },
		);
		alsoClose(() => {
			Atomics.store(new Int32Array(room), 0, 1);
			Atomics.notify(new Int32Array(room), 0);
			return worker.terminate();
		});
		const [port] = await once(worker, 'message');
		const node = await nodeOf({ limits: { dialTimeout: 300 } });
		const links = Array.from({ length: 8 }, () => node.world.dial({ host: '127.0.0.1', port }, 'a test'));
		const timedOut = () => node.network.of('closed').filter(({ why }) => why === 'timed out').length;
		await until(() => node.network.of('opened').length + timedOut() === links.length);
		expect(timedOut()).toBeGreaterThan(0);
	});

	test('beyond the number of links fail, and that is noticed', async () => {
		const [node, other] = [await nodeOf({ limits: { links: 3 } }), await nodeOf()];
		const links = Array.from({ length: 4 }, () => node.world.dial(other.address, 'a test'));
		await until(() => node.network.of('opened').length === 3);
		expect(node.network.of('closed')).toMatchObject([{ link: links[3], why: 'too many links' }]);
		expect(codes(node)).toEqual(['world.dial.toomany']);
	});
});

describe('callers', () => {
	test('beyond the number of links are refused', async () => {
		const node = await nodeOf({ limits: { links: 2 } });
		await Promise.all([client(node.address), client(node.address)]);
		await until(() => node.network.of('opened').length === 2);
		await refused(node.address);
		expect(codes(node)).toEqual(['world.accept.toomany']);
	});

	test('find room where others were hung up on and do not go', async () => {
		const node = await nodeOf({ limits: { links: 2, linger: 600_000 } });
		// They never read, so they never see our end, and do not close theirs.
		await Promise.all([client(node.address), client(node.address)]);
		await until(() => node.network.of('opened').length === 2);
		node.world.hangup(node.network.accepted()[0], 'enough');
		await until(() => node.network.of('closed').length === 1);
		await client(node.address);
		await until(() => node.network.of('opened').length === 3);
		await refused(node.address);
		expect(codes(node)).toEqual(['world.accept.toomany']);
		expect(node.network.of('closed')).toHaveLength(1);
	});

	test('of one address that wait for their first answer are few, however much they drip', async () => {
		const node = await nodeOf({ limits: { halfOpenPerAddress: 2 } });
		const drippers = await Promise.all([client(node.address), client(node.address)]);
		for (const dripper of drippers) dripper.write('G');
		await until(() => node.network.of('received').length === 2);
		await refused(node.address);
		expect(codes(node)).toEqual(['world.accept.halfopen']);
		await client(node.address, '127.0.0.9');
		await until(() => node.network.of('opened').length === 3);
		node.world.send(node.network.accepted()[0], bytesOf('OK'));
		await client(node.address);
		await until(() => node.network.of('opened').length === 4);
	});

	test('who say nothing make room for others, the oldest first', async () => {
		const node = await nodeOf({ limits: { halfOpen: 3 } });
		for (let last = 1; last <= 4; last++) {
			await client(node.address, `127.0.1.${last}`);
			await until(() => node.network.of('opened').length === last);
		}
		await until(() => node.network.of('closed').length > 0);
		expect(node.network.of('closed')).toMatchObject([
			{ link: node.network.accepted()[0], why: 'too many half-open links' },
		]);
		expect(node.notices).toMatchObject([
			{ code: 'world.accept.halfopen', subject: expect.stringContaining('127.0.1.1:') },
		]);
	});

	test('who leave free their place', async () => {
		const node = await nodeOf({ limits: { halfOpenPerAddress: 1, links: 1 } });
		for (let round = 1; round <= 3; round++) {
			const caller = await client(node.address);
			await until(() => node.network.of('opened').length === round);
			caller.end();
			await until(() => node.world.remote(node.network.accepted()[round - 1]) === undefined);
		}
		expect(node.notices).toEqual([]);
	});
});

describe('listening', () => {
	test('takes one port for links and datagrams', async () => {
		const [node, other] = [await nodeOf(), await nodeOf()];
		expect(node.address.port).toBeGreaterThan(0);
		other.world.dial(node.address, 'a test');
		other.world.datagram({ host: 'localhost', port: node.address.port }, bytesOf('ping'));
		await until(() => node.network.of('opened').length > 0 && node.network.of('datagram').length > 0);
		expect(node.network.of('datagram')[0].remote).toEqual(other.address);
	});

	test('at an address that is in use fails in words', async () => {
		const node = await nodeOf();
		await expect(nodeOf({ listen: node.address })).rejects.toThrow(
			`cannot listen on 127.0.0.1 port ${node.address.port}: address already in use`,
		);
	});

	test('at an address that is in use takes another port where that will do, for datagrams too', async () => {
		const node = await nodeOf();
		const other = await nodeOf({ listen: { ...node.address, elsewhere: true } });
		expect(other.address.host).toBe(node.address.host);
		expect(other.address.port).not.toBe(node.address.port);
		node.world.datagram(other.address, bytesOf('ping'));
		await until(() => other.network.of('datagram').length > 0);
	});

	const ipv6 = Object.values(networkInterfaces()).some((all) =>
		all?.some(({ address }) => address === '::1'),
	);
	if (!ipv6) console.log('skipped: links and datagrams over IPv6 (this machine has no ::1)');

	test.skipIf(!ipv6)('works over IPv6', async () => {
		const listen = { host: '::1', port: 0 };
		const [node, other] = [await nodeOf({ listen }), await nodeOf({ listen })];
		other.world.dial(node.address, 'a test');
		other.world.datagram(node.address, bytesOf('ping'));
		await until(() => node.network.of('opened').length > 0 && node.network.of('datagram').length > 0);
		expect(node.network.of('datagram')[0].remote).toEqual(other.address);
		expect(node.network.of('opened')[0].remote?.host).toBe('::1');
	});

	test.skipIf(!ipv6)('on :: serves both families, and shows IPv4 addresses as such', async () => {
		const node = await nodeOf({ listen: { host: '::', port: 0 } });
		const other = await nodeOf();
		const to = { host: '127.0.0.1', port: node.address.port };
		node.network.on.datagram = (from, bytes) => node.world.datagram(from, bytes);
		other.world.dial(to, 'a test');
		other.world.datagram(to, bytesOf('ping'));
		await until(() => node.network.of('opened').length > 0 && other.network.of('datagram').length > 0);
		expect(node.network.of('opened')[0].remote?.host).toBe('127.0.0.1');
		expect(node.network.of('datagram')[0].remote).toEqual(other.address);
	});

	test('ends with close: every link gets its closed, and the port is free again', async () => {
		const [node, other] = [await nodeOf(), await nodeOf()];
		const links: Link[] = [];
		for (let count = 0; count < 3; count++) links.push(node.world.dial(other.address, 'a test'));
		await until(() => node.network.of('opened').length === 3);
		await client(node.address);
		links.push(node.world.dial(other.address, 'not answered yet'));
		await Promise.all([node.world.close(), node.world.close()]);
		for (const link of links) {
			expect(node.network.of('closed', link)).toMatchObject([{ why: 'this node is stopping' }]);
		}
		await nodeOf({ listen: node.address });
	});
});
