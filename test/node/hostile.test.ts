/** Hostile peers against a real node, as a process, over sockets of loopback. */
import { readdirSync, readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join as path } from 'node:path';
import { deflateSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from '../../src/cli/client.ts';
import { encodeHit } from '../../src/networks/gnutella/wire/hit.ts';
import { encodeMessage, guidOf, MessageType, payloadOf } from '../../src/networks/gnutella/wire/message.ts';
import { decodeQuery, encodeQuery } from '../../src/networks/gnutella/wire/query.ts';
import type { EvidenceRow, Hit, Search } from '../../src/node/api/schemas.ts';
import { clientOf, type RunningNode, removeFolders, startNode, temporaryFolder } from '../cli/sallyport.ts';
import { liveServent } from '../networks/gnutella/live.ts';
import { addressOf, dial, freshAddress, hangUpAll, join, type RawPeer, until } from './raw.ts';

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

/** How often a code is in the evidence. */
async function evidence(code: string): Promise<number> {
	const rows = await api.allRows<EvidenceRow>('evidence');
	return rows.filter((row) => row.code === code).reduce((sum, { count }) => sum + count, 0);
}

async function noticed(code: string, since = 0): Promise<void> {
	while ((await evidence(code)) <= since) await new Promise((turned) => setTimeout(turned, 50));
}

let lastId = 0;
function id(): Uint8Array {
	const guid = new Uint8Array(16).fill(0x5a);
	new DataView(guid.buffer).setUint32(0, ++lastId);
	guid[8] = 0xff;
	return guid;
}

function query(text: string, guid = id(), ttl = 3, hops = 0): Uint8Array {
	return encodeMessage(MessageType.Query, guid, ttl, hops, encodeQuery({ text }));
}

/** The texts of the queries that a peer has got. */
function asked(peer: RawPeer): string[] {
	return peer.of(MessageType.Query).map((frame) => {
		const read = decodeQuery(payloadOf(frame));
		return 'text' in read ? read.text : read.refused;
	});
}

/** Ends the talk with a query that the node passes on: all that was said before has been dealt with. */
async function passed(from: RawPeer, to: RawPeer): Promise<void> {
	const text = `the end ${lastId}`;
	from.send(query(text));
	await until(() => asked(to).includes(text));
}

describe('ten thousand half-open connections', () => {
	/** What the half-open say before they fall silent. */
	const beginnings = ['', 'GNU', 'GNUTELLA CONNECT/0.6\r\nUser-Agent: ', 'GET /get/1/x HTTP/1.1\r\nHost: '];
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
		expect(most).toBeLessThan(atFirst + 2000);
		expect(peakMemory() - before).toBeLessThan(128 * 1024);
		await noticed('world.accept.halfopen');
		await noticed('gnutella.handshake.crowd');
		for (const socket of sockets) socket.destroy();
		await until(() => openFiles() <= atFirst + 10);
	});
});

describe('a caller who is slow', () => {
	it('and drips a byte a second is cut off, in a handshake and in a request', async () => {
		const servent = liveServent({
			ip: '127.45.3.1',
			role: 'ultrapeer',
			limits: { handshakeSeconds: 3, idleSeconds: 3 },
		});
		const { host, port } = await servent.listen();
		for (const text of ['GNUTELLA CONNECT/0.6\r\n', 'GET /get/1/x HTTP/1.1\r\n']) {
			const peer = await dial(`${host}:${port}`);
			peer.send(text.slice(0, 8));
			let at = 8;
			const drip = setInterval(() => peer.send(text[at++ % text.length]!), 1000);
			try {
				await until(() => peer.closed);
			} finally {
				clearInterval(drip);
			}
			expect(at).toBeLessThan(text.length);
		}
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
				const before = await evidence(code);
				const peer = await dial(node.listen);
				peer.send(`${first}\r\n${flood}`);
				await until(() => peer.closed);
				expect(peer.text).not.toContain('200');
				await noticed(code, before);
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
			expect(peer.text).toMatch(/^GNUTELLA\/0.6 200 [^]*Content-Encoding: deflate\r\n/);
			peer.send(`GNUTELLA/0.6 200 OK\r\n${deflate.last}\r\n`);
			peer.send(bomb);
			await until(() => peer.closed);
		}
		await noticed('gnutella.deflate.bomb', links - 1);
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
		await noticed('gnutella.header.oversized');
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
		for (let i = 0; i < 10; i++) peer.send(query(`far ${i}`, id(), 255));
		await passed(peer, other);
		for (const frame of other.of(MessageType.Query)) expect(frame[17]! + frame[18]!).toBeLessThanOrEqual(5);
		peer.send(query('far once more', id(), 255));
		await until(() => peer.closed);
		expect(asked(other).filter((text) => text.startsWith('far'))).toEqual([]);
		await noticed('defence.ttl.repeated');
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
		await noticed('defence.malformed.repeated');
		expect(third.closed).toBe(false);
	});
});

/** A hit of one file; the letters ### of the name become the given bytes. */
function hit(guid: Uint8Array, name: string, bytes: readonly number[] = []): Uint8Array {
	const sha1 = Uint8Array.from(
		name.padEnd(20).slice(0, 20),
		(letter, i) => letter.charCodeAt(0) * 7 * (i + 3),
	);
	const address = { host: '127.99.0.1', port: 6346 };
	const records = [{ index: 1, size: 1000, name, sha1 }];
	const payload = encodeHit({ address, speed: 1, records, vendor: 'EVIL', guid: new Uint8Array(16).fill(9) });
	const at = Buffer.from(payload).indexOf('###');
	if (at >= 0) payload.set(bytes, at);
	return encodeMessage(MessageType.Hit, guid, 3, 0, payload);
}

describe('hits', () => {
	/** A search of the node's user, and the query as a neighbour gets it. */
	async function search(words: string, peer: RawPeer): Promise<{ id: number; guid: Uint8Array }> {
		const { id: number } = await api.post<Search>('searches', { words });
		await until(() => asked(peer).includes(words));
		const frame = peer.of(MessageType.Query)[asked(peer).indexOf(words)]!;
		return { id: number, guid: guidOf(frame).slice() };
	}

	/** All hits of the search, as its user sees them, once the one that is named has come. */
	async function hits(number: number, last: string): Promise<Hit[]> {
		const all: Hit[] = [];
		const enough = new AbortController();
		for await (const one of api.lines<Hit>(`hits?search=${number}`, enough.signal)) {
			all.push(one);
			if (one.name === last) enough.abort();
		}
		return all;
	}

	it('with control characters in the name never reach the results; other tricks come as refused', async () => {
		const peer = await join(node.listen, 'ultrapeer');
		const { id: number, guid } = await search('moat', peer);
		for (const bytes of [
			[0x01, 0x20, 0x20],
			[0x1b, 0x5b, 0x4a],
			[0x0d, 0x0a, 0x20],
			[0x20, 0x08, 0x20],
			[0x20, 0x7f, 0x20],
			// CSI, as one character of UTF-8 and as the bare byte.
			[0xc2, 0x9b, 0x4a],
			[0x9b, 0x4a, 0x20],
			// Right-to-left override.
			[0xe2, 0x80, 0xae],
			// NUL: the name ends there, by the specification; what follows is no part of it.
			[0x20, 0x00, 0x2e],
		]) {
			peer.send(hit(guid, 'moat###moat.txt', bytes));
		}
		peer.send(hit(guid, 'moat plan.txt'));
		const seen = await hits(number, 'moat plan.txt');
		expect(seen.filter(({ name }) => /[\x00-\x1f\x7f]/.test(name))).toEqual([]);
		const fine = seen.filter(({ verdict }) => verdict !== 'refused').map(({ name }) => name);
		expect(fine).toEqual(['moat ', 'moat plan.txt']);
		await noticed('gnutella.text.control');
	});

	it('that nobody has asked for change nothing, and who sends many is left', async () => {
		const [peer, other] = [await join(node.listen, 'ultrapeer'), await join(node.listen, 'ultrapeer')];
		const { id: number, guid } = await search('rampart', other);
		for (let i = 0; i < 20; i++) peer.send(hit(id(), 'rampart unasked.txt'));
		await passed(peer, other);
		for (let i = 0; i < 20; i++) peer.send(hit(id(), 'rampart unasked.txt'));
		await until(() => peer.closed);
		other.send(hit(guid, 'rampart plan.txt'));
		expect((await hits(number, 'rampart plan.txt')).map(({ name }) => name)).toEqual(['rampart plan.txt']);
		expect(other.of(MessageType.Hit)).toEqual([]);
		await noticed('defence.hit.unasked');
	});
});
