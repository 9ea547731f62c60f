/**
 * Several sources of one file, amuled's and ours together, for amuled and for us; and a node of ours that cannot be dialled,
 * called back by amuled, Debian's 2.3.3.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { md4 } from '../../src/library/ed2k-hash.ts';
import { hex } from '../../src/networks/common/hash.ts';
import { removeFolders, temporaryFolder } from '../cli/sallyport.ts';
import { Mule, whyNoMule } from './mule.ts';
import { addresses } from './namespace.ts';
import type { OwnNode, PrivateNet } from './private-net.ts';
import { inNet, timeout } from './tries.ts';

const skipped = whyNoMule() !== undefined;
const [first, alice, bob, carol, dave] = addresses;
const server = `${first}:4661`;
const name = 'harbour-almanac.bin';
const bytes = randomBytes(2_000_000);
const files = { [name]: bytes };

/** Names its sources: nobody waits for publication. */
const linkWith = (...hosts: string[]): string => {
	const sources = hosts.map((host) => `${host}:4662`).join(',');
	return `ed2k://|file|${name}|${bytes.length}|${hex(md4(bytes)).toUpperCase()}|/|sources,${sources}|/`;
};

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

/** amuled 2.3.3 begins to give ten seconds after it was asked: by then there is something left for it to give. */
const slowly = ['--limit-up', '100KB'];

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

describe.skipIf(skipped).concurrent('several sources, amuled and our nodes', () => {
	afterAll(removeFolders);

	it('two amuled give a file to our node, equal', { timeout }, () =>
		inNet(server, async (net) => {
			await startMule(net, alice, files);
			await startMule(net, carol, files);
			const gave = await fetchedByUs(await startNode(net, dave, {}), linkWith(alice, carol));
			expect(gave(alice)).toBeGreaterThan(0);
			expect(gave(carol)).toBeGreaterThan(0);
			expect(gave(alice) + gave(carol)).toBe(bytes.length);
		}),
	);

	it('amuled and a node of ours give a file to another node of ours, equal', { timeout }, () =>
		inNet(server, async (net) => {
			await startMule(net, alice, files);
			await startNode(net, bob, files, ...slowly);
			const gave = await fetchedByUs(await startNode(net, dave, {}), linkWith(alice, bob));
			expect(gave(alice)).toBeGreaterThan(0);
			expect(gave(bob)).toBeGreaterThan(0);
		}),
	);

	it('amuled and a node of ours give a file to another amuled, equal', { timeout }, () =>
		inNet(server, async (net) => {
			const seeder = await startMule(net, alice, files);
			const node = await startNode(net, bob, files, ...slowly);
			const taker = await startMule(net, carol);
			await taker.ask(`add ${linkWith(alice, bob)}`);
			expect(Buffer.from(await taker.arrived(name)).equals(bytes)).toBe(true);
			// What it uploads counts its small messages too.
			expect(await seeder.uploaded()).toBeGreaterThan(50_000);
			expect((await node.json('library'))[0]!['served']).toBeGreaterThan(0);
		}),
	);

	it(
		'a node of ours that cannot be dialled is called back by amuled through the server, and gives',
		{ timeout },
		() =>
			inNet(server, async (net) => {
				// The server dials nobody at a port below 1024, so this one gets a LowID.
				const node = await startNode(net, bob, files, '--edonkey-listen', `${bob}:1000`);
				const taker = await startMule(net, carol);
				expect(Buffer.from(await taker.fetched(name)).equals(bytes)).toBe(true);
				expect((await node.json('library'))[0]!['served']).toBeGreaterThanOrEqual(bytes.length);
			}),
	);
});
