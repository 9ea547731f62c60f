/**
 * Debian's amuled and a node of ours, at a server of ours: each finds and fetches what the other shares, packed where
 * amuled packs, and by a call-back where it cannot be dialled.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { removeFolders, temporaryFolder } from '../cli/sallyport.ts';
import { patience } from '../patience.ts';
import { Mule, waitFor, whyNoMule } from './mule.ts';
import { addresses } from './namespace.ts';
import { type OwnNode, PrivateNet } from './private-net.ts';

const skipped = whyNoMule() !== undefined;
const [first, alice, bob, dave] = addresses;
const server = `${first}:4661`;
/** amuled publishes once a minute. */
const PATIENCE = 400_000;

const theirs = {
	'orchard harvest ledger.bin': randomBytes(1_500_000),
	// amuled sends packed what becomes shorter by it.
	'orchard prose.bin': Buffer.alloc(1_300_000, 'the same words again and again, '),
};
const hidden = { 'amber lighthouse.bin': randomBytes(600_000) };
const ours = {
	'willow chronicle.bin': randomBytes(1_200_000),
	'willow prose.bin': Buffer.alloc(900_000, 'prose '),
};

describe.skipIf(skipped)('amuled and our node', () => {
	let net: PrivateNet;
	let mule: Mule;
	/** The server dials nobody at a port below 1024, so this one gets a LowID. */
	let low: Mule;
	let node: OwnNode;

	beforeAll(async () => {
		net = await PrivateNet.make();
		await net.server(server);
		const share = join(temporaryFolder(), 'share');
		mkdirSync(share);
		for (const [name, bytes] of Object.entries(ours)) writeFileSync(join(share, name), bytes);
		node = await net.node(bob, ['--share', share, '--peer', `edonkey:${server}`]);
		mule = new Mule(net, { address: alice, servers: [server], files: theirs });
		low = new Mule(net, { address: dave, port: 1000, servers: [server], files: hidden });
		expect(await mule.connected()).toMatch(/with HighID/);
		expect(await low.connected()).toMatch(/with LowID/);
	}, PATIENCE);

	afterAll(async () => {
		await net?.close();
		removeFolders();
	}, PATIENCE);

	async function fetchedByUs(name: string, bytes: Uint8Array, source: object): Promise<void> {
		const hit = await waitFor('publication', patience, async () => {
			const hits = await node.json('search', ...name.replace('.bin', '').split(' '), '--wait', '3');
			return hits.find((one) => one['name'] === name);
		});
		expect(hit).toMatchObject({ network: 'edonkey', size: bytes.length, source });
		const [transfer] = await node.json('get', JSON.stringify(hit), '--wait');
		expect(transfer).toMatchObject({ state: 'complete', size: bytes.length });
		expect(readFileSync(transfer!['path'] as string).equals(bytes)).toBe(true);
	}

	it(
		'what amuled shares is found and fetched by us, equal, plain and packed',
		async () => {
			for (const [name, bytes] of Object.entries(theirs)) await fetchedByUs(name, bytes, { host: alice });
		},
		PATIENCE,
	);

	it(
		'what an amuled with a LowID shares is fetched by a call-back, equal',
		async () => {
			const [name, bytes] = Object.entries(hidden)[0]!;
			await fetchedByUs(name, bytes, { host: first, firewalled: true });
		},
		PATIENCE,
	);

	it(
		'what we share is found and fetched by amuled, equal, plain and packed',
		async () => {
			for (const [name, bytes] of Object.entries(ours))
				expect(Buffer.from(await mule.fetched(name)).equals(bytes)).toBe(true);
			const served = Object.fromEntries(
				(await node.json('library')).map((one) => [one['name'], one['served']]),
			);
			expect(served['willow chronicle.bin']).toBeGreaterThan(1_200_000);
			expect(served['willow prose.bin']).toBeGreaterThan(0);
			expect(served['willow prose.bin']).toBeLessThan(100_000);
		},
		PATIENCE,
	);
});
