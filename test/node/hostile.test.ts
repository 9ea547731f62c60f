/** Hostile peers against a real node, as a process, over sockets of loopback. */
import { readdirSync, readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join as path } from 'node:path';
import { deflateSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from '../../src/cli/client.ts';
import { MessageType } from '../../src/networks/gnutella/wire/message.ts';
import { SOCKET_LIMITS } from '../../src/world/socket-limits.ts';
import { clientOf, type RunningNode, removeFolders, startNode, temporaryFolder } from '../cli/sallyport.ts';
import { liveServent } from '../networks/gnutella/live.ts';
import {
	addressOf,
	asked,
	dial,
	evidence,
	freshAddress,
	freshId,
	hangUpAll,
	join,
	noticed,
	passed,
	query,
	until,
} from './raw.ts';

let node: RunningNode;
let api: Client;

beforeAll(async () => {
	const home = path(temporaryFolder(), 'home');
	const listen = ['--listen', '127.0.0.1:0', '--api', '127.0.0.1:0'];
	node = await startNode(['node', '--home', home, '--role', 'ultrapeer', ...listen]);
	api = clientOf(node);
});

afterEach(hangUpAll);

afterAll(async () => {
	await node?.stop();
	removeFolders();
});

/** Kilobytes of memory that the node has held at the most so far. */
function peakMemory(): number {
	return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${node.child.pid}/status`, 'utf8'))![1]);
}

function openFiles(): number {
	return readdirSync(`/proc/${node.child.pid}/fd`).length;
}

describe('ten thousand half-open connections', () => {
	/** What the half-open say before they fall silent. */
	const connect06 = 'GNUTELLA CONNECT/0.6\r\nX-Ultrapeer: False\r\n';
	const beginnings = ['', 'GNU', connect06, `${connect06}\r\n`, 'GET /get/1/x HTTP/1.1\r\nHost: ', 'GIV 1:'];
	const all = 10_000;
	const batch = 500;
	const sockets = new Set<Socket>();

	/**
	 * One caller, from an address of its own. Each stays open until the node ends it; the node keeps so few
	 * that the limit of open files of this process does not matter.
	 */
	function halfOpen(number: number): Promise<void> {
		return new Promise((opened, failed) => {
			const socket = connect({ ...addressOf(node.listen), localAddress: freshAddress() });
			sockets.add(socket);
			socket.on('connect', () => {
				socket.write(beginnings[number % beginnings.length]!);
				opened();
			});
			socket.on('error', failed).on('close', () => sockets.delete(socket));
		});
	}

	it('do not keep the node from answering others, nor make it grow', async () => {
		const before = peakMemory();
		const atFirst = openFiles();
		let most = 0;
		for (let done = 0; done < all; done += batch) {
			await Promise.all(Array.from({ length: batch }, (_, i) => halfOpen(done + i)));
			const honest = await join(node.listen, 'leaf');
			expect(honest.closed).toBe(false);
			honest.socket.destroy();
			most = Math.max(most, openFiles());
		}
		console.info(
			`at most ${most} open files, memory peak +${Math.round((peakMemory() - before) / 1024)} MiB`,
		);
		// The links that a world keeps, and what has been accepted but not looked at yet.
		expect(most).toBeLessThan(SOCKET_LIMITS.links + batch);
		expect(peakMemory() - before).toBeLessThan(128 * 1024);
		await noticed(api, 'world.accept.halfopen');
		await noticed(api, 'gnutella.handshake.crowd');
		for (const socket of sockets) socket.destroy();
		await until(() => openFiles() <= atFirst + 10);
	});
});

describe('a caller who is slow', () => {
	it('and drips a byte a second is cut off, in a handshake, a request and a GIV', async () => {
		const servent = liveServent({
			ip: '127.45.3.1',
			role: 'ultrapeer',
			limits: { handshakeSeconds: 3, idleSeconds: 3 },
		});
		const { host, port } = await servent.listen();
		const drips = async (text: string) => {
			const peer = await dial(`${host}:${port}`);
			peer.send(text.slice(0, 4));
			let at = 4;
			const drip = setInterval(() => peer.send(text[at++ % text.length]!), 1000);
			try {
				await until(() => peer.closed);
			} finally {
				clearInterval(drip);
			}
			expect(at).toBeLessThan(text.length);
		};
		await Promise.all(
			['GNUTELLA CONNECT/0.6\r\n', 'GET /get/1/x HTTP/1.1\r\n', 'GIV 1:00112233445566778899/x\n\n'].map(
				drips,
			),
		);
		await servent.stop();
		expect(servent.codes()).toEqual(
			expect.arrayContaining(['gnutella.handshake.slow', 'gnutella.http.slow']),
		);
	});
});

describe('a head', () => {
	it('of too many lines, of one endless line, or with control characters ends the link', async () => {
		for (const [flood, code] of [
			['X-A: b\r\n'.repeat(200), 'gnutella.head.oversized'],
			[`X-Long: ${'y'.repeat(1_000_000)}`, 'gnutella.head.oversized'],
			['X-A: a\0b\r\n', 'gnutella.head.malformed'],
		] as const) {
			for (const first of ['GNUTELLA CONNECT/0.6', 'GET /get/1/x HTTP/1.1']) {
				const before = await evidence(api, code);
				const peer = await dial(node.listen);
				peer.send(`${first}\r\n${flood}`);
				await until(() => peer.closed);
				expect(peer.text).not.toContain('200');
				await noticed(api, code, before);
			}
		}
		await join(node.listen, 'leaf');
	});
});

describe('a deflate bomb', () => {
	it('on a link that has agreed to deflate ends the link, and the node does not grow', async () => {
		const bomb = deflateSync(Buffer.alloc(100_000_000));
		expect(bomb.length).toBeLessThan(110_000);
		const before = peakMemory();
		const deflate = {
			offer: 'Accept-Encoding: deflate\r\n',
			last: 'Content-Encoding: deflate\r\n',
		};
		const links = 10;
		for (let i = 0; i < links; i++) {
			const peer = await dial(node.listen);
			peer.send(`GNUTELLA CONNECT/0.6\r\nX-Ultrapeer: True\r\n${deflate.offer}\r\n`);
			await until(() => peer.text.includes('\r\n\r\n'));
			expect(peer.text).toMatch(/^GNUTELLA\/0.6 200 [\s\S]*Content-Encoding: deflate\r\n/);
			peer.send(`GNUTELLA/0.6 200 OK\r\n${deflate.last}\r\n`);
			peer.send(bomb);
			await until(() => peer.closed);
		}
		await noticed(api, 'gnutella.deflate.bomb', links - 1);
		expect(peakMemory() - before).toBeLessThan(64 * 1024);
	});
});

describe('a message', () => {
	it('that promises two gigabytes ends the link before they are waited for', async () => {
		const peer = await join(node.listen, 'ultrapeer');
		const lying = query('a lie');
		new DataView(lying.buffer).setUint32(19, 0x7fffffff, true);
		peer.send(lying);
		await until(() => peer.closed);
		expect(peer.of(MessageType.Bye)).toHaveLength(1);
		await noticed(api, 'gnutella.header.oversized');
	});

	it('that is longer than it says: what follows is no message, and the link ends', async () => {
		const peer = await join(node.listen, 'ultrapeer');
		const lying = query('longer than it says '.repeat(8));
		new DataView(lying.buffer).setUint32(19, 10, true);
		peer.send(lying);
		await until(() => peer.closed);
	});

	it('with TTL 255 is not passed on, and after some the link ends', async () => {
		const [peer, other] = [await join(node.listen, 'ultrapeer'), await join(node.listen, 'ultrapeer')];
		for (let i = 0; i < 10; i++) peer.send(query(`far ${i}`, freshId(), 255));
		await passed(peer, other);
		for (const frame of other.of(MessageType.Query)) expect(frame[17]! + frame[18]!).toBeLessThanOrEqual(5);
		peer.send(query('far once more', freshId(), 255));
		await until(() => peer.closed);
		expect(asked(other).filter((text) => text.startsWith('far'))).toEqual([]);
		await noticed(api, 'defence.ttl.repeated');
	});

	it('that comes again is passed on once, and who repeats without end is left', async () => {
		const [peer, other] = [await join(node.listen, 'ultrapeer'), await join(node.listen, 'ultrapeer')];
		const third = await join(node.listen, 'ultrapeer');
		const again = query('again and again');
		for (let i = 0; i < 5; i++) peer.send(again);
		await passed(peer, other);
		third.send(again);
		await passed(third, other);
		expect(asked(other).filter((text) => text === 'again and again')).toHaveLength(1);
		expect([peer.closed, third.closed]).toEqual([false, false]);
		for (let i = 0; i < 60; i++) peer.send(again);
		await until(() => peer.closed);
		await noticed(api, 'defence.malformed.repeated');
		expect(third.closed).toBe(false);
	});
});
