/** Two and more of Debian's amuled against our server: they cannot tell it from another. */
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { removeFolders } from '../cli/sallyport.ts';
import { patience } from '../patience.ts';
import { Mule, waitFor, whyNoMule } from './mule.ts';
import { addresses } from './namespace.ts';
import { PrivateNet } from './private-net.ts';
import { inNet, timeout } from './tries.ts';

const skipped = whyNoMule() !== undefined;
const [first, alice, bob, second, carol, dave] = addresses;
const servers = [`${first}:4661`, `${second}:4661`];
/** amuled publishes once a minute. */
const PATIENCE = 400_000;

const files = {
	'orchard harvest ledger.bin': randomBytes(1_500_000),
	'orchard meadow treatise.bin': randomBytes(700_000),
	'willow chronicle.bin': randomBytes(900_000),
	'amber lighthouse.bin': randomBytes(800_000),
};

describe.skipIf(skipped)('amuled and our server', () => {
	let net: PrivateNet;
	let figures: (() => Promise<string>)[];
	/** Alice shares at the first server, carol at the second; dave, at the first, cannot be dialled. */
	let people: { alice: Mule; bob: Mule; carol: Mule; dave: Mule };

	/** Names of what a search brings. */
	async function found(kind: 'local' | 'global', words: string, wait: number): Promise<string[]> {
		const text = await people.bob.session([
			{ command: `search ${kind} ${words}`, wait },
			{ command: 'results', wait: 1000 },
		]);
		return Object.keys(files).filter((name) => text.includes(name));
	}

	beforeAll(async () => {
		net = await PrivateNet.make();
		figures = await Promise.all(servers.map((server) => net.server(server)));
		const share = (...names: (keyof typeof files)[]) =>
			Object.fromEntries(names.map((name) => [name, files[name]]));
		people = {
			alice: new Mule(net, {
				address: alice,
				servers,
				files: share('orchard harvest ledger.bin', 'orchard meadow treatise.bin'),
			}),
			bob: new Mule(net, { address: bob, servers }),
			carol: new Mule(net, { address: carol, servers, files: share('willow chronicle.bin') }),
			// The server dials nobody at a port below 1024, so this one gets a LowID.
			dave: new Mule(net, { address: dave, servers, port: 1000, files: share('amber lighthouse.bin') }),
		};
	}, PATIENCE);

	afterAll(async () => {
		await net?.close();
		removeFolders();
	}, PATIENCE);

	it(
		'log in: who can be dialled gets a HighID, who cannot a LowID',
		async () => {
			const other = servers[1];
			expect(await people.alice.connected()).toMatch(/with HighID/);
			expect(await people.bob.connected()).toMatch(/with HighID/);
			expect(await people.carol.connected(other)).toMatch(/with HighID/);
			expect(await people.dave.connected()).toMatch(/with LowID/);
		},
		PATIENCE,
	);

	it(
		'publish, and find: words, and booleans of words',
		async () => {
			await waitFor('publication', patience, async () =>
				(await found('local', 'orchard', 2000)).length === 2 ? true : undefined,
			);
			// Of an answer that took longer than we waited, nothing is there.
			const answer = (words: string) =>
				waitFor(`an answer to ${words}`, patience, async () => {
					const names = await found('local', words, 2000);
					return names.length > 0 ? names : undefined;
				});
			expect(await answer('orchard AND ledger')).toEqual(['orchard harvest ledger.bin']);
			expect(await answer('orchard NOT ledger')).toEqual(['orchard meadow treatise.bin']);
			expect(await answer('harvest OR meadow')).toHaveLength(2);
			expect(await found('local', 'nobody', 2000)).toEqual([]);
		},
		PATIENCE,
	);

	it(
		'find by UDP what only another server knows',
		async () => {
			const names = await waitFor('an answer by UDP', patience, async () => {
				const some = await found('global', 'willow', 6000);
				return some.length > 0 ? some : undefined;
			});
			expect(names).toEqual(['willow chronicle.bin']);
			expect(await found('local', 'willow', 2000)).toEqual([]);
			// It has no session there: it asked plainly for the status, and used the key that the answer brought.
			const sealed = /^sallyport_server_datagrams_sealed (\d+)$/m.exec(await figures[1]!())?.[1];
			expect(Number(sealed)).toBeGreaterThan(0);
		},
		PATIENCE,
	);

	it(
		'an obfuscated link, as it asks for by default, is one that we can make',
		async () => {
			const script = fileURLToPath(new URL('sealed-hello.ts', import.meta.url));
			const { user } = people.carol;
			const { stdout, stderr } = await net.run([process.execPath, script, carol, '4662', user, first]);
			expect(stderr).toBe('');
			expect(JSON.parse(stdout)).toMatchObject({
				user,
				nick: 'tester',
				features: { cryptSupported: true, cryptRequested: true, cryptRequired: false },
			});
		},
		PATIENCE,
	);
});

/** With parties of their own: amuled waits for amuled for good when one of them loses a wake-up. */
describe.skipIf(skipped)('amuled and amuled, by our server', () => {
	afterAll(removeFolders);

	/** What one shares, at this port, the other finds and downloads. */
	const passed = (name: keyof typeof files, port: number, id: RegExp) => () =>
		inNet(servers[0], async (net) => {
			const shares = { [name]: files[name] };
			const giver = new Mule(net, { address: alice, servers, port, files: shares });
			const taker = new Mule(net, { address: bob, servers });
			expect(await giver.connected()).toMatch(id);
			expect(await taker.connected()).toMatch(/with HighID/);
			expect(Buffer.compare(await taker.fetched(name), files[name])).toBe(0);
		});

	it('download from each other', { timeout }, passed('orchard meadow treatise.bin', 4662, /with HighID/));

	it(
		'download from somebody with a LowID, who is called back through the server',
		{ timeout },
		// The server dials nobody at a port below 1024.
		passed('amber lighthouse.bin', 1000, /with LowID/),
	);
});
