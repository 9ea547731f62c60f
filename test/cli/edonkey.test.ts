/** A server and two nodes of eDonkey, started as users start them, pass a file on. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAddress } from '../../src/networks/common/address.ts';
import { encodeServerMet } from '../../src/networks/edonkey/wire/server-met.ts';
import { type RunningNode, removeFolders, startNode, temporaryFolder, until } from './sallyport.ts';

/** Sound by its first bytes: what is something else than its name says would stay in quarantine. */
const head = Buffer.from('OggS\0\x02\0\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\x01\x1e\x01vorbis', 'latin1');
/** Two parts of eDonkey. */
const rest = Buffer.alloc(12_000_000 - head.length, 'a file that two nodes pass on. ');
const content = Buffer.concat([head, rest]);

let server: RunningNode;
let giver: RunningNode;
let taker: RunningNode;

const home = () => join(temporaryFolder(), 'home');

/** Knows the server by name, unless a seed tells it. */
function node(host: string, ...more: string[]): Promise<RunningNode> {
	const listen = ['--networks', 'edonkey', '--listen', `${host}:0`, '--edonkey-listen', `${host}:0`];
	const words = ['node', '--home', home(), ...listen, '--api', '127.0.0.1:0'];
	const named = more.includes('--seed') ? [] : ['--peer', `edonkey:${server.listen}`];
	return startNode([...words, ...named, ...more]);
}

beforeAll(async () => {
	const share = join(temporaryFolder(), 'share');
	mkdirSync(share);
	writeFileSync(join(share, 'Sally port lecture.ogg'), content);
	const metrics = ['--metrics', '127.0.0.1:0'];
	const words = ['server', '--network', 'edonkey', '--home', home(), '--listen', '127.0.0.8:0', ...metrics];
	server = await startNode(words);
	giver = await node('127.0.0.11', '--share', share);
	taker = await node('127.0.0.12');
	await until(async () => (await taker.json('status'))[0].networks[0].servers === 1);
});

afterAll(async () => {
	await Promise.all([giver?.stop(), taker?.stop()]);
	await server?.stop();
	removeFolders();
});

describe('a node of eDonkey', () => {
	it('stands with a HighID at its server, and shows it among its peers', async () => {
		const [status] = await taker.json('status');
		expect(status.networks).toMatchObject([{ network: 'edonkey', role: 'client', reachable: 'yes' }]);
		const peers = await taker.json('peers');
		expect(peers).toMatchObject([{ network: 'edonkey', role: 'server', address: server.listen }]);
		expect((await taker.ask('status')).stdout).toContain('edonkey: client, 1 server');
	});

	it('finds and fetches what the other shares, by a hit and by a link', async () => {
		const list = join(temporaryFolder(), 'server.met');
		writeFileSync(list, encodeServerMet([{ address: parseAddress(server.listen)! }]));
		expect(await taker.json('search', 'lecture', '--network', 'gnutella')).toEqual([]);
		const only = ['--network', 'edonkey', '--wait', '2'];
		const hit = await until(async () => (await taker.json('search', 'lecture', ...only))[0]);
		expect(hit).toMatchObject({ network: 'edonkey', size: content.length, verdict: 'ok' });
		const [transfer] = await taker.json('get', JSON.stringify(hit), '--wait');
		expect(transfer).toMatchObject({ state: 'complete', size: content.length, ed2k: hit.ed2k });
		expect(readFileSync(transfer.path).equals(content)).toBe(true);
		const third = await node('127.0.0.13', '--seed', list);
		try {
			await until(async () => (await third.json('status'))[0].networks[0].servers === 1);
			const link = `ed2k://|file|lecture.ogg|${content.length}|${hit.ed2k}|/`;
			const [again] = await third.json('get', link, '--wait');
			expect(readFileSync(again.path).equals(content)).toBe(true);
		} finally {
			await third.stop();
		}
	});
});
