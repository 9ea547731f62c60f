/**
 * Interoperation with giFT (its FastTrack plugin) as a leaf of our super-node, beside a leaf of ours, and as one who
 * wants a file of somebody who cannot be dialled.
 */
import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FtHash } from '../../src/library/fthash.ts';
import { KzHasher } from '../../src/library/kzhash.ts';
import { hex } from '../../src/networks/common/hash.ts';
import type { LibraryFile } from '../../src/node/api/schemas.ts';
import { launcher, removeFolders, temporaryFolder, until } from '../cli/sallyport.ts';
import { Gift, lacksGift } from './gift.ts';
import { Namespace, type RealNode, type SharedFile, sharedFile } from './namespace.ts';

const skipped = lacksGift("giFT's FastTrack");
const supernodeAt = '88.40.1.1:1214';
const giftAt = '86.20.1.1:1301';
const harness = join(import.meta.dirname, 'fasttrack-node.ts');

let namespace: Namespace;
let gift: Gift;

/** As an operator starts one. */
function supernode(listen: string, ...more: string[]): string[] {
	const home = join(temporaryFolder(), 'home');
	const words = ['server', '--network', 'fasttrack', '--json', '--home', home, '--listen', listen, ...more];
	return [process.execPath, launcher, ...words];
}

afterAll(removeFolders);

function kzhashOf({ folder, name }: SharedFile): string {
	const content = readFileSync(join(folder, name));
	const [first, tree] = [new FtHash(content.length), new KzHasher(content.length)];
	first.update(content);
	tree.update(content);
	return hex(first.digest()) + hex(tree.finish().root);
}

describe.skipIf(skipped)('giFT as a leaf of our super-node', () => {
	const files = {
		gift: sharedFile('silver orchard harvest ledger.bin'),
		leaf: sharedFile('amber willow village chronicle.bin'),
	};
	let leaf: RealNode;

	beforeAll(async () => {
		namespace = new Namespace();
		await namespace.ready(supernode(supernodeAt));
		const joining = ['--networks', 'fasttrack', '--fasttrack-listen', '90.60.1.1:1214'];
		const peer = ['--peer', `fasttrack:${supernodeAt}`];
		const given = { listen: '90.60.1.1:0', role: 'leaf', share: files.leaf } as const;
		leaf = await namespace.node({ ...given, words: [...joining, ...peer] });
		gift = new Gift(namespace, { plugin: 'FastTrack', at: giftAt, share: files.gift, peer: supernodeAt });
	});

	afterAll(() => namespace?.close());

	it('has published its file: our leaf finds it by words and by its FTHash, and fetches it', async () => {
		const hit = await leaf.named(files.gift, 'orchard ledger');
		expect(hit).toMatchObject({ network: 'fasttrack', source: { host: '86.20.1.1' }, verdict: 'ok' });
		const byHash = await leaf.named(files.gift, `urn:fthash:${hit.fthash}`);
		expect(byHash.source).toEqual(hit.source);
		expect(await leaf.get(hit)).toBe(files.gift.sha1);
		const [transfer] = (await leaf.ask('transfers')) as { verdict: string }[];
		expect(transfer).toMatchObject({ state: 'complete', verdict: 'unverified' });
	});

	it('says the kzhash of its file, by which our leaf proves what it gives: a tree it has not', async () => {
		const kzhash = kzhashOf(files.gift);
		expect(await until(async () => /kzhash:[0-9a-f]{72}/.exec(await gift.says(2, 'SHARES;'))?.[0])).toBe(
			`kzhash:${kzhash}`,
		);
		// Another folder: what was fetched before is the same content.
		const out = join(leaf.home, 'proven');
		const link = `magnet:?xt=urn:kzhash:${kzhash}&dn=ledger.bin`;
		expect(await leaf.ask('get', link, '--wait', '--out', out)).toMatchObject([
			{ state: 'complete', verdict: 'ok', sha1: files.gift.sha1, kzhash },
		]);
		const transfers = (await leaf.ask('transfers')) as { why: string; kzhash?: string }[];
		expect(transfers.find((one) => one.kzhash === kzhash)?.why).toContain('no source had a hash tree');
	});

	it('finds and fetches the file of our leaf, which goes out by that hash that giFT computes, too', async () =>
		expect(await gift.fetched('village chronicle', files.leaf.name)).toBe(files.leaf.sha1));

	it('finds it by either of its hashes', async () => {
		const [{ fthash, kzhash }] = (await leaf.ask('library')) as [LibraryFile];
		const base64 = Buffer.from(fthash!, 'hex').toString('base64');
		for (const query of [`FTH:=${base64}`, `kzhash:${kzhash}`])
			expect(await gift.says(5, `LOCATE(7) query(${query});`)).toContain(
				`file(${files.leaf.name}) mime(application/octet-stream) hash(${query})`,
			);
	});
});

describe.skipIf(skipped)('giFT and a leaf of ours that cannot be dialled', () => {
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
		const share = sharedFile('silver orchard.bin', 1000);
		gift = new Gift(namespace, { plugin: 'FastTrack', at: giftAt, share, peer: supernodeAt });
	});

	afterAll(() => namespace?.close());

	it('fetches by a call-back: through our super-node it asks our leaf to call, and takes GIVE', async () => {
		expect(await gift.fetched('garden treatise', hidden.name)).toBe(hidden.sha1);
		expect(said.join('')).toContain('"event":"asked"');
	});
});

describe.skipIf(skipped)('giFT as a leaf of one of two super-nodes of ours that are linked', () => {
	const here = '88.40.1.1:1214';
	const there = '88.40.1.2:1214';
	const metrics = '127.0.0.1:9461';
	const far = sharedFile('walnut harbour evening almanac.bin');
	let leaf: RealNode;

	/** A figure of the super-node that giFT does not hang on. */
	const figure = async (name: string): Promise<string | undefined> => {
		const { stdout: text } = await namespace.run(['curl', '-s', `http://${metrics}/metrics`]);
		return new RegExp(`^sallyport_server_${name} (\\d+)$`, 'm').exec(text)?.[1];
	};

	beforeAll(async () => {
		namespace = new Namespace();
		namespace.address('88.40.1.2');
		// There first, with its leaf: who comes when the two are linked is told of both, and would hang on both.
		await namespace.ready(supernode(there, '--peer', `fasttrack:${here}`, '--metrics', metrics));
		const joining = ['--networks', 'fasttrack', '--fasttrack-listen', '90.60.1.1:1214'];
		const peer = ['--peer', `fasttrack:${there}`];
		const given = { listen: '90.60.1.1:0', role: 'leaf', share: far } as const;
		leaf = await namespace.node({ ...given, words: [...joining, ...peer] });
		await until(async () => (await figure('files')) === '1');
		await namespace.ready(supernode(here, '--peer', `fasttrack:${there}`));
		await until(async () => (await figure('neighbours')) === '1');
		const share = sharedFile('silver orchard harvest ledger.bin');
		gift = new Gift(namespace, { plugin: 'FastTrack', at: giftAt, share, peer: here });
	});

	afterAll(() => namespace?.close());

	it('finds and fetches what a leaf of the other shares', async () => {
		expect(await gift.fetched('harbour almanac', far.name)).toBe(far.sha1);
		// It asked over the link: it does not hang on the other.
		expect([await figure('users'), await figure('files')]).toEqual(['1', '1']);
		expect(Number(await figure('neighbour_searches'))).toBeGreaterThan(0);
		expect(leaf).toBeDefined();
	});
});
