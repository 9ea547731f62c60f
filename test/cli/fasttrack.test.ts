/** A super-node and two leaves of FastTrack, started as users start them, pass a file on. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
	type RunningNode,
	removeFolders,
	sallyport,
	startNode,
	temporaryFolder,
	until,
} from './sallyport.ts';

/** Sound by its first bytes: what is something else than its name says would stay in quarantine. */
const head = Buffer.from('OggS\0\x02\0\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\x01\x1e\x01vorbis', 'latin1');
const rest = Buffer.alloc(2_000_000 - head.length, 'a file that two leaves pass on. ');
const content = Buffer.concat([head, rest]);

let supernode: RunningNode;
let giver: RunningNode;
let taker: RunningNode;

const home = () => join(temporaryFolder(), 'home');

function node(host: string, ...more: string[]): Promise<RunningNode> {
	const listen = ['--networks', 'gnutella,fasttrack', '--listen', `${host}:0`];
	const at = ['--fasttrack-listen', `${host}:0`, '--peer', `fasttrack:${supernode.listen}`];
	return startNode(['node', '--home', home(), ...listen, ...at, '--api', '127.0.0.1:0', ...more]);
}

beforeAll(async () => {
	const share = join(temporaryFolder(), 'share');
	mkdirSync(share);
	writeFileSync(join(share, 'Sally port lecture.ogg'), content);
	supernode = await startNode(['server', '--network', 'fasttrack', '--listen', '127.0.0.9:0']);
	giver = await node('127.0.0.14', '--share', share);
	taker = await node('127.0.0.15');
	await until(async () => (await taker.json('status'))[0].networks[1].ultrapeers === 1);
});

afterAll(async () => {
	await Promise.all([giver?.stop(), taker?.stop()]);
	await supernode?.stop();
	removeFolders();
});

describe('a node of FastTrack', () => {
	it('says how it stands, and shows its super-node among its peers', async () => {
		const [status] = await taker.json('status');
		expect(status.networks[1]).toMatchObject({
			...{ network: 'fasttrack', role: 'leaf' },
			why: `Connected to the super-node ${supernode.listen}.`,
		});
		const peers = await taker.json('peers');
		expect(peers).toMatchObject([{ network: 'fasttrack', role: 'ultrapeer', address: supernode.listen }]);
		expect((await taker.ask('status')).stdout).toContain('fasttrack: leaf, 1 super-node');
	});

	it('finds and fetches what the other shares, and says that nobody can verify it', async () => {
		const only = ['--network', 'fasttrack', '--wait', '2'];
		const hit = await until(async () => (await taker.json('search', 'lecture', ...only))[0]);
		expect(hit).toMatchObject({ network: 'fasttrack', size: content.length, verdict: 'ok' });
		expect(hit).not.toHaveProperty('sha1');
		const [file] = await giver.json('library');
		expect(hit.fthash).toBe(file.fthash);
		const got = await taker.ask('get', JSON.stringify(hit), '--wait');
		expect(got.stdout).toContain('complete, unverified');
		const [transfer] = await taker.json('transfers');
		expect(transfer).toMatchObject({ state: 'complete', verdict: 'unverified', fthash: hit.fthash });
		expect(readFileSync(transfer.path).equals(content)).toBe(true);
		expect((await taker.ask('transfers')).stdout).toContain('complete, unverified');
		expect(
			await until(async () => (await taker.json('search', `urn:fthash:${hit.fthash}`, ...only))[0]),
		).toEqual(hit);
	});

	it('proves what it fetches by the SHA-1 that a link has beside the FTHash', async () => {
		const [file] = await giver.json('library');
		const other = await node('127.0.0.16');
		try {
			await until(async () => (await other.json('status'))[0].networks[1].ultrapeers === 1);
			const link = `magnet:?xt=urn:sha1:${file.sha1}&xt=urn:fthash:${file.fthash}&dn=lecture.ogg`;
			const [transfer] = await other.json('get', link, '--wait');
			expect(transfer).toMatchObject({ state: 'complete', verdict: 'ok', sha1: file.sha1 });
		} finally {
			await other.stop();
		}
	});
});

it('a super-node has neither figures for Prometheus nor a page', async () => {
	const words = ['server', '--network', 'fasttrack', '--metrics', '127.0.0.1:0'];
	const { status, stderr } = await sallyport(words);
	expect(status).toBe(2);
	expect(stderr).toContain('--metrics is of eDonkey');
});
