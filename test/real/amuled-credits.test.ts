/**
 * Debian's amuled and our node: each proves to the other who it is, and writes down what the other has given; and amuled tells us
 * who else has a file. Files come by links with a source, so nobody waits for amuled's publications.
 */
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Ed2kHasher } from '../../src/library/ed2k-hash.ts';
import { hex } from '../../src/networks/common/hash.ts';
import { userOf } from '../../src/networks/edonkey/identity.ts';
import { keysFrom } from '../../src/node/edonkey-keys.ts';
import { removeFolders } from '../cli/sallyport.ts';
import { patience } from '../patience.ts';
import { Mule, waitFor, whyNoMule } from './mule.ts';
import { addresses } from './namespace.ts';
import { type OwnNode, PrivateNet } from './private-net.ts';

const skipped = whyNoMule() !== undefined;
const [first, alice, bob, dave, erin, frank] = addresses;
const server = `${first}:4661`;
const PATIENCE = 400_000;

const small = { name: 'quiet harbour.bin', bytes: randomBytes(1_500_000) };
/** Of two parts. */
const large = { name: 'wide harbour.bin', bytes: randomBytes(10_000_000) };

function hashOf(bytes: Uint8Array): string {
	const hasher = new Ed2kHasher(bytes.length);
	hasher.update(bytes);
	return hex(hasher.finish().ed2k);
}

const linkTo = ({ name, bytes }: typeof small) =>
	`ed2k://|file|${encodeURIComponent(name)}|${bytes.length}|${hashOf(bytes)}|/|sources,${alice}:4662|/`;

/** What a running node has written down. */
function rowsOf(node: OwnNode, query: string): Record<string, unknown>[] {
	const database = new DatabaseSync(join(node.home, 'sallyport.sqlite'), { readOnly: true });
	try {
		return database.prepare(query).all();
	} finally {
		database.close();
	}
}

describe.skipIf(skipped)('amuled and our node', () => {
	let net: PrivateNet;
	let mule: Mule;
	let node: OwnNode;

	beforeAll(async () => {
		net = await PrivateNet.make();
		await net.server(server);
		mule = new Mule(net, {
			address: alice,
			servers: [server],
			files: { [small.name]: small.bytes, [large.name]: large.bytes },
		});
		node = await net.node(bob, ['--peer', `edonkey:${server}`]);
		await begin(mule);
	}, PATIENCE);

	async function begin(one: Mule): Promise<void> {
		expect(await one.connected()).toMatch(/with HighID/);
	}

	/** Somebody who has the first part of the large file comes to an amuled; what he says is gathered. */
	function come(to: string, own: string, lines: string[]): ChildProcess {
		const script = join(import.meta.dirname, 'known-part.ts');
		const words = [script, to, '4662', own, hashOf(large.bytes), `${large.bytes.length}`];
		const other = net.spawn([process.execPath, ...words]);
		createInterface(other.stdout!).on('line', (line) => lines.push(line));
		other.once('exit', () => lines.push('it was sent away'));
		return other;
	}

	afterAll(async () => {
		await net?.close();
		removeFolders();
	}, PATIENCE);

	it(
		'who else has a file is asked of amuled, and told; and the hashes of the blocks of a part',
		async () => {
			const lines: string[] = [];
			const other = come(alice, dave, lines);
			// Its second part has 272,000 bytes. The hashes lead to the root that it said.
			for (const answer of ['hashes of 2 blocks', 'waits'])
				await waitFor(answer, patience, async () => lines.includes(answer) || undefined);
			// It goes on beside the test, and need not come to its end.
			node.json('get', linkTo(large)).catch(() => undefined);
			const hosts = await waitFor('a source from amuled', patience, async () => {
				const all = rowsOf(node, 'SELECT host FROM sources').map(({ host }) => host);
				return all.includes(dave) ? all : undefined;
			});
			expect(hosts).toContain(alice);
			other.kill('SIGTERM');
			for (const { id } of await node.json('transfers')) await node.json('transfers', '--delete', `${id}`);
		},
		PATIENCE,
	);

	it(
		'a place in the queue of amuled is told by UDP',
		async () => {
			const busy = new Mule(net, {
				address: erin,
				servers: [server],
				files: { [large.name]: large.bytes },
				slots: 2,
			});
			await begin(busy);
			// Three want something, and two can have it.
			const told = [first, dave, frank].map((own) => ({ own, lines: [] as string[] }));
			const others = told.map(({ own, lines }) => come(erin, own, lines));
			await waitFor('a place', patience, async () =>
				told.flatMap(({ lines }) => lines).find((line) => line.startsWith('place')),
			);
			// Whoever loses his slot again is told so a second time.
			await waitFor(
				'each of the three to wait',
				patience,
				async () => told.every(({ lines }) => lines.includes('waits')) || undefined,
			);
			for (const other of others) other.kill('SIGTERM');
			await busy.stop();
		},
		PATIENCE,
	);

	it(
		'each has proven to the other who it is, and both have written down what went over',
		async () => {
			const [transfer] = await node.json('get', linkTo(small), '--wait');
			expect(transfer).toMatchObject({ state: 'complete', size: small.bytes.length });
			const credit = await waitFor('our credit for amuled', patience, async () =>
				// It is written down every minute, and when the link ends.
				rowsOf(node, 'SELECT * FROM edonkey_credits').find(
					({ user, received }) => user === mule.user && (received as number) >= small.bytes.length,
				),
			);
			expect(credit).toMatchObject({ bound: 1 });
			const [kept] = rowsOf(node, "SELECT value FROM identity WHERE name = 'edonkey-key'");
			const [guid] = rowsOf(node, "SELECT value FROM identity WHERE name = 'guid'");
			const { publicKey } = keysFrom(kept!['value'] as Uint8Array);
			await mule.stop();
			// amuled keeps a key beside a user only when a signature has fitted it.
			const clients = readFileSync(join(mule.folder, 'clients.met'));
			const at = clients.indexOf(userOf(guid!['value'] as Uint8Array));
			expect(at).toBeGreaterThan(0);
			expect(clients.subarray(at, at + 130).includes(Buffer.from(publicKey))).toBe(true);
		},
		PATIENCE,
	);
});
