/** Debian's amuled and a node of ours, at a server of ours: each finds and fetches what the other shares. */
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

const theirs = { 'orchard harvest ledger.bin': randomBytes(1_500_000) };
const ours = {
	'willow chronicle.bin': randomBytes(1_200_000),
	'willow prose.bin': Buffer.alloc(900_000, 'prose '),
};

async function waitFor<T>(what: string, patience: number, ask: () => Promise<T | undefined>): Promise<T> {
	const end = Date.now() + patience;
	for (;;) {
		const answer = await ask();
		if (answer !== undefined) return answer;
		if (Date.now() > end) throw new Error(`${what} has not happened in ${patience / 1000} s`);
		await new Promise((resolved) => setTimeout(resolved, 500));
	}
}

describe.skipIf(skipped)('amuled and our node', () => {
	let net: PrivateNet;
	let mule: Mule;
	let node: OwnNode;

	async function connected(): Promise<string> {
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

	/** amuled fetches; goes on with a new process where 2.3.3 has stalled. */
	async function fetched(name: string): Promise<Uint8Array> {
		await mule.session([
			{ command: `search local ${name.replace('.bin', '')}`, wait: 2000 },
			{ command: 'results', wait: 1000 },
			{ command: 'download 0', wait: 1000 },
		]);
		const path = join(mule.incoming, name);
		const arrival = () =>
			waitFor(`the download of ${name}`, FETCHED, async () => (existsSync(path) ? true : undefined));
		await arrival().catch(async () => {
			await mule.stop();
			await connected();
			await arrival();
		});
		return readFileSync(path);
	}

	beforeAll(async () => {
		net = await PrivateNet.make();
		await net.server(server);
		const share = join(temporaryFolder(), 'share');
		mkdirSync(share);
		for (const [name, bytes] of Object.entries(ours)) writeFileSync(join(share, name), bytes);
		node = await net.node(bob, ['--share', share, '--peer', `edonkey:${server}`]);
		mule = new Mule(net, { address: alice, servers: [server], files: theirs });
		expect(await connected()).toMatch(/with HighID/);
	}, PATIENCE);

	afterAll(async () => {
		await net?.close();
		removeFolders();
	}, PATIENCE);

	it(
		'what amuled shares is found and fetched by us, equal',
		async () => {
			const [name, bytes] = Object.entries(theirs)[0]!;
			const hit = await waitFor('publication', PUBLISHED, async () => {
				const hits = await node.json('search', 'orchard', '--wait', '3');
				return hits.find((one) => one['name'] === name);
			});
			expect(hit).toMatchObject({ network: 'edonkey', size: bytes.length, source: { host: alice } });
			const [transfer] = await node.json('get', JSON.stringify(hit), '--wait');
			expect(transfer).toMatchObject({ state: 'complete', size: bytes.length });
			expect(readFileSync(transfer!['path'] as string).equals(bytes)).toBe(true);
		},
		PATIENCE,
	);

	it(
		'what we share is found and fetched by amuled, equal',
		async () => {
			for (const [name, bytes] of Object.entries(ours))
				expect(Buffer.from(await fetched(name)).equals(bytes)).toBe(true);
		},
		PATIENCE,
	);
});
