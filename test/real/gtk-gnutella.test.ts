/**
 * Interoperation with gtk-gnutella in both roles, each searching and fetching from the other.
 * SALLYPORT_GTKG names its start script (docs/interoperability.md).
 *
 * `gtkg` is its ultrapeer, `gtkgLeaf` its leaf below our ultrapeer; our leaves are below one each.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { removeFolders, until } from '../cli/sallyport.ts';
import { Namespace, openFolder, type RealNode, sha1Of, sharedFile, whyNot } from './namespace.ts';

const script = process.env['SALLYPORT_GTKG'] ?? '';
const skipped = whyNot('gtk-gnutella', 'SALLYPORT_GTKG') !== undefined;
const gtkgAt = '85.10.1.1:7001';
const gtkgLeafAt = '86.20.1.1:7002';
const leafAt = '87.30.1.1:7103';
const ultrapeerAt = '88.40.1.1:7204';
const otherAt = '90.60.1.1:7305';

describe.skipIf(skipped)('gtk-gnutella', () => {
	const files = {
		gtkg: sharedFile('granite lighthouse coastal survey.bin'),
		gtkgLeaf: sharedFile('crimson glacier arctic notes.bin'),
		leaf: sharedFile('velvet harbour tidal almanac.bin'),
		ultrapeer: sharedFile('copper meadow garden treatise.bin'),
		other: sharedFile('amber willow village chronicle.bin'),
	};
	const states = { gtkg: join(openFolder(), 'state'), gtkgLeaf: join(openFolder(), 'state') };
	let namespace: Namespace;
	let leaf: RealNode;
	let ultrapeer: RealNode;
	let other: RealNode;

	/** A command of gtk-gnutella's shell; '' while it does not answer. */
	const shell = (state: string, command: string) => namespace.beside(script, 'shell.sh', state, command);

	function start(at: string, state: string, share: string, peer: string, role: string, gui = false): void {
		const [host, port] = at.split(':') as [string, string];
		namespace.start([script, host, port, state, share, peer, role], gui ? { GTKG_GUI: '1' } : {});
	}

	/** What its list of nodes says of this one, once it is fully linked. */
	const flagsOf = (state: string, node: string): Promise<string> =>
		until(async () => {
			const lines = (await shell(state, 'nodes')).split('\n');
			return lines.find((text) => text.startsWith(node))?.match(/ ([ULGB][IO]r?w?Q?\S*)/)?.[1];
		});

	/** It fetches by its shell; the SHA-1 of what has arrived. */
	async function fetched(state: string, from: string, sha1: string): Promise<string | undefined> {
		await shell(state, `download add http://${from}/uri-res/N2R?urn:sha1:${sha1}`);
		return until(async () => sha1Of(join(state, 'complete', `urn_sha1_${sha1}`)));
	}

	beforeAll(async () => {
		namespace = new Namespace();
		start(gtkgAt, states.gtkg, files.gtkg.folder, '-', 'ultra');
		ultrapeer = await namespace.node({ listen: ultrapeerAt, role: 'ultrapeer', share: files.ultrapeer });
		start(gtkgLeafAt, states.gtkgLeaf, files.gtkgLeaf.folder, ultrapeerAt, 'leaf');
		leaf = await namespace.node({ listen: leafAt, role: 'leaf', share: files.leaf, peers: [gtkgAt] });
		other = await namespace.node({ listen: otherAt, role: 'leaf', share: files.other, peers: [ultrapeerAt] });
	});

	afterAll(async () => {
		await namespace?.close();
		removeFolders();
	});

	describe('as the ultrapeer of our leaf', () => {
		it('is linked, takes our table, and deflates in both directions', async () => {
			expect(await leaf.peer('gtk-gnutella/')).toMatchObject({
				address: gtkgAt,
				role: 'ultrapeer',
				compressed: true,
				refused: 0,
			});
			// Leaf, incoming, reads, writes, has our table, deflated both ways.
			expect(await flagsOf(states.gtkg, leafAt)).toMatch(/^LIrwQ.Z/);
		});

		it('answers our search, and gives its file, half a MiB first', async () => {
			const hit = await leaf.find(files.gtkg);
			expect(hit).toMatchObject({ name: files.gtkg.name, size: files.gtkg.size, verdict: 'ok' });
			expect(await leaf.get(hit)).toBe(files.gtkg.sha1);
		});

		it('fetches our file', async () =>
			expect(await fetched(states.gtkg, leafAt, files.leaf.sha1)).toBe(files.leaf.sha1));
	});

	describe('as a leaf of our ultrapeer', () => {
		it('is linked, and deflates in both directions', async () => {
			expect(await ultrapeer.peer('gtk-gnutella/')).toMatchObject({
				role: 'leaf',
				compressed: true,
				refused: 0,
			});
			expect(await flagsOf(states.gtkgLeaf, ultrapeerAt)).toMatch(/^UOrwQ.Z/);
		});

		it('has sent its table: another leaf of ours finds its file through our ultrapeer and fetches it', async () => {
			const hit = await other.find(files.gtkgLeaf);
			expect(hit.source).toMatchObject({ host: '86.20.1.1', port: 7002, agent: 'GTKG' });
			expect(await other.get(hit)).toBe(files.gtkgLeaf.sha1);
		});

		it('fetches our file', async () => {
			const { sha1 } = files.ultrapeer;
			expect(await fetched(states.gtkgLeaf, ultrapeerAt, sha1)).toBe(sha1);
		});

		it('gives its file after a PUSH, all ranges over the one link that it has opened', async () => {
			const hit = await ultrapeer.find(files.gtkgLeaf);
			expect(await ultrapeer.getPushed(hit)).toBe(files.gtkgLeaf.sha1);
		});
	});

	describe('as another ultrapeer of ours', () => {
		it('is linked, exchanges tables, and deflates in both directions', async () => {
			await shell(states.gtkg, `node add ${ultrapeerAt}`);
			expect(await flagsOf(states.gtkg, ultrapeerAt)).toMatch(/^UOrwQXZ/);
			expect(await ultrapeer.ask('peers')).toContainEqual(
				expect.objectContaining({ role: 'ultrapeer', direction: 'in', compressed: true, refused: 0 }),
			);
		});

		it('answers the search of our ultrapeer', async () => void (await ultrapeer.find(files.gtkg)));

		it('passes searches on: each of two leaves finds the file of the other across both ultrapeers', async () => {
			expect((await other.find(files.leaf)).source.host).toBe('87.30.1.1');
			const hit = await leaf.find(files.other);
			expect(hit.source.host).toBe('90.60.1.1');
			expect(await leaf.get(hit)).toBe(files.other.sha1);
		});

		it('takes a changed table: a file that our leaf shares only now is found through it', async () => {
			const late = sharedFile('pewter lantern evening journal.bin', 100_000, files.leaf.folder);
			await until(async () => (await leaf.sharedFiles()) === 2);
			expect((await other.find(late)).source.host).toBe('87.30.1.1');
		});
	});

	const noScreen = spawnSync('Xvfb', ['-help']).error !== undefined;
	if (!skipped && noScreen) console.log('gtk-gnutella searches only on a screen, and Xvfb is not installed.');

	describe.skipIf(noScreen)('with a screen', () => {
		const state = join(openFolder(), 'state');
		const hidden = sharedFile('silver orchard harvest ledger.bin');

		it('finds the file of a leaf of ours that nobody can dial, and gets it by PUSH', async () => {
			// Announced is a port where nobody listens.
			await namespace.node({
				listen: '87.30.1.1:7106',
				announce: '87.30.1.1:9',
				role: 'leaf',
				share: hidden,
				peers: [ultrapeerAt],
			});
			start('89.50.1.1:7007', state, join(openFolder(), 'share'), ultrapeerAt, 'leaf', true);
			await flagsOf(state, ultrapeerAt);
			await shell(state, `download add magnet:?xt=urn:sha1:${hidden.sha1}&dn=hidden.bin&xl=${hidden.size}`);
			await shell(state, 'search add "orchard ledger"');
			const arrived = join(state, 'complete', 'hidden.bin');
			expect(await until(async () => sha1Of(arrived))).toBe(hidden.sha1);
			expect(readdirSync(join(state, 'complete'))).toEqual(['hidden.bin']);
		});
	});
});
