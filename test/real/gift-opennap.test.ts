/**
 * Interoperation with giFT (its OpenNap plugin) as a user of our OpenNap server, beside a user of ours. It loses the last
 * 2 KiB of each file that it gives, or what is left of them.
 */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Hit } from '../../src/node/api/schemas.ts';
import { launcher, removeFolders, until } from '../cli/sallyport.ts';
import { Gift, lacksGift } from './gift.ts';
import { Namespace, openFolder, type RealNode, type SharedFile, sharedFile } from './namespace.ts';

const skipped = lacksGift("giFT's OpenNap");
const serverAt = '88.40.1.1:8888';
/** What it reads at once. */
const piece = 2048;

describe.skipIf(skipped)('giFT as a user of our OpenNap server', () => {
	const whole = sharedFile('silver orchard harvest ledger.bin', 1000 * piece);
	const files = {
		whole,
		cut: sharedFile('copper meadow garden treatise.bin', 1000 * piece + 700, whole.folder),
		ours: sharedFile('amber willow village chronicle.bin', 1_000_001),
	};
	let namespace: Namespace;
	let gift: Gift;
	let user: RealNode;

	beforeAll(async () => {
		namespace = new Namespace();
		const words = [
			'server',
			'--network',
			'opennap',
			'--json',
			'--listen',
			serverAt,
			'--home',
			join(openFolder(), 'server'),
		];
		await namespace.ready([process.execPath, launcher, ...words]);
		const joining = ['--networks', 'opennap', '--opennap-listen', '90.60.1.1:6699'];
		const given = { listen: '90.60.1.1:0', role: 'leaf', share: files.ours } as const;
		user = await namespace.node({ ...given, words: [...joining, '--peer', `opennap:${serverAt}`] });
		gift = new Gift(namespace, { plugin: 'OpenNap', at: '86.20.1.1:1302', share: whole, peer: serverAt });
	});

	afterAll(async () => {
		await namespace?.close();
		removeFolders();
	});

	const found = (file: SharedFile, words: string): Promise<Hit> => user.named(file, words);

	it('shares, is found, and loses the last piece of each file: our user notices, keeps what came, and calls nothing complete', async () => {
		for (const [file, words] of [
			[files.whole, 'orchard ledger'],
			[files.cut, 'meadow treatise'],
		] as const) {
			const hit = await found(file, words);
			expect(hit).toMatchObject({ network: 'opennap', verdict: 'ok' });
			expect(await user.get(hit)).toBeUndefined();
			const transfers = (await user.ask('transfers')) as { name: string; state: string; done: number }[];
			const cut = transfers.find(({ name }) => name === file.name);
			expect(cut?.state).not.toBe('complete');
			expect(cut?.done).toBe(Math.floor((file.size - 1) / piece) * piece);
		}
	});

	it('alone leaves a download that waits, and says what is missing; beside another source that has the end the file is complete', async () => {
		const missing = async () => {
			const transfers = (await user.ask('transfers')) as { why: string }[];
			return transfers.some(({ why }) => /^\d+ bytes are missing\. The only source does not/.test(why));
		};
		expect(await until(missing)).toBe(true);
		const given = { listen: '87.30.1.1:0', role: 'leaf', share: whole } as const;
		const joining = ['--networks', 'opennap', '--opennap-listen', '87.30.1.1:6699'];
		await namespace.node({ ...given, words: [...joining, '--peer', `opennap:${serverAt}`] });
		// Both, in one search: the order is for the one of giFT.
		const hits = await until(async () => {
			const all = (await user.ask('search', 'harvest ledger', '--wait', '5')) as Hit[];
			const same = all.filter(({ name, size }) => name === whole.name && size === whole.size);
			return same.length === 2 && same;
		});
		const gift = hits.find(({ source }) => source.id.startsWith('giFTed '))!;
		const [order] = (await user.ask('get', JSON.stringify(gift), '--wait')) as { sources: number }[];
		expect(order).toMatchObject({ state: 'complete', size: whole.size, sha1: whole.sha1, sources: 2 });
	});

	it('finds and fetches the file of our user', async () => {
		// Our paths begin with the number of a folder.
		expect(await gift.fetched('village chronicle', join('1', files.ours.name))).toBe(files.ours.sha1);
	});
});
