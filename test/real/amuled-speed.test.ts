/**
 * How fast a large file goes between amuled 3 and a node of ours, beside amuled to amuled. It prints what it measures
 * and judges nothing but the bytes. SALLYPORT_AMULED3 names the folder with amuled and amulecmd.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { removeFolders, temporaryFolder } from '../cli/sallyport.ts';
import { patience } from '../patience.ts';
import { Mule, waitFor, whyNoMule } from './mule.ts';
import { addresses } from './namespace.ts';
import { PrivateNet } from './private-net.ts';

const folder = process.env['SALLYPORT_AMULED3'];
if (folder === undefined)
	console.log('The speed beside amuled 3 is not measured: SALLYPORT_AMULED3 does not name its folder.');
const skipped = folder === undefined || whyNoMule() !== undefined;

const [first, alice, bob, carol] = addresses;
const server = `${first}:4661`;
const size = 500_000_000;
const FETCHED = 120_000;
const PATIENCE = 400_000;

describe.skipIf(skipped)('a large file', () => {
	const { PATH } = process.env;
	beforeAll(() => void (process.env['PATH'] = `${folder}:${PATH}`));
	afterAll(() => {
		process.env['PATH'] = PATH;
		removeFolders();
	});

	it(
		'goes from ours to amuled, from amuled to amuled, and from amuled to ours, equal',
		async () => {
			const net = await PrivateNet.make();
			try {
				const [ours, theirs] = [randomBytes(size), randomBytes(size)];
				await net.server(server);
				const share = join(temporaryFolder(), 'share');
				mkdirSync(share);
				writeFileSync(join(share, 'willow.bin'), ours);
				const words = ['--share', share, '--limit-up', 'unlimited', '--peer', `edonkey:${server}`];
				const node = await net.node(bob, words);
				await new Mule(net, {
					address: alice,
					servers: [server],
					files: { 'orchard.bin': theirs },
				}).connected();
				const taker = new Mule(net, { address: carol, servers: [server] });
				await taker.connected();
				const hit = await waitFor('publication', patience, async () => {
					return (await node.json('search', 'orchard', '--wait', '3'))[0];
				});
				const shared = await waitFor('hashing', FETCHED, async () =>
					(await node.json('library')).find((one) => one['ed2k'] !== undefined),
				);

				const fetched = async (name: string, ed2k: unknown, from: string, bytes: Uint8Array) => {
					const path = join(taker.incoming, name);
					const begun = Date.now();
					const hash = String(ed2k).toUpperCase();
					await taker.ask(`add ed2k://|file|${name}|${size}|${hash}|/|sources,${from}:4662|/`);
					await waitFor(
						name,
						FETCHED,
						async () => (existsSync(path) && statSync(path).size === size ? true : undefined),
						100,
					);
					console.log(`${name} to amuled: ${Date.now() - begun} ms`);
					expect(readFileSync(path).equals(bytes)).toBe(true);
				};
				await fetched('willow.bin', shared['ed2k'], bob, ours);
				await fetched('orchard.bin', hit['ed2k'], alice, theirs);
				const begun = Date.now();
				const [transfer] = await node.json('get', JSON.stringify(hit), '--wait');
				console.log(`orchard.bin to us: ${Date.now() - begun} ms`);
				expect(readFileSync(transfer!['path'] as string).equals(theirs)).toBe(true);
			} finally {
				await net.close();
			}
		},
		PATIENCE,
	);
});
