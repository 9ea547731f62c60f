/**
 * Interoperation with giFT (its Gnutella plugin) as a leaf of our ultrapeer, beside a leaf of ours.
 * SALLYPORT_GIFT names its start script (docs/interoperability.md).
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { removeFolders } from '../cli/sallyport.ts';
import { Gift, lacksGift } from './gift.ts';
import { Namespace, type RealNode, sharedFile } from './namespace.ts';

const skipped = lacksGift('giFT');
const ultrapeerAt = '88.40.1.1:7204';
const leafAt = '90.60.1.1:7305';

describe.skipIf(skipped)('giFT as a leaf of our ultrapeer', () => {
	const files = {
		gift: sharedFile('silver orchard harvest ledger.bin'),
		ultrapeer: sharedFile('copper meadow garden treatise.bin'),
		leaf: sharedFile('amber willow village chronicle.bin'),
	};
	let namespace: Namespace;
	let gift: Gift;
	let ultrapeer: RealNode;
	let leaf: RealNode;

	beforeAll(async () => {
		namespace = new Namespace();
		ultrapeer = await namespace.node({ listen: ultrapeerAt, role: 'ultrapeer', share: files.ultrapeer });
		gift = new Gift(namespace, { at: '86.20.1.1:7301', share: files.gift, peer: ultrapeerAt });
		leaf = await namespace.node({ listen: leafAt, role: 'leaf', share: files.leaf, peers: [ultrapeerAt] });
	});

	afterAll(async () => {
		await namespace?.close();
		removeFolders();
	});

	it('is linked as a leaf, with deflate', async () => {
		const peer = await ultrapeer.peer('giFT');
		expect(peer).toMatchObject({ role: 'leaf', direction: 'in', compressed: true });
	});

	it('has sent its table: our leaf finds its file through our ultrapeer and fetches it', async () => {
		const hit = await leaf.find(files.gift);
		expect(hit).toMatchObject({ source: { host: '86.20.1.1', agent: 'GIFT' }, verdict: 'ok' });
		expect(await leaf.get(hit)).toBe(files.gift.sha1);
	});

	it('gives its file after a PUSH', async () => {
		const hit = await ultrapeer.find(files.gift);
		expect(await ultrapeer.getPushed(hit)).toBe(files.gift.sha1);
	});

	it('finds and fetches the file of our ultrapeer, and of our leaf through it', async () => {
		expect(await gift.fetched('garden treatise', files.ultrapeer.name)).toBe(files.ultrapeer.sha1);
		expect(await gift.fetched('village chronicle', files.leaf.name)).toBe(files.leaf.sha1);
	});

	it('was refused nothing', async () => expect((await ultrapeer.peer('giFT')).refused).toBe(0));
});
