/** Hostile answers to the searches of a real node, as a process, over sockets of loopback. */
import { randomBytes } from 'node:crypto';
import { join as path } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from '../../src/cli/client.ts';
import { encodeHit } from '../../src/networks/gnutella/wire/hit.ts';
import { encodeMessage, guidOf, MessageType } from '../../src/networks/gnutella/wire/message.ts';
import type { Hit, Search } from '../../src/node/api/schemas.ts';
import { clientOf, type RunningNode, removeFolders, startNode, temporaryFolder } from '../cli/sallyport.ts';
import { asked, freshId, hangUpAll, join, noticed, passed, type RawPeer, until } from './raw.ts';

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

/** A hit of one file; the letters ### of the name become the given bytes. */
function hit(guid: Uint8Array, name: string, bytes: readonly number[] = []): Uint8Array {
	const sha1 = randomBytes(20);
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
			// CSI as one character of UTF-8. The bare byte is a bracket of code page 1252.
			[0xc2, 0x9b, 0x4a],
			[0x9b, 0x4a, 0x20],
			// Right-to-left override.
			[0xe2, 0x80, 0xae],
			// NUL: the name ends there, and what follows makes no sense.
			[0x20, 0x00, 0x2e],
		]) {
			peer.send(hit(guid, 'moat###moat.txt', bytes));
		}
		peer.send(hit(guid, 'moat plan.txt'));
		const seen = await hits(number, 'moat plan.txt');
		expect(seen.filter(({ name }) => /[\x00-\x1f\x7f]/.test(name))).toEqual([]);
		const fine = seen.filter(({ verdict }) => verdict !== 'refused').map(({ name }) => name);
		expect(fine).toEqual(['moat\u203aJ moat.txt', 'moat plan.txt']);
		const refused = seen.filter(({ verdict }) => verdict === 'refused').map(({ name }) => name);
		expect(refused).toEqual(['moat\u009bJmoat.txt', 'moat\u202emoat.txt']);
		await noticed(api, 'gnutella.text.control');
	});

	it('that nobody has asked for change nothing, and who sends many is left', async () => {
		const [peer, other] = [await join(node.listen, 'ultrapeer'), await join(node.listen, 'ultrapeer')];
		const { id: number, guid } = await search('rampart', other);
		for (let i = 0; i < 20; i++) peer.send(hit(freshId(), 'rampart unasked.txt'));
		await passed(peer, other);
		for (let i = 0; i < 20; i++) peer.send(hit(freshId(), 'rampart unasked.txt'));
		await until(() => peer.closed);
		other.send(hit(guid, 'rampart plan.txt'));
		expect((await hits(number, 'rampart plan.txt')).map(({ name }) => name)).toEqual(['rampart plan.txt']);
		expect(other.of(MessageType.Hit)).toEqual([]);
		await noticed(api, 'defence.hit.unasked');
	});
});
