/**
 * Interoperation with giFT (its OpenNap plugin) as a user of our OpenNap server, beside a user of ours. It loses the last
 * 2 KiB of each file that it gives, or what is left of them. SALLYPORT_GIFT names its start script
 * (docs/interoperability.md).
 */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Hit } from '../../src/node/api/schemas.ts';
import { launcher, removeFolders, until } from '../cli/sallyport.ts';
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
const skipped = whyNot("giFT's OpenNap", 'SALLYPORT_GIFT') !== undefined;
const PATIENCE = 180_000;
const giftAt = '86.20.1.1';
const serverAt = '88.40.1.1:8888';
const control = '1213';
/** What it reads at once. */
const piece = 2048;

describe.skipIf(skipped)('giFT as a user of our OpenNap server', () => {
	const whole = sharedFile('silver orchard harvest ledger.bin', 1000 * piece);
	const files = {
		whole,
		cut: sharedFile('copper meadow garden treatise.bin', 1000 * piece + 700, whole.folder),
		ours: sharedFile('amber willow village chronicle.bin', 1_000_001),
	};
	const state = join(openFolder(), 'state');
	let namespace: Namespace;
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
			`${state}-server`,
		];
		await namespace.ready([process.execPath, launcher, ...words]);
		const joining = ['--networks', 'opennap', '--opennap-listen', '90.60.1.1:6699'];
		const given = { listen: '90.60.1.1:0', role: 'leaf', share: files.ours } as const;
		user = await namespace.node({ ...given, words: [...joining, '--peer', `opennap:${serverAt}`] });
		namespace.start([script, 'OpenNap', giftAt, '1302', state, whole.folder, serverAt]);
	}, PATIENCE);

	afterAll(async () => {
		await namespace?.close();
		removeFolders();
	}, PATIENCE);

	const found = (file: SharedFile, words: string): Promise<Hit> => user.named(file, words);

	it(
		'shares, is found, and loses the last piece of each file: our user notices, keeps what came, and calls nothing complete',
		async () => {
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
		},
		PATIENCE,
	);

	it(
		'finds and fetches the file of our user',
		async () => {
			await namespace.run(['python3', join(script, '..', 'get.py'), control, '15', 'village chronicle', '1']);
			// Our paths begin with the number of a folder.
			const path = join(state, 'completed', '1', files.ours.name);
			expect(await until(async () => sha1Of(path))).toBe(files.ours.sha1);
		},
		PATIENCE,
	);
});
