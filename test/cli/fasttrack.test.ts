/** A super-node and two leaves of FastTrack, started as users start them, pass a file on. */
import { createSocket } from 'node:dgram';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kzRoot } from '../../src/library/kzhash.ts';
import { hex } from '../../src/networks/common/hash.ts';
import { encodeUdpPong } from '../../src/networks/fasttrack/wire/datagram.ts';
import { type RunningNode, removeFolders, startNode, temporaryFolder, until } from './sallyport.ts';

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
	const words = ['server', '--network', 'fasttrack', '--home', home(), '--listen', '127.0.0.9:0'];
	supernode = await startNode(words);
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

	it('proves what it fetches by the kzhash of a link, which the giver has printed', async () => {
		const [file] = await giver.json('library');
		expect(file.kzhash).toMatch(new RegExp(`^${file.fthash}[0-9a-f]{32}$`));
		expect((await giver.ask('library')).stdout).toContain(`urn:kzhash:${file.kzhash}`);
		const other = await node('127.0.0.17');
		try {
			await until(async () => (await other.json('status'))[0].networks[1].ultrapeers === 1);
			const link = `magnet:?xt=urn:kzhash:${file.kzhash}&dn=lecture.ogg`;
			const got = await other.ask('get', link, '--wait');
			expect(got.stdout).toMatch(new RegExp(`^complete  .*urn:kzhash:${file.kzhash}  1 source`));
			const [transfer] = await other.json('transfers');
			expect(transfer).toMatchObject({ state: 'complete', verdict: 'ok', kzhash: file.kzhash });
			expect(readFileSync(transfer.path).equals(content)).toBe(true);
			const [hit] = await other.json('search', `urn:kzhash:${file.kzhash}`, '--wait', '2');
			expect(hit.fthash).toBe(file.fthash);
			// Who gives a file gives its tree, too.
			const { host, port } = hit.source;
			const tree = await fetch(`http://${host}:${port}/.kztree=${file.kzhash}`);
			const slices = await tree.bytes();
			expect(slices).toHaveLength(Math.ceil(content.length / 65_536) * 16);
			expect(hex(kzRoot(slices))).toBe(file.kzhash.slice(40));
		} finally {
			await other.stop();
		}
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

it('a node that knows three super-nodes pings them, and dials the one that answers', async () => {
	const listener = createServer();
	await new Promise<void>((done) => listener.listen(0, '127.0.0.19', done));
	const { port } = listener.address() as AddressInfo;
	const dialled = new Promise<void>((done) => listener.once('connection', () => done()));
	const answering = createSocket('udp4');
	await new Promise<void>((done) => answering.bind(port, '127.0.0.19', done));
	const pinged = new Promise<string>((done) =>
		answering.once('message', (bytes, { port: to, address }) => {
			answering.send(encodeUdpPong('KaZaA', 0, false), to, address);
			done(bytes.toString('hex'));
		}),
	);
	const peers = ['127.0.0.20:9', '127.0.0.21:9', `127.0.0.19:${port}`];
	const one = await startNode([
		...['node', '--home', home(), '--networks', 'fasttrack', '--listen', '127.0.0.22:0'],
		...['--fasttrack-listen', '127.0.0.22:0', '--api', '127.0.0.1:0'],
		...peers.flatMap((peer) => ['--peer', `fasttrack:${peer}`]),
	]);
	expect(await pinged).toBe('2700000029804b615a614100');
	await dialled;
	await one.stop();
	answering.close();
	listener.close();
});

it('a super-node gives its figures, and its page bans, over a restart too', async () => {
	const words = ['server', '--network', 'fasttrack', '--home', home(), '--listen', '127.0.0.17:0'];
	const first = (await startNode([...words, '--open', '--metrics', '127.0.0.1:0'])) as RunningNode & {
		metrics: string;
	};
	const leaf = await node('127.0.0.18', '--peer', `fasttrack:${first.listen}`);
	try {
		await until(async () => /^sallyport_server_users 1$/m.test(await (await fetch(first.metrics)).text()));
		const text = await (await fetch(first.metrics)).text();
		for (const figure of ['files 0', 'neighbours 0', 'logins 1', 'bans 0', 'passed_on 0'])
			expect(text).toContain(`sallyport_server_${figure}`);
		const { headers } = await fetch(first.console, { redirect: 'manual' });
		const cookie = headers.getSetCookie()[0]!.split(';')[0]!;
		const at = `${first.api}/api/v1/server`;
		const view = (await (await fetch(at, { headers: { cookie } })).json()) as { network: string };
		expect(view).toMatchObject({ network: 'fasttrack', figures: { users: 1 } });
		const entry = { 'content-type': 'application/json', cookie, origin: first.api };
		const body = JSON.stringify({ host: '127.0.0.18' });
		expect((await fetch(`${at}/bans`, { method: 'POST', headers: entry, body })).status).toBe(201);
		await until(async () => /^sallyport_server_users 0$/m.test(await (await fetch(first.metrics)).text()));
	} finally {
		await Promise.all([leaf.stop(), first.stop('SIGKILL')]);
	}
	const again = (await startNode([...words, '--metrics', '127.0.0.1:0'])) as RunningNode & {
		metrics: string;
	};
	expect(await (await fetch(again.metrics)).text()).toMatch(/^sallyport_server_bans 1$/m);
	await again.stop();
});
