/**
 * Several sources of one file, amuled's and ours together, for amuled and for us; and a node of ours that cannot be dialled,
 * called back by amuled. Debian's amuled 2.3.3, which loses wake-ups of its sockets, to its server and to other clients: each
 * test has its own parties, and a second try has new ones.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { md4 } from '../../src/library/ed2k-hash.ts';
import { hex } from '../../src/networks/common/hash.ts';
import { removeFolders, temporaryFolder } from '../cli/sallyport.ts';
import { Mule, waitFor, whyNoMule } from './mule.ts';
import { addresses } from './namespace.ts';
import { type OwnNode, PrivateNet } from './private-net.ts';

const skipped = whyNoMule() !== undefined;
const [first, alice, bob, carol, dave] = addresses;
const server = `${first}:4661`;
const tried = { timeout: 400_000, retry: 2 };

const name = 'harbour-almanac.bin';
const bytes = randomBytes(2_000_000);
const files = { [name]: bytes };

/** Names its sources: nobody waits for publication. */
const linkWith = (...hosts: string[]): string => {
	const sources = hosts.map((host) => `${host}:4662`).join(',');
	return `ed2k://|file|${name}|${bytes.length}|${hex(md4(bytes)).toUpperCase()}|/|sources,${sources}|/`;
};

async function inNet(run: (net: PrivateNet) => Promise<void>): Promise<void> {
	const net = await PrivateNet.make();
	try {
		await net.server(server);
		await run(net);
	} finally {
		await net.close();
	}
}

async function startMule(net: PrivateNet, address: string, shares?: typeof files): Promise<Mule> {
	const mule = new Mule(net, { address, servers: [server], ...(shares && { files: shares }) });
	expect(await mule.connected()).toMatch(/with HighID/);
	return mule;
}

function startNode(
	net: PrivateNet,
	host: string,
	shares: Record<string, Uint8Array>,
	...more: string[]
): Promise<OwnNode> {
	const share = join(temporaryFolder(), 'share');
	mkdirSync(share);
	for (const [one, content] of Object.entries(shares)) writeFileSync(join(share, one), content);
	return net.node(host, ['--share', share, '--peer', `edonkey:${server}`, ...more]);
}

/** No faster than amuled 2.3.3 gives, so that there is something left for it to give. */
const slowly = ['--limit-up', '200KB'];

/** What each host has given to a node of ours that fetches what the link names. */
async function fetchedByUs(taker: OwnNode, link: string): Promise<(host: string) => number> {
	const [transfer] = await taker.json('get', link, '--wait');
	expect(transfer).toMatchObject({ state: 'complete', size: bytes.length });
	expect(readFileSync(transfer!['path'] as string).equals(bytes)).toBe(true);
	const [row] = await taker.json('transfers');
	const { sourceList } = await taker.api(`transfers/${row!['id']}`);
	const all = sourceList as { address: string; gave: number }[];
	return (host) => all.find(({ address }) => address === `${host}:4662`)?.gave ?? 0;
}

describe.skipIf(skipped)('several sources, amuled and our nodes', () => {
	afterAll(removeFolders);

	it('two amuled give a file to our node, equal', tried, () =>
		inNet(async (net) => {
			await startMule(net, alice, files);
			await startMule(net, carol, files);
			const gave = await fetchedByUs(await startNode(net, dave, {}), linkWith(alice, carol));
			expect(gave(alice)).toBeGreaterThan(0);
			expect(gave(carol)).toBeGreaterThan(0);
			expect(gave(alice) + gave(carol)).toBe(bytes.length);
		}),
	);

	it('amuled and a node of ours give a file to another node of ours, equal', tried, () =>
		inNet(async (net) => {
			await startMule(net, alice, files);
			await startNode(net, bob, files, ...slowly);
			const gave = await fetchedByUs(await startNode(net, dave, {}), linkWith(alice, bob));
			expect(gave(alice)).toBeGreaterThan(0);
			expect(gave(bob)).toBeGreaterThan(0);
		}),
	);

	it('amuled and a node of ours give a file to another amuled, equal', tried, () =>
		inNet(async (net) => {
			const seeder = await startMule(net, alice, files);
			const node = await startNode(net, bob, files, '--limit-up', 'unlimited');
			const taker = await startMule(net, carol);
			// Ours is asked when the slower one has begun to give.
			await taker.ask(`add ${linkWith(alice)}`);
			// What it uploads counts its small messages too.
			await waitFor('a slot', 60_000, async () => (await seeder.uploaded()) > 50_000 || undefined);
			await taker.ask(`add ${linkWith(bob)}`);
			expect(Buffer.from(await taker.arrived(name)).equals(bytes)).toBe(true);
			expect(await seeder.uploaded()).toBeGreaterThan(50_000);
			expect((await node.json('library'))[0]!['served']).toBeGreaterThan(0);
		}),
	);

	it(
		'a node of ours that cannot be dialled is called back by amuled through the server, and gives',
		tried,
		() =>
			inNet(async (net) => {
				// The server dials nobody at a port below 1024, so this one gets a LowID.
				const node = await startNode(net, bob, files, '--edonkey-listen', `${bob}:1000`);
				const taker = await startMule(net, carol);
				expect(Buffer.from(await taker.fetched(name)).equals(bytes)).toBe(true);
				expect((await node.json('library'))[0]!['served']).toBeGreaterThanOrEqual(bytes.length);
			}),
	);
});
