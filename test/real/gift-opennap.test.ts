/**
 * Interoperation with giFT (its OpenNap plugin) as a user of our OpenNap server, beside a user of ours. It loses the last
 * part of each file that it gives, where that is shorter than 2 KiB. SALLYPORT_GIFT names its start script
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
	const whole = sharedFile('silver orchard harvest ledger.mp3', 1000 * piece);
	const files = {
		whole,
		cut: sharedFile('copper meadow garden treatise.mp3', 1000 * piece + 700, whole.folder),
		ours: sharedFile('amber willow village chronicle.mp3', 1_000_001),
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
			state + '-server',
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
		'logs in and shares: our user finds its file and fetches it',
		async () => {
			const hit = await found(files.whole, 'orchard ledger');
			expect(hit).toMatchObject({ network: 'opennap', verdict: 'ok' });
			expect(await user.get(hit)).toBe(files.whole.sha1);
		},
		PATIENCE,
	);

	it(
		'finds and fetches the file of our user',
		async () => {
			await namespace.run(['python3', join(script, '..', 'get.py'), control, '15', 'village chronicle', '1']);
			const path = join(state, 'completed', files.ours.name);
			expect(await until(async () => sha1Of(path))).toBe(files.ours.sha1);
		},
		PATIENCE,
	);

	it(
		'loses the end of a file that it gives: our user notices, keeps what came, and calls nothing complete',
		async () => {
			const hit = await found(files.cut, 'meadow treatise');
			expect(await user.get(hit)).toBeUndefined();
			const transfers = (await user.ask('transfers')) as { name: string; state: string; done: number }[];
			const cut = transfers.find(({ name }) => name === files.cut.name);
			expect(cut?.state).not.toBe('complete');
			expect(cut?.done).toBe(1000 * piece);
		},
		PATIENCE,
	);
});
