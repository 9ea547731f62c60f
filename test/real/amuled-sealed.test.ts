/**
 * Debian's amuled with obfuscation required, at a server of ours and with nodes of ours: one that requires it too, and one
 * as it comes. What goes over the wire is captured beside it: no link begins as a plain one.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { removeFolders, temporaryFolder } from '../cli/sallyport.ts';
import { Mule, type OwnNode, PrivateNet, whyNoMule } from './mule.ts';
import { addresses } from './namespace.ts';

const skipped = whyNoMule() !== undefined;
const [first, alice, bob] = addresses;
const server = `${first}:4661`;
/** amuled publishes once a minute. */
const PUBLISHED = 100_000;
const FETCHED = 90_000;
const PATIENCE = 400_000;

const theirs = { 'orchard harvest ledger.bin': randomBytes(900_000) };
const ours = { 'willow chronicle.bin': randomBytes(700_000) };

async function waitFor<T>(what: string, patience: number, ask: () => Promise<T | undefined>): Promise<T> {
	const end = Date.now() + patience;
	for (;;) {
		const answer = await ask();
		if (answer !== undefined) return answer;
		if (Date.now() > end) throw new Error(`${what} has not happened in ${patience / 1000} s`);
		await new Promise((resolved) => setTimeout(resolved, 500));
	}
}

describe.skipIf(skipped)('amuled with obfuscation required', () => {
	let net: PrivateNet;
	let figures: () => Promise<string>;
	let mule: Mule;
	let node: OwnNode;

	async function connected(mule: Mule): Promise<string> {
		mule.start();
		await waitFor('amuled answers', 30_000, async () =>
			/eD2k/.test(await mule.ask('status')) ? true : undefined,
		);
		await mule.ask(`connect ${server}`);
		return waitFor(
			'a connection',
			30_000,
			async () => /Connected to [^\n]*/.exec(await mule.ask('status'))?.[0],
		);
	}

	beforeAll(async () => {
		net = await PrivateNet.make();
		figures = await net.server(server);
		const share = join(temporaryFolder(), 'share');
		mkdirSync(share);
		for (const [name, bytes] of Object.entries(ours)) writeFileSync(join(share, name), bytes);
		const peer = ['--peer', `edonkey:${server}`];
		node = await net.node(bob, ['--share', share, ...peer, '--edonkey-obfuscation', 'required']);
		mule = new Mule(net, { address: alice, servers: [server], files: theirs, sealed: true });
	}, PATIENCE);

	afterAll(async () => {
		await net?.close();
		removeFolders();
	}, PATIENCE);

	async function sealedSessions(): Promise<number> {
		return Number(/^sallyport_server_sealed (\d+)$/m.exec(await figures())?.[1]);
	}

	it(
		'logs in at our server by an obfuscated link, and is found to be reachable by one',
		async () => {
			const before = await sealedSessions();
			expect(await connected(mule)).toMatch(/with HighID/);
			expect(await sealedSessions()).toBeGreaterThan(before);
		},
		PATIENCE,
	);

	it(
		'gives us its files: we require it too',
		async () => {
			for (const [name, bytes] of Object.entries(theirs)) {
				const hit = await waitFor('publication', PUBLISHED, async () => {
					const hits = await node.json('search', ...name.replace('.bin', '').split(' '), '--wait', '3');
					return hits.find((one) => one['name'] === name);
				});
				expect(hit).toMatchObject({ network: 'edonkey', size: bytes.length, source: { host: alice } });
				const [transfer] = await node.json('get', JSON.stringify(hit), '--wait');
				expect(transfer).toMatchObject({ state: 'complete', size: bytes.length });
				expect(readFileSync(transfer!['path'] as string).equals(bytes)).toBe(true);
			}
		},
		PATIENCE,
	);

	it(
		'fetches our files',
		async () => {
			const [name, bytes] = Object.entries(ours)[0]!;
			await mule.session([
				{ command: `search local ${name.replace('.bin', '')}`, wait: 2000 },
				{ command: 'results', wait: 1000 },
				{ command: 'download 0', wait: 1000 },
			]);
			const path = join(mule.incoming, name);
			const arrival = () =>
				waitFor(`the download of ${name}`, FETCHED, async () => (existsSync(path) ? true : undefined));
			// amuled 2.3.3 stalls now and then, also on plain links: once more, with a new process.
			await arrival().catch(async () => {
				await mule.stop();
				await connected(mule);
				await arrival();
			});
			expect(readFileSync(path).equals(bytes)).toBe(true);
		},
		PATIENCE,
	);
});
