/**
 * Interoperation with giFT (its FastTrack plugin) as a leaf of our super-node, beside a leaf of ours, and as one who
 * wants a file of somebody who cannot be dialled. SALLYPORT_GIFT names its start script (docs/interoperability.md).
 */
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
const skipped = whyNot("giFT's FastTrack", 'SALLYPORT_GIFT') !== undefined;
const PATIENCE = 180_000;
const giftAt = '86.20.1.1';
const giftPort = '1301';
const control = '1213';
const harness = join(import.meta.dirname, 'fasttrack-node.ts');

let namespace: Namespace;
let state: string;

/** It searches and fetches the first result; the SHA-1 of what has arrived. */
async function fetched(file: SharedFile, words: string): Promise<string | undefined> {
	await namespace.run(['python3', join(script, '..', 'get.py'), control, '15', words, '1']);
	return until(async () => sha1Of(join(state, 'completed', file.name)));
}

function gift(share: SharedFile, supernode: string): void {
	state = join(openFolder(), 'state');
	namespace.start([script, 'FastTrack', giftAt, giftPort, state, share.folder, supernode]);
}

afterAll(removeFolders);

describe.skipIf(skipped)('giFT as a leaf of our super-node', () => {
	const supernodeAt = '88.40.1.1:1214';
	const files = {
		gift: sharedFile('silver orchard harvest ledger.bin'),
		leaf: sharedFile('amber willow village chronicle.bin'),
	};
	let leaf: RealNode;

	beforeAll(async () => {
		namespace = new Namespace();
		const words = ['server', '--network', 'fasttrack', '--json', '--listen', supernodeAt];
		await namespace.ready([process.execPath, launcher, ...words]);
		const joining = ['--networks', 'fasttrack', '--fasttrack-listen', '90.60.1.1:1214'];
		const peer = ['--peer', `fasttrack:${supernodeAt}`];
		const given = { listen: '90.60.1.1:0', role: 'leaf', share: files.leaf } as const;
		leaf = await namespace.node({ ...given, words: [...joining, ...peer] });
		gift(files.gift, supernodeAt);
	}, PATIENCE);

	afterAll(() => namespace?.close(), PATIENCE);

	it(
		'has published its file: our leaf finds it by words and by its FTHash, and fetches it',
		async () => {
			const hit = await leaf.named(files.gift, 'orchard ledger');
			expect(hit).toMatchObject({ network: 'fasttrack', source: { host: giftAt }, verdict: 'ok' });
			const byHash = await leaf.named(files.gift, `urn:fthash:${hit.fthash}`);
			expect(byHash.source).toEqual(hit.source);
			expect(await leaf.get(hit)).toBe(files.gift.sha1);
			const [transfer] = (await leaf.ask('transfers')) as { verdict: string }[];
			expect(transfer).toMatchObject({ state: 'complete', verdict: 'unverified' });
		},
		PATIENCE,
	);

	it(
		'finds and fetches the file of our leaf, which goes out by that hash that giFT computes, too',
		async () => expect(await fetched(files.leaf, 'village chronicle')).toBe(files.leaf.sha1),
		PATIENCE,
	);
});

describe.skipIf(skipped)('giFT and a leaf of ours that cannot be dialled', () => {
	const supernodeAt = '88.40.1.1:1214';
	const hidden = sharedFile('copper meadow garden treatise.bin', 400_000);
	const said: string[] = [];

	beforeAll(async () => {
		namespace = new Namespace();
		// Of such an address giFT asks for a call-back.
		namespace.address('10.1.2.3');
		await namespace.ready([process.execPath, harness, 'supernode', supernodeAt, '-', '-']);
		const path = join(hidden.folder, hidden.name);
		const leaf: ChildProcess = await namespace.ready([
			...[process.execPath, harness, 'leaf', '10.1.2.3:1300', path, supernodeAt],
		]);
		leaf.stdout!.on('data', (text) => said.push(String(text)));
		gift(sharedFile('silver orchard.bin', 1000), supernodeAt);
	}, PATIENCE);

	afterAll(() => namespace?.close(), PATIENCE);

	it(
		'fetches by a call-back: through our super-node it asks our leaf to call, and takes GIVE',
		async () => {
			expect(await fetched(hidden, 'garden treatise')).toBe(hidden.sha1);
			expect(said.join('')).toContain('"event":"asked"');
		},
		PATIENCE,
	);
});
