/**
 * Interoperation with mldonkey (its FastTrack module) as a leaf of our super-node, beside a leaf of ours and two of giFT.
 * Both programs must be named: SALLYPORT_MLDONKEY and SALLYPORT_GIFT (docs/interoperability.md).
 *
 * It dials for the first time a minute after its start, publishes wrong hashes, and answers no request for a file.
 */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Hit } from '../../src/node/api/schemas.ts';
import { launcher, removeFolders, until } from '../cli/sallyport.ts';
import { Gift, lacksGift } from './gift.ts';
import { lacksMldonkey, Mldonkey } from './mldonkey.ts';
import { Namespace, openFolder, type RealNode, type SharedFile, sharedFile } from './namespace.ts';

const skipped = [lacksMldonkey("mldonkey's FastTrack"), lacksGift("mldonkey's FastTrack")].includes(true);
const supernodeAt = '88.40.1.1:1214';

describe.skipIf(skipped)('mldonkey as a leaf of our super-node', () => {
	const files = {
		mldonkey: sharedFile('walnut steeple parish register.bin', 200_000),
		leaf: sharedFile('amber willow village chronicle.bin', 400_000),
		gift: sharedFile('silver orchard harvest ledger.bin', 1_000_001),
	};
	/** The same file in another folder. */
	const other: SharedFile = { ...files.gift, folder: join(openFolder(), 'share') };
	let namespace: Namespace;
	let mldonkey: Mldonkey;
	let leaf: RealNode;

	beforeAll(async () => {
		namespace = new Namespace();
		const home = join(openFolder(), 'home');
		const words = ['server', '--network', 'fasttrack', '--json', '--home', home, '--listen', supernodeAt];
		await namespace.ready([process.execPath, launcher, ...words]);
		mldonkey = new Mldonkey(namespace, 'fasttrack', {
			...{ at: '89.50.1.1:1400', share: files.mldonkey, peer: supernodeAt },
		});
		cpSync(files.gift.folder, other.folder, { recursive: true });
		const gift = { plugin: 'FastTrack', peer: supernodeAt } as const;
		new Gift(namespace, { ...gift, at: '86.20.1.1:1301', share: files.gift });
		new Gift(namespace, { ...gift, at: '87.30.1.1:1302', share: other, control: '1223' });
		const joining = ['--networks', 'fasttrack', '--fasttrack-listen', '90.60.1.1:1214'];
		const given = { listen: '90.60.1.1:0', role: 'leaf', share: files.leaf } as const;
		leaf = await namespace.node({ ...given, words: [...joining, '--peer', `fasttrack:${supernodeAt}`] });
	});

	afterAll(async () => {
		await namespace?.close();
		removeFolders();
	});

	it('has published its file: our leaf finds it, by words and by the hash that it has there', async () => {
		const hit = await leaf.named(files.mldonkey, 'walnut steeple');
		expect(hit).toMatchObject({ network: 'fasttrack', source: { host: '89.50.1.1', port: 1400 } });
		const byHash = await leaf.named(files.mldonkey, `urn:fthash:${hit.fthash}`);
		expect(byHash.source).toEqual(hit.source);
	});

	it('finds the file of our leaf by words, and fetches it', async () => {
		await mldonkey.order('willow chronicle', files.leaf.name);
		expect(await mldonkey.arrived('amber')).toBe(files.leaf.sha1);
	});

	it('fetches from two giFTs at once', async () => {
		await until(async () => {
			const hits = (await leaf.ask('search', 'harvest ledger', '--wait', '3')) as Hit[];
			return hits.filter(({ name }) => name === files.gift.name).length === 2;
		});
		await mldonkey.order('orchard ledger', files.gift.name);
		await until(async () => /silver.* 2\/2 /.test(await mldonkey.says('vd')));
		expect(await mldonkey.arrived('silver')).toBe(files.gift.sha1);
	});
});
