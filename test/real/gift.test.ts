/**
 * Interoperation with giFT (its Gnutella plugin) as a leaf of our ultrapeer, beside a leaf of ours.
 * SALLYPORT_GIFT names its start script (docs/interoperability.md).
 */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { removeFolders, until } from '../cli/sallyport.ts';
import {
	Namespace,
	openFolder,
	type RealNode,
	type SharedFile,
	sha1Of,
	sharedFile,
	whyNot,
} from './namespace.ts';

const script = process.env['SALLYPORT_GIFT'] ?? '';
const skipped = whyNot('giFT', 'SALLYPORT_GIFT') !== undefined;
const PATIENCE = 180_000;
const ultrapeerAt = '88.40.1.1:7204';
const leafAt = '90.60.1.1:7305';
const control = '1213';

describe.skipIf(skipped)('giFT as a leaf of our ultrapeer', () => {
	const files = {
		gift: sharedFile('silver orchard harvest ledger.bin'),
		ultrapeer: sharedFile('copper meadow garden treatise.bin'),
		leaf: sharedFile('amber willow village chronicle.bin'),
	};
	const state = join(openFolder(), 'state');
	let namespace: Namespace;
	let ultrapeer: RealNode;
	let leaf: RealNode;

	/** It searches and fetches the first result; the SHA-1 of what has arrived. */
	async function fetched(file: SharedFile, words: string): Promise<string | undefined> {
		await namespace.run(['python3', join(script, '..', 'get.py'), control, '12', words, '1']);
		return until(async () => sha1Of(join(state, 'completed', file.name)));
	}

	beforeAll(async () => {
		namespace = new Namespace();
		ultrapeer = await namespace.node({ listen: ultrapeerAt, role: 'ultrapeer', share: files.ultrapeer });
		namespace.start([script, '86.20.1.1', '7301', state, files.gift.folder, ultrapeerAt]);
		leaf = await namespace.node({ listen: leafAt, role: 'leaf', share: files.leaf, peers: [ultrapeerAt] });
	}, PATIENCE);

	afterAll(async () => {
		await namespace?.close();
		removeFolders();
	}, PATIENCE);

	it(
		'is linked as a leaf, with deflate',
		async () => {
			const peer = await ultrapeer.peer('giFT');
			expect(peer).toMatchObject({ role: 'leaf', direction: 'in', compressed: true });
		},
		PATIENCE,
	);

	it(
		'has sent its table: our leaf finds its file through our ultrapeer and fetches it',
		async () => {
			const hit = await leaf.find(files.gift);
			expect(hit).toMatchObject({ source: { host: '86.20.1.1', agent: 'GIFT' }, verdict: 'ok' });
			expect(await leaf.get(hit)).toBe(files.gift.sha1);
		},
		PATIENCE,
	);

	it(
		'gives its file after a PUSH',
		async () => {
			const hit = await ultrapeer.find(files.gift);
			expect(await ultrapeer.getPushed(hit)).toBe(files.gift.sha1);
		},
		PATIENCE,
	);

	it(
		'finds and fetches the file of our ultrapeer, and of our leaf through it',
		async () => {
			expect(await fetched(files.ultrapeer, 'garden treatise')).toBe(files.ultrapeer.sha1);
			expect(await fetched(files.leaf, 'village chronicle')).toBe(files.leaf.sha1);
		},
		PATIENCE,
	);

	it('was refused nothing', async () => expect((await ultrapeer.peer('giFT')).refused).toBe(0));
});
