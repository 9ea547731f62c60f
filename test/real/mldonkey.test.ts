/**
 * Interoperation with mldonkey as a leaf of our ultrapeer, beside a leaf of ours.
 * SALLYPORT_MLDONKEY names its start script (docs/interoperability.md).
 *
 * It dials for the first time a minute after its start. What it searches is taken from its telnet console.
 */
import { readdirSync } from 'node:fs';
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

const script = process.env['SALLYPORT_MLDONKEY'] ?? '';
const skipped = whyNot('mldonkey', 'SALLYPORT_MLDONKEY') !== undefined;
const PATIENCE = 180_000;
const ultrapeerAt = '88.40.1.1:7204';
const leafAt = '90.60.1.1:7305';
const control = '4000';

describe.skipIf(skipped)('mldonkey as a leaf of our ultrapeer', () => {
	const files = {
		mldonkey: sharedFile('walnut steeple parish register.bin'),
		ultrapeer: sharedFile('copper meadow garden treatise.bin'),
		leaf: sharedFile('amber willow village chronicle.bin'),
	};
	const state = join(openFolder(), 'state');
	const finished = join(state, 'incoming', 'files');
	let namespace: Namespace;
	let ultrapeer: RealNode;
	let leaf: RealNode;

	const telnet = async (...commands: string[]): Promise<string> =>
		(await namespace.run(['python3', join(script, '..', 'ctl.py'), control, ...commands])).stdout;

	/** It searches, fetches what it has found, and moves it to its finished files: the SHA-1 there. */
	async function fetched(file: SharedFile, words: string): Promise<string | undefined> {
		await telnet(`s ${words}`);
		const number = await until(async () => {
			const line = (await telnet('vr')).split('\n').find((text) => text.includes(file.name));
			return line?.match(/\[\s*(\d+)\s*\]/)?.[1];
		});
		await telnet(`d ${number}`);
		return until(async () => {
			await telnet('commit');
			const name = readdirSync(finished).find((one) => one.startsWith(file.name.split(' ')[0]!));
			return name !== undefined && sha1Of(join(finished, name));
		});
	}

	beforeAll(async () => {
		namespace = new Namespace();
		namespace.start([script, '89.50.1.1', '7401', state, files.mldonkey.folder, ultrapeerAt]);
		ultrapeer = await namespace.node({ listen: ultrapeerAt, role: 'ultrapeer', share: files.ultrapeer });
		leaf = await namespace.node({ listen: leafAt, role: 'leaf', share: files.leaf, peers: [ultrapeerAt] });
	}, PATIENCE);

	afterAll(async () => {
		await namespace?.close();
		removeFolders();
	}, PATIENCE);

	it(
		'is linked as a leaf, with deflate',
		async () => {
			const peer = await ultrapeer.peer('MLDonkey');
			expect(peer).toMatchObject({ role: 'leaf', direction: 'in', compressed: true, refused: 0 });
		},
		PATIENCE,
	);

	it(
		'has sent its table: our leaf finds its file through our ultrapeer and fetches it',
		async () => {
			const hit = await leaf.find(files.mldonkey);
			expect(hit).toMatchObject({ source: { host: '89.50.1.1', agent: 'MLDK' }, verdict: 'ok' });
			expect(await leaf.get(hit)).toBe(files.mldonkey.sha1);
		},
		PATIENCE,
	);

	it(
		'gives its file after a PUSH',
		async () => {
			const hit = await ultrapeer.find(files.mldonkey);
			expect(await ultrapeer.getPushed(hit)).toBe(files.mldonkey.sha1);
		},
		PATIENCE,
	);

	// Known: it takes the range that it asked for, whole (seen in a capture), closes the link and asks again.
	it.fails(
		'finds and fetches the file of our ultrapeer, and of our leaf through it',
		async () => {
			expect(await fetched(files.ultrapeer, 'garden treatise')).toBe(files.ultrapeer.sha1);
			expect(await fetched(files.leaf, 'village chronicle')).toBe(files.leaf.sha1);
		},
		PATIENCE,
	);

	it('was refused nothing', async () => expect((await ultrapeer.peer('MLDonkey')).refused).toBe(0));
});
